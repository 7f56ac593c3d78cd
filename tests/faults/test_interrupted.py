"""Ctrl-C at any moment: a sentence and exit code 130, no traceback, and a database on which the next run goes on."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

from emp_gitops.platform.open import open_writer
from support.cli import Outcome
from support.faults import FaultyRuns, World, state
from support.thorough import steps
from support.watched import finished, interrupted_at, waiting

INTERRUPTED = 130


STAYS = "; what was applied before stays applied, a rerun goes on from there"


def is_interrupted(outcome: Outcome, command: str, *, is_begun: bool = True) -> bool:
    """False where the command was done before; anything else than a clean interruption fails the test.

    Only a command that applies, and that may have begun to, says what became of that.
    """
    assert "Traceback" not in outcome.stderr, outcome.stderr
    if outcome.code == 0:
        return False
    assert outcome.code == INTERRUPTED, outcome
    said, = (line for line in outcome.stderr.splitlines() if line.startswith("interrupted"))
    if command == "reconcile":
        assert said == f"interrupted{STAYS}" or (said == "interrupted" and not is_begun)
    else:
        assert said == "interrupted"
    return True


def test_a_reconcile_is_interrupted_at_any_step_and_completed_by_the_next(world: World, runs: FaultyRuns) -> None:
    """With five or six steps to a change, every fifth or thirteenth one is another step of each next change."""
    for step in steps(every=5, hurried=13):
        with world.told() as url:
            outcome = runs(world.cli(url), "interrupted", step, "reconcile")
            world.cli(url)("reconcile")
            assert state(url) == world.done, f"interrupted at step {step}"
        if not is_interrupted(outcome, "reconcile"):
            break
    assert step > 40


@pytest.mark.parametrize("command", [["reconcile"], ["plan", "--ref", "HEAD"], ["validate"], ["status"]], ids=lambda c: c[0])
def test_a_command_is_interrupted_at_any_call(on_sqlite: World, runs: FaultyRuns, command: list[str]) -> None:
    for number in steps(2, every=1999, hurried=4999):
        with on_sqlite.told() as url:
            outcome = runs(on_sqlite.cli(url), "interrupted at call", number, *command)
            assert state(url)[1] == on_sqlite.begun[1] or command == ["reconcile"]
        if not is_interrupted(outcome, command[0], is_begun=number > 10_000):
            break
    assert number > 5000


@pytest.mark.parametrize(("event", "about", "command"), [
    ("import", "'emp_gitops.cli.app'", ["validate"]),
    ("import", "'emp_gitops.core.checking'", ["validate"]),
    ("open", "grown.yaml", ["validate"]),
    ("import", "'git.cmd'", ["plan"]),
    ("subprocess.Popen", "rev-parse", ["plan", "--ref", "HEAD"]),
    ("sqlite3.connect", "platform.db", ["plan"]),
    ("import", "'sqlalchemy.engine'", ["reconcile"]),
    ("subprocess.Popen", "cat-file", ["reconcile"]),
    ("fcntl.flock", "", ["reconcile"]),
    ("os.remove", "platform.db-lock-holder", ["reconcile"]),
])
def test_a_process_is_interrupted(on_sqlite: World, event: str, about: str, command: list[str]) -> None:
    with on_sqlite.told() as url:
        assert is_interrupted(
            interrupted_at(on_sqlite.cli(url), event, about, *command), command[0], is_begun="emp_gitops" not in about
        )
        on_sqlite.cli(url)("reconcile")
        assert state(url) == on_sqlite.done


def test_a_process_is_interrupted_together_with_the_git_that_it_runs(
    on_sqlite: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = tmp_path / "git"
    git.write_text(f'#!/bin/sh\ncase "$*" in *cat-file*) kill -INT 0;; esac\nexec {shutil.which("git")} "$@"\n')
    git.chmod(0o755)
    with on_sqlite.told() as url:
        cli = on_sqlite.cli(url).with_(PATH=f"{tmp_path}:{os.environ['PATH']}")
        assert is_interrupted(interrupted_at(cli, "none", "", "reconcile"), "reconcile")
        assert state(url)[1] == on_sqlite.begun[1]


def test_a_process_is_interrupted_while_it_waits_for_the_lock(world: World) -> None:
    with world.told() as url:
        before = state(url)
        with open_writer(url) as holder, holder.lock():
            with waiting(world.cli(url), url, "reconcile") as process:
                process.send_signal(signal.SIGINT)
                assert is_interrupted(finished(process), "reconcile")
        assert state(url) == before
        world.cli(url)("reconcile")
        assert state(url) == world.done


@pytest.mark.parametrize("command", ["reconcile", "validate", "--version"])
def test_a_process_that_has_done_its_work_is_no_longer_interrupted(on_sqlite: World, command: str) -> None:
    with on_sqlite.told() as url:
        outcome = interrupted_at(on_sqlite.cli(url), "at the end", "", command)
        assert (outcome.code, outcome.stderr.count("Traceback")) == (0, 0), outcome
        assert outcome.stdout
        assert command != "reconcile" or state(url) == on_sqlite.done
