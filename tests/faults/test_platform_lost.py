"""The platform goes away in the middle: what was applied is told apart from what failed, and a rerun converges."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress

import psycopg
import pytest

from emp_gitops.platform.url import PlatformUrl
from support.cli import Outcome
from support.faults import ADOPTED, AGREED, GIVER, KINDS, TAKER, FaultyRuns, World, state
from support.postgres import PostgresServer, postgres_server
from support.steps import at_step
from support.thorough import steps


def check_report(world: World, url: PlatformUrl, outcome: Outcome) -> None:
    """What a run in trouble says must be true: about every change, or, before any of them, about the trouble alone."""
    assert "Traceback" not in outcome.stderr
    changed = {row[0] for row in state(url)[1] if row not in world.begun[1]}
    if not outcome.stdout:
        assert outcome.code == 1
        assert "error: the " in outcome.stderr
        assert "  hint: " in outcome.stderr
        assert not changed
        return
    results = {result["account"]: result for result in outcome.json("reconcile")["results"]}
    failed = {id_ for id_, result in results.items() if result["outcome"] == "failed"}
    assert {id_ for id_, result in results.items() if result["outcome"] == "applied"} == changed
    assert failed - {AGREED} == KINDS.keys() - changed
    assert all("the database" in results[id_]["error"] for id_ in failed)
    assert outcome.code == (1 if failed else 0)


def check_every(world: World, runs: FaultyRuns, fault: str, *, stride: int = 1) -> int:
    """Let the fault happen at a first step, a later one, and so on, until it comes too late to matter."""
    for step in steps(every=stride, hurried=2 * stride + 1):
        with world.told() as url:
            outcome = runs(world.cli(url), fault, step, "reconcile", "--format", "json")
            check_report(world, url, outcome)
            world.cli(url)("reconcile")
            assert state(url) == world.done, f"{fault} at step {step}"
        if outcome.code == 0:
            return step
    raise AssertionError


def test_a_connection_may_be_lost_at_any_step(on_postgres: World, runs: FaultyRuns) -> None:
    """Also while reading, and while it waits for the lock."""
    assert check_every(on_postgres, runs, "disconnected", stride=4) > 40


def test_another_program_may_lock_the_file_before_any_transaction(on_sqlite: World, runs: FaultyRuns) -> None:
    assert check_every(on_sqlite, runs, "locked out") > len(KINDS)


def test_the_disk_may_be_full_from_any_step_on(on_sqlite: World, runs: FaultyRuns) -> None:
    assert check_every(on_sqlite, runs, "disk full", stride=5) > 40


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A server of its own, which may come to harm."""
    with postgres_server() as server:
        server.run("CREATE DATABASE emp")
        yield server


def test_a_server_that_crashes_loses_no_commit(server: PostgresServer, on_postgres: World) -> None:
    url = server.url("emp")
    on_postgres.story.tell(url)
    cli = on_postgres.cli(url)
    with at_step(30, lambda: crash(server)):
        outcome = cli("reconcile", "--format", "json", code=1)
    until_up(server)
    check_report(on_postgres, url, outcome)
    cli("reconcile")
    assert state(url) == on_postgres.done


def crash(server: PostgresServer) -> None:
    """When a client's process in the server dies, the server ends all others and begins again from what was committed."""
    [[client]] = server.run("SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'reconcile by%'")
    os.kill(client, signal.SIGKILL)
    with suppress(ProcessLookupError):
        while True:  # until the server has noticed, and takes nobody in
            os.kill(client, 0)


def until_up(server: PostgresServer) -> None:
    while True:
        try:
            server.run("SELECT 1")
        except psycopg.OperationalError:
            continue
        return


def test_a_server_that_stops_fails_what_is_left(server: PostgresServer, on_postgres: World) -> None:
    url = server.url("emp")
    on_postgres.story.tell(url)
    cli = on_postgres.cli(url)
    with at_step(44, lambda: stop(server)):
        report = cli("reconcile", "--format", "json", code=1).json("reconcile")
    outcomes = {result["account"]: result["outcome"] for result in report["results"]}
    before = {ADOPTED, GIVER, TAKER}
    assert outcomes == dict.fromkeys(KINDS.keys() | {AGREED}, "failed") | dict.fromkeys(before, "applied")
    for command in ("plan", "reconcile", "status", "drift"):
        outcome = cli(command, code=1)
        assert outcome.stdout == ""
        assert "the database cannot be reached" in outcome.stderr


def stop(server: PostgresServer) -> None:
    """At once, without a word to its clients."""
    pid_file = server.folder / "data/postmaster.pid"
    os.kill(int(pid_file.read_text().split()[0]), signal.SIGQUIT)
    while pid_file.exists():
        pass
