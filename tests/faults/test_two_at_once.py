"""Two reconciles at once: one waits for the other, and what waits for somebody who is gone goes on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from emp_gitops.platform.open import open_writer
from emp_gitops.platform.sql.engine import Access, Database
from emp_gitops.platform.sql.locks import Holder
from emp_gitops.platform.sql.postgresql import PostgresDatabase
from emp_gitops.platform.sql.sqlite import SqliteDatabase
from emp_gitops.platform.sql.writer import SqlWriter
from emp_gitops.platform.url import PlatformUrl, SqliteUrl
from support.cli import clean_environment
from support.faults import KINDS, World, state
from support.watched import finished, waiting

HOLD = """
import signal, sys
from pathlib import Path
from emp_gitops.platform.open import open_writer
from emp_gitops.platform.url import parse_platform_url
with open_writer(parse_platform_url(sys.argv[1], Path.cwd()), actor="ana") as writer, writer.lock():
    print("held", flush=True)
    signal.pause()
"""


@contextmanager
def held_by_another(url: PlatformUrl) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the platform's lock for as long as it lives."""
    command = [sys.executable, "-c", HOLD, url.text]
    with subprocess.Popen(command, env=clean_environment(), stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout
            assert holder.stdout.readline() == "held\n"
            yield holder
        finally:
            holder.kill()


def test_two_that_wait_for_the_same_lock_apply_each_change_once(world: World) -> None:
    with world.told() as url:
        cli = world.cli(url)
        with open_writer(url) as holder, ExitStack() as processes:
            with holder.lock():
                both = [processes.enter_context(waiting(cli, url, "reconcile", others=others)) for others in (0, 1)]
            outcomes = [finished(process) for process in both]
        assert [outcome.code for outcome in outcomes] == [0, 0]
        assert state(url) == world.done
    said = [outcome.stdout for outcome in outcomes]
    assert sum(f"{len(KINDS)} applied" in text for text in said) == 1
    assert sum("Nothing changes" in text for text in said) == 1


def test_two_first_runs_make_one_platform(world: World) -> None:
    """Both see that there is none, and wait to make it."""
    with world.empty() as url:
        cli = world.cli(url)
        with database(url) as nothing_yet, ExitStack() as processes:
            with nothing_yet.lock(Holder("test", "ana"), timeout=0):
                both = [
                    processes.enter_context(waiting(cli, url, "reconcile", "--ref", world.story.first, others=others))
                    for others in (0, 1)
                ]
            assert [finished(process).code for process in both] == [0, 0]
        assert state(url) == world.begun


def database(url: PlatformUrl) -> Database:
    """A platform's database as it is, without its tables."""
    return SqliteDatabase(url, Access.CREATE) if isinstance(url, SqliteUrl) else PostgresDatabase(url, Access.CREATE)


def test_who_waits_goes_on_when_the_holder_is_killed(world: World) -> None:
    with world.told() as url, held_by_another(url) as holder:
        with waiting(world.cli(url), url, "reconcile") as process:
            holder.kill()
            assert finished(process).code == 0
        assert state(url) == world.done


def test_who_waits_in_vain_is_told_who_holds_the_lock(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The patience of 30 seconds is cut short; all else is as always."""
    monkeypatch.setitem(SqlWriter.lock.__kwdefaults__, "timeout", 0.05)
    saved = tmp_path / "plan.json"
    with world.told() as url, held_by_another(url) as holder:
        cli, before = world.cli(url), state(url)
        cli("plan", "--ref", "HEAD", "--out", saved)
        for command in (["reconcile"], ["apply", saved]):
            outcome = cli(*command, code=1)
            assert f"error: the platform is locked: reconcile by ana, pid {holder.pid}, since " in outcome.stderr
            assert "  hint: wait until it is done, or stop that process" in outcome.stderr
            assert outcome.stdout == ""
        assert state(url) == before


def test_who_would_make_the_platform_and_waits_in_vain_is_told_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emp_gitops.platform.open.LOCK_TIMEOUT", 0.05)
    with world.empty() as url, database(url) as nothing_yet, nothing_yet.lock(Holder("platform upgrade", "ana"), timeout=0):
        outcome = world.cli(url)("reconcile", code=1)
        assert "error: the platform is locked: platform upgrade by ana, pid " in outcome.stderr


@pytest.mark.parametrize("command", ["plan", "status", "drift"])
def test_who_only_looks_does_not_wait(world: World, command: str) -> None:
    with world.told() as url, open_writer(url) as holder, holder.lock():
        world.cli(url)(command)
