"""Runs of an issue tracker in processes of their own: many at once, and killed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from emp_gitops.forge.plain.issues import BRANCH
from support.crashing import processes
from support.issue_files import InFiles
from support.issue_jobs import STORY
from support.repos import git
from support.thorough import steps
from support.trackers import KEY, OPEN, OTHER

KILLED = -9


@pytest.mark.parametrize("fixture", ["hands", "shared"])
def test_many_at_once_lose_no_comment_and_make_one_issue(fixture: str, request: pytest.FixtureRequest) -> None:
    hands: InFiles = request.getfixturevalue(fixture)
    with processes() as server:
        assert server.run("support.issue_jobs:comment", str(hands.repo.root), times=4) == [0] * 4
    assert hands.records()[0] == OPEN.records
    assert len({*hands.records()}) == 5
    assert [*hands.tracker().issues()] == [KEY]


@pytest.mark.parametrize("is_shared", [False, True])
def test_a_run_that_was_killed_before_any_step_is_completed_by_the_next(tmp_path: Path, is_shared: bool) -> None:
    """A step is a run of git. In the end there is one commit, which holds everything."""
    start = InFiles(tmp_path / "start", shared=is_shared)
    seen = set()
    with processes() as server:
        for step in steps(hurried=4):
            folder = tmp_path / str(step)
            shutil.copytree(start.folder, folder)
            code, = server.run("support.issue_jobs:tell", str(folder / "ours"), str(step))
            place = folder / start.place.name
            seen.add(git(place, "for-each-ref", f"refs/heads/{BRANCH}") != "")
            hands = start.moved(folder)
            hands.tracker().do(STORY)
            assert hands.writes() == 1, f"killed at step {step}"
            assert (hands.issue().is_open, hands.issue(OTHER).is_open, hands.text().count("A mail")) == (False, True, 1)
            if code == 0:
                break
            assert code == KILLED
    assert seen == {False, True}
    assert step > 10
