"""A branch that the tool keeps for itself: what is on it, who brought it, and how it moves."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from emp_gitops.errors import RepositoryError
from emp_gitops.repository import Repository, SideBranch, Version
from support.repos import ConfigRepo, git

OURS = "tool <tool@localhost.invalid>"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
REF = "refs/heads/side/notes"


@pytest.fixture
def branch(repo: ConfigRepo) -> SideBranch:
    repo.commit()
    return Repository.open(repo.root).side_branch("side/notes", OURS)


def put(branch: SideBranch, **files: str) -> str:
    """Commit to files, without their `.md`, and give the new tip."""
    contents = {f"{name}.md": text.encode() for name, text in files.items()}
    assert branch.put(branch.tip(), contents, "notes", at=NOON)
    tip = branch.tip()
    assert tip
    return tip


def by_ana(repo: ConfigRepo, *parents: str, **files: str) -> str:
    """A commit of Ana's on the branch, with these files alone."""
    blobs = {name: repo.store(text.encode()) for name, text in files.items()}
    listed = "".join(f"100644 blob {blob}\t{name}.md\n" for name, blob in blobs.items())
    tree = repo.git("mktree", given=listed.encode())
    named = [word for parent in parents for word in ("-p", parent)]
    commit = repo.git("commit-tree", tree, *named, "-m", "by hand", **repo.identity())
    repo.git("update-ref", REF, commit)
    return commit


def blob(repo: ConfigRepo, text: str) -> str:
    return repo.git("hash-object", "--stdin", given=text.encode())


class TestItsFiles:
    def test_are_none_before_the_first_commit(self, branch: SideBranch) -> None:
        assert branch.tip() is None

    def test_are_listed_and_read_in_bulk(self, repo: ConfigRepo, branch: SideBranch) -> None:
        assert branch.put(None, {"a/one.md": b"1\r\n", "a/two.md": b"\xff", "b.md": b""}, "notes", at=NOON)
        tip = branch.tip()
        assert tip
        files = branch.files(tip)
        assert {path: branch.contents(files.values())[id_] for path, id_ in files.items()} == {
            "a/one.md": b"1\r\n", "a/two.md": b"\xff", "b.md": b"",
        }
        assert [{*branch.files(tip, *limits)} for limits in (["a/"], ["b.md", "c.md"], ["a/*"])] == [
            {"a/one.md", "a/two.md"}, {"b.md"}, set(),
        ]

    def test_are_regular_ones(self, repo: ConfigRepo, branch: SideBranch) -> None:
        id_ = repo.store(b"x")
        listed = f"100755 blob {id_}\trun.md\n120000 blob {id_}\tlink.md\n160000 commit {repo.head()}\tmodule.md\n"
        tree = repo.git("mktree", given=listed.encode())
        commit = repo.git("commit-tree", tree, "-m", "x", **repo.identity())
        assert {*branch.files(commit)} == {"run.md"}


class TestPutting:
    def test_goes_on_from_the_tip_alone(self, repo: ConfigRepo, branch: SideBranch) -> None:
        first = put(branch, one="1")
        assert not branch.put(None, {"two.md": b"2"}, "late", at=NOON)
        second = put(branch, one="1", two="2")
        assert not branch.put(first, {"three.md": b"3"}, "late", at=NOON)
        assert repo.git("rev-parse", REF) == second

    def test_of_nothing_new_is_an_error(self, branch: SideBranch) -> None:
        with pytest.raises(RepositoryError, match="nothing to commit"):
            put(branch, one="1") and put(branch, one="1")

    def test_that_git_does_not_let_happen_is_an_error(self, repo: ConfigRepo, branch: SideBranch) -> None:
        tip = put(branch, one="1")
        (repo.top / ".git" / f"{REF}.lock").touch()
        with pytest.raises(RepositoryError, match=r"the branch side/notes cannot move: .*lock"):
            branch.put(tip, {"two.md": b"2"}, "locked", at=NOON)


class TestWhoBroughtWhat:
    def test_is_told_by_the_commits(self, repo: ConfigRepo, branch: SideBranch) -> None:
        first = put(branch, one="1", two="2")
        assert branch.history.touched_by_others(first) == frozenset()
        by_ana(repo, first, one="1", two="Ana's", three="3")
        last = put(branch, one="more", two="Ana's and more")
        assert branch.history.touched_by_others(last) == {"two.md", "three.md"}
        assert branch.history.touched_by_others(first) == frozenset()
        assert branch.history.versions(last, ["two.md"]) == [
            Version(path="two.md", is_own=True, before=None, after=blob(repo, "2")),
            Version(path="two.md", is_own=False, before=blob(repo, "2"), after=blob(repo, "Ana's")),
            Version(path="two.md", is_own=True, before=blob(repo, "Ana's"), after=blob(repo, "Ana's and more")),
        ]
        assert branch.history.versions(last, []) == []

    def test_includes_what_was_removed(self, repo: ConfigRepo, branch: SideBranch) -> None:
        first = put(branch, one="1", two="2")
        last = by_ana(repo, first, two="2")
        assert branch.history.touched_by_others(last) == {"one.md"}
        assert branch.history.versions(last, ["one.md"])[-1] == Version(
            path="one.md", is_own=False, before=blob(repo, "1"), after=None
        )

    def test_has_both_sides_of_a_merge(self, repo: ConfigRepo, branch: SideBranch) -> None:
        start = put(branch, one="1")
        left = put(branch, one="left")
        repo.git("update-ref", REF, start)
        right = put(branch, one="right")
        merge = by_ana(repo, left, right, one="left")
        assert branch.history.touched_by_others(merge) == {"one.md"}
        assert {version.after for version in branch.history.versions(merge, ["one.md"])} == {
            blob(repo, text) for text in ("1", "left", "right")
        }

    def test_is_told_when_the_tool_last_did_it(self, repo: ConfigRepo, branch: SideBranch) -> None:
        first = put(branch, one="1")
        last = by_ana(repo, first, one="2")
        assert branch.history.last_own_time(last, "one.md") == NOON
        assert branch.history.last_own_time(last, "two.md") is None

    def test_is_read_once_for_what_is_known_already(self, repo: ConfigRepo, branch: SideBranch) -> None:
        """Also where the branch was rewritten since."""
        first = by_ana(repo, one="1")
        assert branch.history.touched_by_others(first) == {"one.md"}
        second = put(branch, two="2")
        assert branch.history.touched_by_others(second) == {"one.md"}
        repo.git("update-ref", "-d", REF)
        assert branch.history.touched_by_others(put(branch, one="1")) == frozenset()


def test_a_remote_with_many_branches_is_asked_for_this_one(repo: ConfigRepo, branch: SideBranch, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    repo.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    tip = put(branch, one="1")
    repo.git("push", "--quiet", str(tmp_path / "origin.git"), "main:other", f"{tip}:{REF}")
    repo.git("update-ref", "-d", REF)
    again = Repository.open(repo.root).side_branch("side/notes", OURS)
    assert again.tip() == tip
    assert repo.git("for-each-ref", "--format=%(refname)", "refs/remotes") == "refs/remotes/origin/side/notes"
