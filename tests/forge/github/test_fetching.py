"""Fetching an approved commit that is on no branch, over HTTP from a real git server, and where the token goes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from emp_gitops.core.config import Config
from emp_gitops.errors import ForgeError
from emp_gitops.forge.github.client import GitHub
from emp_gitops.forge.github.fetching import fetch
from emp_gitops.repository import Repository
from support.git_server import GitServer, git_server
from support.repos import ConfigRepo, git

TOKEN = "ghp_verysecret"


class Clone:
    """A repository whose server has a commit more, as the head of pull request 12."""

    def __init__(self, folder: Path, server: GitServer) -> None:
        self.server = server
        self.bare = folder / "server/acme/emp.git"
        source = ConfigRepo(folder / "source")
        source.config()
        source.commit("start")
        git(folder, "clone", "--quiet", str(source.root), str(folder / "clone"))
        source.account("acme-hq")
        self.commit = source.commit("asked for")
        git(folder, "clone", "--quiet", "--bare", str(source.root), str(self.bare))
        git(self.bare, "update-ref", "refs/pull/12/head", self.commit)
        git(self.bare, "update-ref", "refs/heads/main", f"{self.commit}^")
        self.root = folder / "clone"
        self.repository = Repository.open(self.root)

    def fetch(self, commit: str | None = None, *, token: str = TOKEN) -> None:
        client = GitHub.of(
            Config(organisation="Acme", timezone="UTC", forge="github:acme/emp"), say=lambda _text: None,
            environment={"GITHUB_SERVER_URL": self.server.url, "GITHUB_TOKEN": token},
        )
        fetch(client, self.repository, commit or self.commit, pulls=[12])


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Clone]:
    with git_server(tmp_path / "server", TOKEN) as server:
        yield Clone(tmp_path, server)


def refusal(clone: Clone, commit: str | None = None, *, token: str = TOKEN) -> str:
    with pytest.raises(ForgeError) as caught:
        clone.fetch(commit, token=token)
    assert not clone.repository.has(clone.commit)
    told = f"{caught.value.message} {caught.value.where} {caught.value.hint}"
    assert TOKEN not in told
    return told


def later_than(clone: Clone) -> str:
    """A commit on top of the wanted one, so that no ref names that one itself."""
    tree = git(clone.bare, "rev-parse", f"{clone.commit}^{{tree}}")
    person = {"GIT_AUTHOR_NAME": "Ana", "GIT_AUTHOR_EMAIL": "ana@example.com"}
    committer = {"GIT_COMMITTER_NAME": "Ana", "GIT_COMMITTER_EMAIL": "ana@example.com"}
    return git(clone.bare, "commit-tree", tree, "-p", clone.commit, "-m", "later", **person, **committer)


def test_a_commit_comes_by_its_id_and_no_ref_changes(clone: Clone) -> None:
    git(clone.bare, "update-ref", "-d", "refs/pull/12/head")
    refs = git(clone.root, "for-each-ref")
    clone.fetch()
    assert clone.repository.has(clone.commit)
    assert git(clone.root, "for-each-ref") == refs
    assert not (clone.root / ".git/FETCH_HEAD").exists()


def test_a_commit_that_is_not_given_by_its_id_comes_with_its_pull_request(clone: Clone) -> None:
    clone.server.is_old = True
    git(clone.bare, "update-ref", "refs/pull/12/head", later_than(clone))
    clone.fetch()
    assert clone.repository.has(clone.commit)


def test_what_is_there_is_not_asked_for(clone: Clone) -> None:
    clone.fetch(git(clone.root, "rev-parse", "HEAD"))
    assert clone.server.authorizations == []


def test_a_commit_that_nobody_has_is_an_error(clone: Clone) -> None:
    git(clone.bare, "update-ref", "-d", "refs/pull/12/head")
    assert "commit dddddddddddd cannot be fetched" in refusal(clone, "d" * 40)


def test_the_token_is_not_written_anywhere(clone: Clone) -> None:
    clone.fetch()
    assert set(clone.server.authorizations) == {clone.server.expected}
    secret = clone.server.expected.split()[1]
    kept = [path.read_bytes() for path in clone.root.rglob("*") if path.is_file()]
    assert not [content for content in kept if TOKEN.encode() in content or secret.encode() in content]


def test_the_token_does_not_follow_a_redirection(clone: Clone, tmp_path: Path) -> None:
    with git_server(tmp_path / "server", TOKEN) as other:
        clone.server.redirect_to = other.url
        assert "cannot be fetched" in refusal(clone)
        assert other.authorizations == []


def test_the_token_does_not_follow_a_persons_own_setting(clone: Clone, tmp_path: Path) -> None:
    with git_server(tmp_path / "server", TOKEN) as other:
        git(clone.root, "config", f"url.{other.url}/.insteadOf", f"{clone.server.url}/")
        assert "cannot be fetched" in refusal(clone)
        assert clone.server.expected not in other.authorizations


def test_credentials_that_a_checkout_left_behind_are_not_sent_as_well(clone: Clone) -> None:
    git(clone.root, "config", f"http.{clone.server.url}/.extraheader", "AUTHORIZATION: basic b2xk")
    clone.fetch()
    assert set(clone.server.authorizations) == {clone.server.expected}


def test_a_wrong_token_is_refused_without_a_question(clone: Clone) -> None:
    assert "check that the token may read" in refusal(clone, token="ghp_wrong")


def test_a_server_that_is_down_is_an_error(clone: Clone, tmp_path: Path) -> None:
    with git_server(tmp_path / "server", TOKEN) as gone:
        pass
    clone.server = gone
    assert "cannot be fetched" in refusal(clone)
