"""What changes while reconcile runs: readings on the platform, commits in git."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from datetime import date
from itertools import count
from pathlib import Path

import pytest

from emp_gitops.platform.base import Write
from emp_gitops.platform.open import open_operator, open_writer
from emp_gitops.reconcile import Run, reconcile
from emp_gitops.workspace import Workspace
from support.cli import TODAY
from support.faults import GIVER, GROWN, KINDS, TAKER, Story, World, state
from support.steps import at_step


def test_a_reading_between_planning_and_writing_stops_the_decrease_and_its_partner(world: World) -> None:
    workspace = Workspace(world.story.repo.root)
    checked = workspace.check(workspace.tree(world.story.second))
    with world.told() as url:

        def meanwhile(groups: Sequence[Sequence[Write]]) -> Sequence[Sequence[Write]]:
            with open_operator(url) as operator:
                operator.record_usage({GIVER: 100})
            return groups

        run = Run(checked=checked, today=date.fromisoformat(TODAY), revision=world.story.second, progress=meanwhile)
        with open_writer(url) as writer:
            results = {result.account: result for result in reconcile(run, writer).results}
        assert "100 are in use: 30 must be freed first" in (results[GIVER].error or "")
        assert {id_ for id_, result in results.items() if result.outcome == "failed"} == {GIVER, TAKER}
        assert {id_ for id_, result in results.items() if result.outcome == "applied"} == KINDS.keys() - {GIVER, TAKER}
        assert state(url)[0][TAKER] == world.begun[0][TAKER]

        cli = world.cli(url)
        later = {result["account"]: result["outcome"] for result in cli.json("reconcile", code=1)["results"]}
        assert {id_ for id_, outcome in later.items() if outcome == "refused"} == {GIVER, TAKER}
        cli("platform", "usage", "set", GIVER, "70")
        cli("reconcile")
        assert sorted(row[:2] for row in state(url)[1]) == sorted(row[:2] for row in world.done[1])


@pytest.fixture
def moving(tmp_path: Path) -> tuple[Story, str]:
    """A story of its own, and a commit of its future that main does not show yet."""
    story = Story(tmp_path / "repo")
    story.repo.account(GROWN, datapoints=500)
    third = story.repo.commit("third")
    story.repo.git("reset", "--quiet", "--hard", story.second)
    return story, third


def test_a_commit_while_git_is_read_is_all_in_the_run_or_not_at_all(
    moving: tuple[Story, str], on_sqlite: World, tmp_path: Path
) -> None:
    """Before each time that reconcile asks git something, main moves on."""
    story, third = moving
    seen = []
    for number in count(1):
        story.repo.git("update-ref", "refs/heads/main", story.second)
        with on_sqlite.told() as url:
            cli = story.cli(url).with_(PATH=path_with_git_that_moves_main(tmp_path, story, third, number))
            revision = cli.json("reconcile")["revision"]
            accounts, audit = state(url)
        assert accounts[GROWN].account.datapoints == {story.second: 150, third: 500}[revision]
        assert {row[5] for row in audit} == {story.first, revision}
        seen.append(revision)
        if story.repo.head() == story.second:
            break
    assert set(seen) == {story.second, third}
    assert seen == sorted(seen, key=[third, story.second].index), "it is told once what main is, and keeps to it"
    assert number > 5


def path_with_git_that_moves_main(folder: Path, story: Story, commit: str, call: int) -> str:
    """A search path on which git, when it is called for that time, first moves main to a commit."""
    (folder / "calls").write_text("")
    (folder / "bin").mkdir(exist_ok=True)
    real, calls = shutil.which("git"), folder / "calls"
    wrapper = folder / "bin/git"
    wrapper.write_text(
        f"#!/bin/sh\necho >> {calls}\n"
        f"[ $(wc -l < {calls}) -ne {call} ] || {real} -C {story.repo.root} update-ref refs/heads/main {commit}\n"
        f'exec {real} "$@"\n'
    )
    wrapper.chmod(0o755)
    return f"{wrapper.parent}:{os.environ['PATH']}"


def test_a_commit_while_reconcile_applies_waits_for_the_next_run(moving: tuple[Story, str], world: World) -> None:
    story, third = moving
    with world.told() as url:
        cli = story.cli(url)
        with at_step(30, lambda: story.repo.git("reset", "--quiet", "--hard", third)) as commit:
            assert cli.json("reconcile")["revision"] == story.second
        assert commit.has_fired
        assert state(url) == world.done
        [change] = cli.json("reconcile")["changes"]
        assert change["account"] == GROWN
