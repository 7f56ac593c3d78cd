"""Opening an application on GitHub: its branch pushed to a real git server, its pull request opened once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from emp_gitops.errors import ForgeError
from emp_gitops.forge.base import Application, Proposal
from emp_gitops.forge.github.applications import GitHubForge
from emp_gitops.forge.github.client import GitHub
from emp_gitops.repository import Repository
from support.answers import Answer, answers
from support.git_server import GitServer, git_server
from support.pulls import HEAD, REPOSITORY, Scene
from support.repos import ConfigRepo, git

PULLS = f"{REPOSITORY}/pulls"
BRANCH = "application/acme-hq-create"


class Opening:
    """A repository with a commit that is to be proposed to a real git server."""

    def __init__(self, folder: Path, scene: Scene, server: GitServer) -> None:
        self.answers = scene.server
        self.answers = scene.server
        self.bare = folder / "server/acme/emp.git"
        self.repo = ConfigRepo(folder / "clone")
        self.repo.config()
        self.start = self.repo.commit("start")
        git(folder, "clone", "--quiet", "--bare", str(self.repo.root), str(self.bare))
        git(self.bare, "config", "http.receivepack", "true")
        self.repo.account("acme-hq")
        self.commit = self.repo.commit("create")
        self.pull = scene.pull | {
            "state": "open", "merged": False, "merge_commit_sha": None, "draft": False, "title": "Create acme-hq",
            "created_at": "2026-11-20T08:00:00Z", "html_url": "https://github.com/acme/emp/pull/12",
            "head": {"ref": BRANCH, "sha": self.commit},
        }
        scene.server.always(f"POST {PULLS}", Answer(201, self.pull))
        scene.server.always(f"GET {PULLS}", [])
        client = GitHub.of(scene.config, say=print, environment={
            "GITHUB_API_URL": scene.server.url, "GITHUB_SERVER_URL": server.url, "GITHUB_TOKEN": "t",
        })
        self.forge = GitHubForge(client, scene.config, Repository.open(self.repo.root))

    def propose(self, commit: str | None = None) -> Application:
        return self.forge.propose(Proposal(
            branch=BRANCH, commit=commit or self.commit, title="Create acme-hq", body="For **Acme**",
        ))

    def branch(self) -> str:
        return git(self.bare, "rev-parse", f"refs/heads/{BRANCH}")


@pytest.fixture
def opening(tmp_path: Path) -> Iterator[Opening]:
    with answers() as server, git_server(tmp_path / "server", "t") as git_:
        yield Opening(tmp_path, Scene(server), git_)


def test_opening_one_pushes_the_commit_and_says_what_it_is_for(opening: Opening) -> None:
    application = opening.propose()
    assert (application.id, application.state, application.head) == ("12", "pending", opening.commit)
    assert opening.branch() == opening.commit
    assert opening.answers.given == [(f"POST {PULLS}", {
        "base": "main", "head": BRANCH, "title": "Create acme-hq", "body": "For **Acme**",
    })]


def test_opening_one_again_gives_the_one_that_is_open(opening: Opening) -> None:
    opening.propose()
    opening.answers.always(f"GET {PULLS}", [opening.pull])
    assert opening.propose().id == "12"
    assert len(opening.answers.given) == 1


@pytest.mark.parametrize("failure", [
    Answer(502), Answer(None), Answer(422, {"message": "Validation Failed", "errors": [{"message": "already exists"}]}),
])
def test_opening_one_finds_the_one_whose_answer_got_lost(opening: Opening, failure: Answer) -> None:
    opening.answers.once(f"GET {PULLS}", Answer(value=[]))
    opening.answers.always(f"GET {PULLS}", [opening.pull])
    opening.answers.always(f"POST {PULLS}", failure)
    assert opening.propose().id == "12"
    assert len(opening.answers.given) == 1


def test_one_that_github_refuses_says_why(opening: Opening) -> None:
    refusal = Answer(422, {"message": "Validation Failed", "errors": [{"message": "No commits between main and x"}]})
    opening.answers.always(f"POST {PULLS}", refusal)
    with pytest.raises(ForgeError, match="No commits between main and x"):
        opening.propose()
    assert len(opening.answers.given) == 1


def test_one_is_not_sent_to_another_pull_request_of_the_same_search(opening: Opening) -> None:
    other = opening.pull | {"head": {"ref": "application/other", "sha": HEAD}}
    opening.answers.always(f"GET {PULLS}", [other])
    opening.propose()
    assert len(opening.answers.given) == 1


def test_one_moves_on_with_a_commit_on_top(opening: Opening) -> None:
    opening.propose()
    opening.answers.always(f"GET {PULLS}", [opening.pull])
    opening.repo.account("acme-hq", datapoints=150)
    later = opening.repo.commit("more")
    assert opening.propose(later).head == later
    assert opening.branch() == later


def test_one_takes_nobodys_commits_away(opening: Opening) -> None:
    opening.propose()
    opening.repo.branch("other", start=opening.start)
    opening.repo.account("acme-lyon")
    with pytest.raises(ForgeError, match="cannot be pushed") as caught:
        opening.propose(opening.repo.commit("another"))
    assert "non-fast-forward" in caught.value.message
    assert opening.branch() == opening.commit


def test_one_asks_for_no_pull_request_without_a_branch(opening: Opening) -> None:
    git(opening.bare, "config", "http.receivepack", "false")
    with pytest.raises(ForgeError, match="the branch application/acme-hq-create cannot be pushed"):
        opening.propose()
    assert opening.answers.requests == []
