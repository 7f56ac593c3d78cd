"""Ctrl-C at any moment: a sentence and exit code 130, no traceback, and a database on which the next run goes on."""

from __future__ import annotations

from itertools import count

import pytest

from support.cli import Outcome
from support.faults import FaultyRuns, World, state

INTERRUPTED = 130


def is_interrupted(outcome: Outcome) -> bool:
    """False where the command was done before; anything else than a clean interruption fails the test."""
    assert "Traceback" not in outcome.stderr, outcome.stderr
    if outcome.code == 0:
        return False
    assert outcome.code == INTERRUPTED, outcome
    assert outcome.stderr.endswith("interrupted; what was applied before stays applied, a rerun goes on from there\n")
    return True


def test_a_reconcile_is_interrupted_at_any_step_and_completed_by_the_next(world: World, runs: FaultyRuns) -> None:
    """Every fifth one: with five or six steps to a change, another step of each next change."""
    for step in count(1, 5):
        with world.told() as url:
            outcome = runs(world.cli(url), "interrupted", step, "reconcile")
            world.cli(url)("reconcile")
            assert state(url) == world.done, f"interrupted at step {step}"
        if not is_interrupted(outcome):
            break
    assert step > 40


@pytest.mark.parametrize("command", [["reconcile"], ["plan", "--ref", "HEAD"], ["validate"], ["status"]], ids=lambda c: c[0])
def test_a_command_is_interrupted_at_any_call(on_sqlite: World, runs: FaultyRuns, command: list[str]) -> None:
    for number in count(2, 997):
        with on_sqlite.told() as url:
            outcome = runs(on_sqlite.cli(url), "interrupted at call", number, *command)
            assert state(url)[1] == on_sqlite.begun[1] or command == ["reconcile"]
        if not is_interrupted(outcome):
            break
    assert number > 5000
