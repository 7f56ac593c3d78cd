"""The branch of issues here and on the remote: others write to it too, answers get lost, and runs are killed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from emp_gitops.errors import ForgeError
from emp_gitops.forge.issues import Close, Comment, OpenIssue
from emp_gitops.forge.plain.issues import BRANCH
from emp_gitops.repository import SideBranch, side_branch
from emp_gitops.repository.branches import push
from emp_gitops.repository.process import Git, Outcome
from support.crashing import processes
from support.issue_jobs import STORY
from support.repos import git
from support.trackers import KEY, NOON, OPEN, OTHER, InFiles

SENT = Comment(key=KEY, body="A mail went out.", records=("sent P1M <1@acme.example>",))
KILLED = -9


def cloned(hands: InFiles, *options: str) -> InFiles:
    """With another clone of the same remote."""
    git(hands.folder, "clone", "--quiet", *options, f"file://{hands.origin}", "other")
    return hands.moved(hands.folder, "other")


def tip(place: Path) -> str | None:
    return git(place, "for-each-ref", "--format=%(objectname)", f"refs/heads/{BRANCH}") or None


class TestAFreshClone:
    def test_knows_what_was_done_and_goes_on(self, shared: InFiles) -> None:
        shared.tracker().do([OPEN, SENT])
        fresh = cloned(shared)
        assert fresh.records() == [OPEN.records, SENT.records]
        fresh.tracker().do([OPEN, SENT, Comment(key=KEY, body="More.", records=("more",))])
        assert shared.records() == [OPEN.records, SENT.records, ("more",)]
        assert tip(shared.repo.top) != tip(fresh.repo.top) == tip(shared.origin), "each follows when it writes itself"

    def test_that_was_asked_before_there_was_anything_learns_of_it(self, shared: InFiles) -> None:
        fresh = cloned(shared, "--single-branch")
        assert fresh.tracker().issues() == {}
        shared.tracker().do([OPEN])
        assert {*fresh.tracker().issues()} == {KEY}

    def test_may_be_shallow_as_long_as_the_issues_are_not(self, shared: InFiles) -> None:
        shared.repo.commit("one more")
        shared.repo.git("push", "--quiet", "origin", "main")
        shared.tracker().do([OPEN])
        shared.write("A note.")
        fresh = cloned(shared, "--depth=1")
        assert fresh.repo.git("rev-parse", "--is-shallow-repository") == "true"
        fresh.tracker().do([SENT])
        assert fresh.records() == [OPEN.records, SENT.records]

    def test_that_hides_who_wrote_the_issues_is_refused(self, shared: InFiles) -> None:
        shared.tracker().do([OPEN])
        shared.write("A note.")
        fresh = cloned(shared, "--depth=1", "--no-single-branch")
        with pytest.raises(ForgeError, match="the clone is shallow") as caught:
            fresh.tracker().issues()
        assert caught.value.hint == "git fetch --unshallow"


class TestSomebodyFaster:
    @contextmanager
    def overtaken(self, monkeypatch: pytest.MonkeyPatch, *others: Callable[[], object]) -> Iterator[None]:
        """Before each try to write, one of the others writes first."""
        real, waiting = SideBranch.put, [*others]

        def put(branch: SideBranch, *arguments: object, **settings: object) -> bool:
            if waiting:
                with monkeypatch.context() as patch:
                    patch.setattr(SideBranch, "put", real)
                    waiting.pop(0)()
            return real(branch, *arguments, **settings)  # type: ignore[arg-type]

        monkeypatch.setattr(SideBranch, "put", put)
        yield
        monkeypatch.undo()
        assert waiting == []

    @pytest.mark.parametrize("fixture", ["hands", "shared"])
    def test_is_met_by_doing_it_again_on_top(
        self, fixture: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hands: InFiles = request.getfixturevalue(fixture)
        other = cloned(hands) if hands.shared else hands
        with self.overtaken(monkeypatch, lambda: other.tracker().do([OPEN]), lambda: other.write("A note.")):
            hands.tracker().do([OpenIssue(key=KEY, title="Mine", body=""), SENT])
        assert hands.records() == [OPEN.records, SENT.records]
        assert "A note." in hands.text()
        assert hands.writes() == 3
        assert hands.said == ["somebody else wrote to emp-gitops/issues; doing it again on top of that"] * 2

    def test_who_did_the_same_leaves_nothing_to_do(self, shared: InFiles, monkeypatch: pytest.MonkeyPatch) -> None:
        other = cloned(shared)
        with self.overtaken(monkeypatch, lambda: other.tracker().do([OPEN, SENT])):
            shared.tracker().do([OPEN, SENT])
        assert shared.writes() == 1

    def test_time_and_again_is_given_up(self, shared: InFiles, monkeypatch: pytest.MonkeyPatch) -> None:
        shared.tracker().do([OPEN])
        notes = [lambda number=number: shared.write(f"Note {number}.") for number in range(10)]
        with self.overtaken(monkeypatch, *notes), pytest.raises(ForgeError, match="others write to emp-gitops/issues all the time"):
            shared.tracker().do([SENT])
        assert shared.records() == [OPEN.records]

    @pytest.mark.parametrize("fixture", ["hands", "shared"])
    def test_among_many_processes_loses_nobody_and_makes_one_issue(
        self, fixture: str, request: pytest.FixtureRequest
    ) -> None:
        hands: InFiles = request.getfixturevalue(fixture)
        with processes() as server:
            assert server.run("support.issue_jobs:comment", str(hands.repo.root), times=4) == [0] * 4
        assert hands.records()[0] == OPEN.records
        assert len({*hands.records()}) == 5
        assert [*hands.tracker().issues()] == [KEY]


class TestARemoteThatFails:
    def test_to_be_reached_is_an_error_and_nothing_is_left_ahead(self, shared: InFiles) -> None:
        shared.tracker().do([OPEN])
        before = tip(shared.repo.top)
        away = shared.origin.rename(shared.folder / "away.git")
        asks = (shared.tracker().issues, lambda: shared.tracker().do([SENT]), shared.tracker().heartbeat, shared.tracker().last_heartbeat)
        for ask in asks:
            with pytest.raises(ForgeError, match="origin could not be reached"):
                ask()
        assert tip(shared.repo.top) == before
        away.rename(shared.origin)
        shared.tracker().do([SENT])
        assert shared.records() == [OPEN.records, SENT.records]

    @pytest.mark.parametrize("story", [[OPEN], [OPEN, SENT]])
    def test_to_take_it_is_an_error_and_nothing_is_left_ahead(self, shared: InFiles, story: list[OpenIssue | Comment]) -> None:
        if len(story) > 1:
            shared.tracker().do([OPEN])
        before = tip(shared.repo.top)
        hook = shared.origin / "hooks/pre-receive"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\necho no >&2\nexit 1\n")
        hook.chmod(0o755)
        with pytest.raises(ForgeError, match="origin refused the push to emp-gitops/issues"):
            shared.tracker().do(story)
        assert (tip(shared.repo.top), tip(shared.origin)) == (before, before)
        hook.unlink()
        shared.tracker().do(story)
        assert shared.writes() == len(story)

    @pytest.mark.parametrize("is_still_away", [False, True])
    @pytest.mark.parametrize("is_overtaken", [False, True])
    def test_to_answer_after_it_took_it_has_it_once(
        self, shared: InFiles, monkeypatch: pytest.MonkeyPatch, is_still_away: bool, is_overtaken: bool
    ) -> None:
        away = shared.folder / "away.git"
        note = cloned(shared) if is_overtaken else None
        shared.tracker().do([OPEN])

        def lost(repository: Git, commit: str, branch: str) -> Outcome:
            assert push(repository, commit, branch).status == 0
            monkeypatch.undo()
            if note:
                note.tracker().do([Comment(key=KEY, body="Other.", records=("other",))])
            if is_still_away:
                shared.origin.rename(away)
            return Outcome(128, b"", "fatal: the remote end hung up unexpectedly")

        monkeypatch.setattr(side_branch, "push", lost)
        if is_still_away:
            with pytest.raises(ForgeError, match="origin could not be reached: the remote end hung up"):
                shared.tracker().do([SENT])
            away.rename(shared.origin)
        shared.tracker().do([SENT])
        assert sorted(shared.records()) == sorted([OPEN.records, SENT.records, *([("other",)] if is_overtaken else [])])
        assert shared.writes() == (3 if is_overtaken else 2)


class TestABranchOnOneSide:
    def test_from_before_there_was_a_remote_is_published(self, hands: InFiles) -> None:
        hands.tracker().do([OPEN])
        git(hands.folder, "init", "--quiet", "--bare", str(hands.origin))
        hands.repo.git("remote", "add", "origin", str(hands.origin))
        assert hands.records() == [OPEN.records]
        assert tip(hands.origin) is None
        hands.tracker().do([OPEN])
        assert tip(hands.origin) == tip(hands.repo.top)

    def test_that_somebody_deleted_on_the_remote_is_published_again(self, shared: InFiles) -> None:
        shared.tracker().do([OPEN])
        git(shared.origin, "update-ref", "-d", f"refs/heads/{BRANCH}")
        shared.tracker().do([OPEN])
        assert tip(shared.origin) == tip(shared.repo.top)
        shared.tracker().do([SENT])
        assert (shared.records(), shared.writes()) == ([OPEN.records, SENT.records], 2)

    def test_that_parted_is_told_and_left_alone(self, shared: InFiles) -> None:
        shared.tracker().do([OPEN])
        cloned(shared).tracker().do([SENT])
        shared.repo.git("remote", "rename", "origin", "away")
        shared.tracker().do([Comment(key=KEY, body="Here.", records=("here",))])
        shared.repo.git("remote", "rename", "away", "origin")
        before = tip(shared.repo.top), tip(shared.origin)
        for ask in (shared.tracker().issues, lambda: shared.tracker().do([SENT])):
            with pytest.raises(ForgeError, match="the branch emp-gitops/issues here and on origin have parted"):
                ask()
        assert (tip(shared.repo.top), tip(shared.origin)) == before

    def test_that_is_checked_out_is_left_to_whoever_did_so(self, shared: InFiles) -> None:
        shared.tracker().do([OPEN])
        before, place = tip(shared.repo.top), shared.folder / "issues"
        shared.repo.git("worktree", "add", "--quiet", str(place), BRANCH)
        shared.tracker().do([SENT])
        assert (tip(shared.repo.top), git(place, "status", "--porcelain")) == (before, "")
        assert shared.records() == [OPEN.records, SENT.records]


@pytest.mark.parametrize("is_shared", [False, True])
def test_a_run_that_was_killed_before_any_step_is_completed_by_the_next(tmp_path: Path, is_shared: bool) -> None:
    """A step is a run of git. In the end there is one commit, which holds everything."""
    start = InFiles(tmp_path / "start", shared=is_shared)
    seen = set()
    with processes() as server:
        for step in count(1):
            folder = tmp_path / str(step)
            shutil.copytree(start.folder, folder)
            code, = server.run("support.issue_jobs:tell", str(folder / "ours"), str(step))
            place = folder / start.place.name
            seen.add(tip(place) is not None)
            hands = start.moved(folder)
            hands.tracker().do(STORY)
            assert hands.writes() == 1, f"killed at step {step}"
            assert (hands.issue().is_open, hands.issue(OTHER).is_open, hands.text().count("A mail")) == (False, True, 1)
            if code == 0:
                break
            assert code == KILLED
    assert seen == {False, True}
    assert step > 10


def test_a_heartbeat_is_read_from_the_remote(shared: InFiles) -> None:
    other = cloned(shared)
    other.tracker(moment=NOON + timedelta(days=1)).heartbeat()
    assert shared.tracker().last_heartbeat() == NOON + timedelta(days=1)


def test_closing_by_hand_on_the_remote_is_respected(shared: InFiles) -> None:
    shared.tracker().do([OPEN])
    cloned(shared).set_open(is_open=False)
    before = shared.writes()
    assert not shared.tracker().do([Close(key=KEY, body="Thank you.")])[KEY].is_open
    assert shared.writes() == before
