"""Where main is, new branches, moving main, and pushing to remotes that take it or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from emp_gitops.errors import EmpError, ForgeError, RepositoryError
from emp_gitops.repository import Repository
from emp_gitops.repository.branches import Main
from support.git_server import git_server
from support.repos import ConfigRepo, git


@pytest.fixture
def repo(repo: ConfigRepo) -> ConfigRepo:
    """With two commits on main, and `older` for the first."""
    repo.account("acme-hq")
    repo.commit()
    repo.git("tag", "older")
    repo.account("acme-hq", datapoints=150)
    repo.commit()
    return repo


@pytest.fixture
def origin(repo: ConfigRepo, tmp_path: Path) -> Path:
    """The bare repository that `repo` was pushed to."""
    place = tmp_path / "origin.git"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(place))
    repo.git("remote", "add", "origin", str(place))
    repo.git("push", "--quiet", "origin", "main")
    return place


def of(repo: ConfigRepo) -> Repository:
    return Repository.open(repo.root)


class TestWhereMainIs:
    def test_it_is_the_branch_here(self, repo: ConfigRepo) -> None:
        assert of(repo).main() == Main(repo.head(), "main", repo.head())

    @pytest.mark.usefixtures("origin")
    def test_it_is_the_remotes_where_that_is_newer(self, repo: ConfigRepo) -> None:
        newest, older = repo.head(), repo.git("rev-parse", "older")
        repo.git("reset", "--quiet", "--hard", "older")
        assert of(repo).main() == Main(newest, "origin/main", older)

    @pytest.mark.usefixtures("origin")
    def test_it_is_the_branch_here_where_that_is_newer(self, repo: ConfigRepo) -> None:
        repo.account("acme-lyon")
        newest = repo.commit()
        assert of(repo).main() == Main(newest, "main", newest)

    @pytest.mark.usefixtures("origin")
    def test_it_is_the_remotes_where_the_two_have_parted(self, repo: ConfigRepo) -> None:
        there = repo.head()
        repo.git("reset", "--quiet", "--hard", "older")
        repo.account("acme-lyon")
        here = repo.commit()
        assert of(repo).main() == Main(there, "origin/main", here)

    def test_it_is_what_is_checked_out_where_there_is_none(self, repo: ConfigRepo) -> None:
        repo.git("branch", "--move", "main", "trunk")
        assert of(repo).main() == Main(repo.head(), "HEAD", None)

    def test_it_is_nowhere_without_a_commit(self, tmp_path: Path) -> None:
        with pytest.raises(RepositoryError, match="no commits yet"):
            of(ConfigRepo(tmp_path / "new")).main()


class TestANewBranch:
    def test_is_where_it_was_asked_for_and_can_be_asked_for_twice(self, repo: ConfigRepo) -> None:
        for _ in range(2):
            of(repo).create_branch("application/one", repo.head())
        assert repo.git("rev-parse", "application/one") == repo.head()

    def test_never_moves_one_that_is_there(self, repo: ConfigRepo) -> None:
        older = repo.git("rev-parse", "older")
        of(repo).create_branch("application/one", older)
        with pytest.raises(EmpError, match="exists already"):
            of(repo).create_branch("application/one", repo.head())
        with pytest.raises(EmpError, match="stands in the way"):
            of(repo).create_branch("application/one/below", repo.head())
        assert repo.git("rev-parse", "application/one") == older

    @pytest.mark.parametrize("name", ["", "-x", "a..b", "a b", "x.lock", "a\nb", "\u202e", "@{-1}", "a~1"])
    def test_has_a_name_that_git_takes(self, repo: ConfigRepo, name: str) -> None:
        with pytest.raises(EmpError, match="cannot be the name of a branch"):
            of(repo).create_branch(name, repo.head())

    def test_knows_which_names_are_taken(self, repo: ConfigRepo, origin: Path) -> None:
        for name in ("application/a-1", "application/a-2/deep", "application/b"):
            repo.git("branch", name)
        git(origin, "branch", "application/a-3", "main")
        repo.git("fetch", "--quiet")
        assert of(repo).taken_branches("application/a") == {"application/a-1", "application/a-2/deep", "application/a-3"}


class TestMovingABranch:
    def moved(self, repo: ConfigRepo) -> str:
        """The newest commit; `main` and what is checked out are behind it."""
        newest = repo.head()
        repo.git("reset", "--quiet", "--hard", "older")
        return newest

    def test_takes_an_unchanged_work_tree_along(self, repo: ConfigRepo) -> None:
        newest = self.moved(repo)
        (repo.root / "accounts/acme-hq.yaml").touch()
        of(repo).move_branch("main", newest)
        assert (repo.head(), repo.git("status", "--porcelain")) == (newest, "")
        assert "150" in (repo.root / "accounts/acme-hq.yaml").read_text()

    def test_leaves_the_work_tree_of_another_branch_alone(self, repo: ConfigRepo) -> None:
        newest = self.moved(repo)
        repo.branch("elsewhere")
        repo.account("acme-hq", datapoints=777)
        of(repo).move_branch("main", newest)
        assert repo.git("rev-parse", "main") == newest
        assert "777" in (repo.root / "accounts/acme-hq.yaml").read_text()

    @pytest.mark.parametrize("stage", [False, True], ids=["in a file", "in the index"])
    def test_loses_no_change(self, repo: ConfigRepo, *, stage: bool) -> None:
        newest = self.moved(repo)
        repo.account("acme-hq", datapoints=777)
        if stage:
            repo.git("add", "--all")
        self.refused(repo, newest, "changes that are not committed")

    def test_overwrites_no_file_that_git_does_not_know(self, repo: ConfigRepo) -> None:
        repo.account("acme-lyon")
        repo.commit()
        newest = self.moved(repo)
        repo.account("acme-lyon", datapoints=777)
        self.refused(repo, newest, "cannot follow")

    def test_drops_no_commit(self, repo: ConfigRepo) -> None:
        newest = self.moved(repo)
        repo.account("acme-lyon")
        repo.commit()
        self.refused(repo, newest, "does not go on from")

    def test_leaves_a_branch_alone_that_another_work_tree_shows(self, repo: ConfigRepo, tmp_path: Path) -> None:
        newest = self.moved(repo)
        repo.branch("elsewhere")
        repo.git("worktree", "add", "--quiet", str(tmp_path / "second"), "main")
        self.refused(repo, newest, "checked out in another work tree")

    def refused(self, repo: ConfigRepo, commit: str, why: str) -> None:
        before = repo.git("rev-parse", "main"), repo.git("status", "--porcelain"), repo.git("diff", "HEAD")
        for move in (of(repo).check_movable, of(repo).move_branch):
            with pytest.raises(RepositoryError, match=why) as caught:
                move("main", commit)
            assert caught.value.hint
        assert before == (repo.git("rev-parse", "main"), repo.git("status", "--porcelain"), repo.git("diff", "HEAD"))


class TestPushing:
    def push(self, repo: ConfigRepo, branch: str = "application/one") -> bool:
        return of(repo).push_to_origin(branch, repo.head(), again="try again")

    def failure(self, repo: ConfigRepo, branch: str = "application/one") -> ForgeError:
        with pytest.raises(ForgeError) as caught:
            self.push(repo, branch)
        assert "try again" in str(caught.value.hint)
        return caught.value

    def test_without_a_remote_does_nothing(self, repo: ConfigRepo) -> None:
        assert not self.push(repo)

    def test_makes_the_branch_there_and_can_be_done_twice(self, repo: ConfigRepo, origin: Path) -> None:
        repo.git("config", "push.followTags", "true")
        assert self.push(repo)
        assert self.push(repo)
        assert git(origin, "rev-parse", "application/one") == repo.head()
        assert git(origin, "tag") == ""

    def test_never_drops_what_is_there(self, repo: ConfigRepo, origin: Path) -> None:
        there = git(origin, "rev-parse", "main")
        repo.git("reset", "--quiet", "--hard", "older")
        repo.account("acme-lyon")
        repo.commit()
        assert "has commits that are not here" in self.failure(repo, "main").message
        assert git(origin, "rev-parse", "main") == there

    def test_tells_a_protected_branch(self, repo: ConfigRepo, origin: Path) -> None:
        hook = origin / "hooks" / "update"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\necho protected >&2\nexit 1\n")
        hook.chmod(0o755)
        assert "refused the push to application/one: hook declined" in self.failure(repo).message

    def test_tells_a_remote_that_is_not_there(self, repo: ConfigRepo, tmp_path: Path) -> None:
        repo.git("remote", "add", "origin", str(tmp_path / "nowhere.git"))
        assert "could not be reached" in self.failure(repo).message

    def test_tells_that_one_may_not(self, repo: ConfigRepo, origin: Path) -> None:
        git(origin, "config", "http.receivepack", "true")
        with git_server(origin.parent, "secret") as server:
            repo.git("remote", "set-url", "origin", f"{server.url}/origin.git")
            assert "does not let you push" in self.failure(repo).message
            user = server.url.replace("http://", "http://x-access-token:secret@")
            repo.git("remote", "set-url", "origin", f"{user}/origin.git")
            assert self.push(repo)
        assert git(origin, "rev-parse", "application/one") == repo.head()
