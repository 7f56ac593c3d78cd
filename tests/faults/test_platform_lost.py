"""The platform goes away in the middle: what was applied is told apart from what failed, and a rerun converges."""

from __future__ import annotations

from itertools import count

from emp_gitops.platform.url import PlatformUrl
from support.cli import Outcome
from support.faults import AGREED, KINDS, FaultyRuns, World, state


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
    for step in count(1, stride):
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
