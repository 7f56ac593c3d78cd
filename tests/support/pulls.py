"""GitHub with one pull request, as scripted answers: #12 by ana, approved by carla on its only commit, and merged."""

from __future__ import annotations

from typing import Any

from emp_gitops.core.config import Config, Roles
from emp_gitops.forge.base import PolicyInForce, Verdict
from emp_gitops.forge.github.approvals import GitHubApprovals
from emp_gitops.forge.github.client import GitHub
from emp_gitops.repository import Repository
from support.answers import Answers

REPOSITORY = "/repos/acme/emp"
EVENTS = f"GET {REPOSITORY}/issues/12/events"
HEAD, EARLIER, MERGE, NEXT = "a" * 40, "e" * 40, "b" * 40, "c" * 40


class Scene:
    """`pull`, `reviews`, `commits`, `events` may be changed before `judge`."""

    def __init__(self, server: Answers) -> None:
        self.server = server
        self.roles = Roles(super_admins=("ana", "berta"), customer_success=("carla", "berta"))
        self.forms_app: str | None = None
        self.pull: dict[str, Any] = {
            "number": 12, "user": {"login": "ana"}, "body": None, "merged": True, "merge_commit_sha": MERGE, "commits": 1,
            "url": f"{server.url}{REPOSITORY}/pulls/12", "issue_url": f"{server.url}{REPOSITORY}/issues/12", "head": {"sha": HEAD},
            "base": {"ref": "main", "repo": {"id": 7}},
        }
        self.reviews: list[dict[str, Any]] = [review("carla")]
        self.commits: list[dict[str, Any]] = [commit(HEAD)]
        self.events: list[dict[str, Any]] = []

    @property
    def config(self) -> Config:
        return Config(
            organisation="Acme", timezone="UTC", forge="github:acme/emp", roles=self.roles, forms_app=self.forms_app
        )

    @property
    def client(self) -> GitHub:
        return GitHub.of(
            self.config, say=lambda _text: None, sleep=lambda _seconds: None,
            environment={"GITHUB_API_URL": self.server.url, "GITHUB_SERVER_URL": self.server.url, "GITHUB_TOKEN": "t"},
        )

    def source(self, repository: Repository | None = None) -> GitHubApprovals:
        pull = f"GET {REPOSITORY}/pulls/12"
        short = {key: self.pull[key] for key in ("number", "url", "base")}
        self.server.always(f"GET {REPOSITORY}/commits/{MERGE}/pulls", [short])
        self.server.always(pull, self.pull)
        self.server.always(f"{pull}/reviews", self.reviews)
        self.server.always(f"{pull}/commits", self.commits)
        self.server.always(EVENTS, self.events)
        return GitHubApprovals(self.client, repository)  # type: ignore[arg-type] # needed for fetching alone

    @property
    def policy(self) -> PolicyInForce:
        return PolicyInForce(config=self.config, allowed_signers=None)

    def judge(self, *line: str) -> Verdict:
        return self.source().judge(line or (MERGE, NEXT), self.policy)

    def trouble(self) -> str:
        found = self.judge().trouble
        assert found is not None
        return found


IDS = {"ana": 11, "carla": 12, "berta": 13}
"""GitHub's own numbers of people, which stay when they change their login."""


def review(login: str | None, state: str = "APPROVED", at: str = HEAD, on: str = "2026-11-20T12:00:00Z") -> dict[str, Any]:
    """`at` is the commit, `on` the time."""
    user = {"login": login, "id": IDS.get(login.lower(), 99)} if login else None
    return {"user": user, "state": state, "commit_id": at, "submitted_at": on}


def commit(sha: str, author: Any = "ana", message: str = "more datapoints", committer: Any = None) -> dict[str, Any]:
    """Logins or what GitHub shows for people; the author commits too unless somebody else does."""
    people = {"author": author, "committer": author if committer is None else committer}
    shown = {role: {"login": who} if isinstance(who, str) else who for role, who in people.items()}
    return {"sha": sha, **shown, "commit": {"message": message, "committer": {"email": "somebody@example.com"}}}


def event(kind: str, on: str) -> dict[str, Any]:
    return {"event": kind, "created_at": on}
