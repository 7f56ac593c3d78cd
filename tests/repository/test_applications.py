"""Branches that are applications."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from emp_gitops.errors import RepositoryError
from emp_gitops.repository import ApplicationBranch, Repository
from support.repos import ANA, ConfigRepo, git

BEA = "Bea <bea@example.com>"


@pytest.fixture
def repo(repo: ConfigRepo) -> ConfigRepo:
    """With two accounts on main."""
    repo.account("acme-hq")
    repo.account("acme-lyon", folder="france")
    repo.commit()
    return repo


def applications(repo: ConfigRepo | Path, base: str = "main") -> list[ApplicationBranch]:
    return Repository.open(repo if isinstance(repo, Path) else repo.root).applications(base)


def propose(repo: ConfigRepo, name: str, account: str = "acme-hq", **fields: object) -> str:
    repo.branch(name, start="main")
    repo.account(account, **{"datapoints": 500, **fields})
    commit = repo.commit(author=BEA)
    repo.switch("main")
    return commit


def test_an_application_tells_who_opened_it_when_and_as_what(repo: ConfigRepo) -> None:
    repo.branch("application/more-for-acme")
    repo.account("acme-hq", datapoints=200)
    repo.commit("More for Acme\n\nas agreed", author=BEA, at=datetime(2026, 11, 5, 23, 30, tzinfo=UTC))
    repo.account("acme-berlin")
    commit = repo.commit(author=ANA, at=datetime(2026, 11, 6, tzinfo=UTC))
    repo.switch("main")
    (found,) = applications(repo)
    assert found == ApplicationBranch(
        name="application/more-for-acme", commit=commit, author=BEA, opened_at=datetime(2026, 11, 5, 23, 30, tzinfo=UTC),
        title="More for Acme",
    )
    assert found.opened_at.utcoffset() is not None


def test_applications_come_by_name_and_other_branches_are_none(repo: ConfigRepo) -> None:
    for name in ("application/b", "application/a/deep", "feature", "my/application/c", "applications/d"):
        propose(repo, name)
    assert [found.name for found in applications(repo)] == ["application/a/deep", "application/b"]


def test_what_main_contains_is_told_only_where_that_is_asked_for(repo: ConfigRepo) -> None:
    commit = propose(repo, "application/merged")
    repo.merge("application/merged")
    assert applications(repo) == []
    (found,) = Repository.open(repo.root).applications("main", merged=True)
    assert (found.name, found.commit, found.author) == ("application/merged", commit, BEA)


@pytest.mark.parametrize("path", ["emp-gitops.yaml", "allowed_signers", "README.md"])
def test_whatever_a_branch_changes_it_is_one(repo: ConfigRepo, path: str) -> None:
    repo.branch("application/other")
    repo.write(path, "x: 1\n")
    repo.commit()
    assert [found.name for found in applications(repo)] == ["application/other"]


def test_a_branch_that_took_main_in_is_still_its_authors(repo: ConfigRepo) -> None:
    propose(repo, "application/one")
    repo.account("acme-lyon", folder="france", datapoints=900)
    repo.commit(author=ANA)
    repo.switch("application/one")
    repo.merge("main")
    repo.switch("main")
    (found,) = applications(repo)
    assert found.author == BEA


class TestRemotes:
    @pytest.fixture
    def clone(self, repo: ConfigRepo, tmp_path: Path) -> ConfigRepo:
        """A clone of a repository with one application."""
        propose(repo, "application/one")
        git(tmp_path, "clone", "--quiet", repo.top.as_uri(), "clone")
        return ConfigRepo(tmp_path / "clone")

    def test_a_remotes_branch_is_an_application_under_its_own_name(self, clone: ConfigRepo) -> None:
        assert [found.name for found in applications(clone)] == ["application/one"]

    def test_a_branch_that_is_here_too_counts_once(self, clone: ConfigRepo) -> None:
        clone.git("branch", "application/one", "origin/application/one")
        assert len(applications(clone)) == 1

    @pytest.mark.parametrize("newer", ["here", "there"])
    def test_the_newer_of_two_counts(self, repo: ConfigRepo, clone: ConfigRepo, newer: str) -> None:
        clone.git("branch", "application/one", "origin/application/one")
        place = clone if newer == "here" else repo
        place.switch("application/one")
        place.account("acme-berlin")
        commit = place.commit(at=datetime(2027, 1, 1, tzinfo=UTC))
        clone.git("fetch", "--quiet")
        (found,) = applications(clone)
        assert found.commit == commit

    def test_of_two_of_the_same_time_the_one_here_counts(self, repo: ConfigRepo, clone: ConfigRepo) -> None:
        clone.git("branch", "application/one", "origin/application/one")
        commits = []
        for place, account in ((clone, "acme-here"), (repo, "acme-there")):
            place.switch("application/one")
            place.account(account)
            commits.append(place.commit(at=datetime(2027, 1, 1, tzinfo=UTC)))
        clone.git("fetch", "--quiet")
        assert [found.commit for found in applications(clone)] == commits[:1]

    def test_a_shallow_clone_says_what_it_needs(self, repo: ConfigRepo, clone: ConfigRepo, tmp_path: Path) -> None:
        repo.commit()
        git(tmp_path, "clone", "--quiet", "--depth=1", "--no-single-branch", repo.top.as_uri(), "shallow")
        with pytest.raises(RepositoryError, match="shallow") as caught:
            applications(tmp_path / "shallow")
        assert "--unshallow" in str(caught.value.hint)


def test_a_branch_without_common_history_is_not_passed_over(repo: ConfigRepo) -> None:
    repo.git("switch", "--quiet", "--orphan", "application/orphan")
    repo.account("acme-hq")
    repo.commit(author=BEA)
    assert [(found.name, found.author) for found in applications(repo)] == [("application/orphan", BEA)]


@pytest.mark.parametrize(("claimed", "taken"), [
    ("99999999999999", datetime(9999, 12, 31, tzinfo=UTC)), ("", datetime(1970, 1, 1, tzinfo=UTC)), ("0", datetime(1970, 1, 1, tzinfo=UTC)),
])
def test_a_commit_may_claim_any_time(repo: ConfigRepo, claimed: str, taken: datetime) -> None:
    propose(repo, "application/one")
    tree, parent = repo.git("rev-parse", "application/one^{tree}"), repo.git("rev-parse", "main")
    commit = f"tree {tree}\nparent {parent}\nauthor Bea <bea@example.com> {claimed} +0000\ncommitter Bea <b@x> 1793000000 +0000\n\nx\n"
    repo.git("update-ref", "refs/heads/application/one", repo.store(commit.encode(), "commit"))
    assert [(found.author, found.opened_at) for found in applications(repo)] == [(BEA, taken)]


def test_applications_are_asked_for_any_base(repo: ConfigRepo) -> None:
    commit = propose(repo, "application/one")
    assert [found.commit for found in applications(repo, base=repo.head())] == [commit]
    assert applications(repo, base=commit) == []
    with pytest.raises(RepositoryError):
        applications(repo, base="nowhere")
