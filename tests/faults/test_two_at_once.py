"""Two reconciles at once, and writes that come between planning and applying."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from datetime import date

from emp_gitops.platform.base import Write
from emp_gitops.platform.open import open_operator, open_writer
from emp_gitops.reconcile import Run, reconcile
from emp_gitops.workspace import Workspace
from support.cli import TODAY, clean_environment, command_line
from support.faults import GIVER, GROWN, KINDS, TAKER, World, state


def start(world: World, url: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command_line("reconcile", *arguments), cwd=world.story.repo.root, env=clean_environment(EMP_PLATFORM=url),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )


def finished(process: subprocess.Popen[str]) -> str:
    shown, complaint = process.communicate(timeout=60)
    assert process.returncode == 0, complaint
    return shown


def test_two_that_waited_for_the_same_lock_apply_each_change_once(world: World) -> None:
    with world.told() as url:
        with open_writer(url) as first, first.lock():
            both = [start(world, url.text), start(world, url.text)]
        said = [finished(process) for process in both]
        assert state(url)[0].keys() == world.done[0].keys()
        assert [row[:4] for row in state(url)[1]] == [row[:4] for row in world.done[1]]
    assert sum(f"{len(KINDS)} applied" in text for text in said) == 1
    assert sum("Nothing changes" in text for text in said) == 1


def test_two_first_runs_make_one_platform(world: World) -> None:
    seed = ("--ref", world.story.seed)
    with world.empty() as url:
        both = [start(world, url.text, *seed), start(world, url.text, *seed)]
        for process in both:
            finished(process)
        assert [row[:4] for row in state(url)[1]] == [(GIVER, "create", 0, 1)]


def test_a_reading_between_planning_and_writing_stops_the_decrease_and_its_partner(world: World) -> None:
    workspace = Workspace(world.story.repo.root)
    checked = workspace.check(workspace.tree(world.story.second))
    with world.told() as url:

        def meanwhile(groups: Sequence[Sequence[Write]]) -> Sequence[Sequence[Write]]:
            with open_operator(url) as operator:
                operator.record_usage({GIVER: 100})
            return groups

        run = Run(checked=checked, today=date.fromisoformat(TODAY), revision=None, progress=meanwhile)
        with open_writer(url) as writer:
            results = {result.account: result for result in reconcile(run, writer).results}
        assert "must be freed" in (results[GIVER].error or "")
        assert results[GIVER].outcome == results[TAKER].outcome == "failed"
        assert results[GROWN].outcome == "applied"
        assert state(url)[0][TAKER] == world.begun[0][TAKER]
