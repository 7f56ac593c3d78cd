"""kill -9 between any two steps: the next run goes on, and every change is made and recorded once."""

from __future__ import annotations

from pathlib import Path

from emp_gitops.platform.base import PlatformMissingError
from emp_gitops.platform.open import open_reader
from emp_gitops.platform.url import PlatformUrl
from support.faults import KINDS, FaultyRuns, World, state
from support.thorough import steps

KILLED = -9


def entries(url: PlatformUrl) -> int:
    """How many changes were recorded; -1 where there is no platform yet."""
    try:
        open_reader(url).close()
    except PlatformMissingError:
        return -1
    return len(state(url)[1])


def test_the_story_changes_everything_and_records_each_change_once(world: World) -> None:
    """What the tests below compare with."""
    begun, done = world.begun[1], world.done[1]
    assert [row[0] for row in begun] == sorted(world.begun[0])
    assert {row[0]: row[1] for row in done if row not in begun} == KINDS
    assert len(done) == len(begun) + len(KINDS)


def test_a_reconcile_that_was_killed_at_any_step_is_completed_by_the_next(world: World, runs: FaultyRuns) -> None:
    seen = set()
    for step in steps(hurried=5):
        with world.told() as url:
            code = runs(world.cli(url), "killed", step, "reconcile").code
            seen.add(entries(url))
            world.cli(url)("reconcile")
            assert state(url) == world.done, f"killed at step {step}"
        if code == 0:
            break
        assert code == KILLED
    before, after = len(world.begun[1]), len(world.done[1])
    assert seen == {*range(before, after + 1)} - {before + 2}, "between any two changes, but not in the transfer, the second"
    assert step > 40


def test_a_first_run_that_was_killed_at_any_step_is_completed_by_the_next(on_sqlite: World, runs: FaultyRuns) -> None:
    """From no folder to a database with an account; PostgreSQL's own tests create a platform in this way."""
    seed = ("reconcile", "--ref", on_sqlite.story.seed)
    with on_sqlite.empty() as url:
        on_sqlite.cli(url)(*seed)
        expected = state(url)
    seen = set()
    for step in steps(hurried=5):
        with on_sqlite.empty() as url:
            code = runs(on_sqlite.cli(url), "killed", step, *seed).code
            seen.add(entries(url))
            on_sqlite.cli(url)(*seed)
            assert state(url) == expected, f"killed at step {step}"
        if code == 0:
            break
        assert code == KILLED
    assert seen == {-1, 0, 1}, "without tables, without accounts, and done"
    assert step > 40


def test_a_saved_plan_whose_run_was_killed_is_completed_by_reconcile(
    world: World, runs: FaultyRuns, tmp_path: Path
) -> None:
    """The plan itself is stale once a part of it is applied."""
    saved = tmp_path / "plan.json"
    for step in steps(5, every=9, hurried=17):
        with world.told() as url:
            cli = world.cli(url)
            cli("plan", "--ref", "HEAD", "--out", saved)
            code = runs(cli, "killed", step, "apply", saved).code
            begun = entries(url) > len(world.begun[1])
            cli("apply", saved, code=4 if begun else 0)
            cli("reconcile")
            assert state(url) == world.done, f"killed at step {step}"
        if code == 0:
            break
        assert code == KILLED
    assert step > 40
