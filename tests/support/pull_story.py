"""People with clones of one repository on the stand-in for GitHub, and a robot that runs what workflows run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emp_gitops.shipped import shipped_schemas
from support.cli import Cli
from support.github import Comment, GitHub
from support.repos import ConfigRepo, git

NAME = "example-energy/accounts"
ROBOT = "github-actions[bot]"
PEOPLE = ("ana", "berta", "carla", "mallory")

_ID = re.compile(r"\b[0-9a-f]{12}(?:[0-9a-f]{28}|[0-9a-f]{52})?\b")
"""Of a commit or a plan, also shortened."""


class PullStory:
    """Ana and Berta may ask, Carla and Berta approve, Mallory may push. The platform trusts the first commit.

        story.desk("ana")("account", "datapoints", "acme-madrid", "+30", "--open")
        story.robot("review", "1")
    """

    def __init__(
        self, folder: Path, github: GitHub, *, accounts: Mapping[str, Mapping[str, Any]] | None = None, **config: Any
    ) -> None:
        """`accounts` are fields of the first accounts by id, `config` is more of the configuration."""
        self.folder = folder
        self.github = github
        self.platform = f"sqlite:///{folder}/platform.db"
        self._clones = 0
        for login in PEOPLE:
            github.user(login)
        repo = ConfigRepo(folder / "start")
        repo.config(
            forge=f"github:{NAME}", approvals={"source": "github"},
            roles={"super_admins": ["ana", "berta"], "customer_success": ["carla", "berta"]}, **config,
        )
        for path, content in shipped_schemas().items():
            repo.write(path, content)
        for id_ in ("acme-madrid", "acme-lyon", "acme-porto"):
            repo.account(id_, datapoints=120, **(accounts or {}).get(id_, {}))
        repo.commit("start")
        github.push(repo, "main")
        self.robot("reconcile", "--trust", "HEAD")

    def desk(self, login: str) -> Cli:
        """The command line in a new clone, as somebody who commits at the same time whenever the tests run."""
        self._clones += 1
        clone = self.folder / f"clone-{self._clones}"
        git(self.folder, "clone", "--quiet", str(self.github.state.bare.path), str(clone))
        facts = {"NAME": login, "EMAIL": f"{login}@example.com", "DATE": "2026-11-23T10:00:00Z"}
        person = {f"GIT_{role}_{fact}": value for role in ("AUTHOR", "COMMITTER") for fact, value in facts.items()}
        return Cli(clone, {**self.github.environment(login), **person, "EMP_PLATFORM": self.platform}, self.platform)

    @property
    def robot(self) -> Cli:
        """A workflow's job: a new clone of main, and the token that GitHub gives to it."""
        return self.desk(ROBOT)

    def push(self, login: str, id_: str, **fields: Any) -> None:
        """Change an account on main itself, without an application."""
        clone = ConfigRepo(self.desk(login).folder)
        clone.account(id_, **fields)
        clone.commit("nobody will notice", author=f"{login} <{login}@example.com>")
        self.github.push(clone, "main", by=login)

    def refused(self, account: str) -> str:
        """Why reconcile does not apply an account; it ends with exit code 3."""
        results = self.robot.json("reconcile", code=3)["results"]
        found, = (each for each in results if each["account"] == account)
        assert found["outcome"] == "refused"
        return str(found["error"])

    def datapoints(self) -> dict[str, int]:
        """What the platform holds, by account."""
        live = Cli(self.folder, platform=self.platform).live()
        return {id_: each.account.datapoints for id_, each in live.items()}

    def comments(self, number: int) -> list[Comment]:
        return self.github.comments(self.github.pull(number))

    def readable(self, comment: Comment) -> str:
        """The Markdown of the robot's comment, with an address and ids that stay the same."""
        assert comment.by == ROBOT
        known: dict[str, int] = {}

        def numbered(found: re.Match[str]) -> str:
            return f"{known.setdefault(found[0][:12], len(known) + 1):012}".ljust(len(found[0]), "0")

        return _ID.sub(numbered, comment.body.replace(self.github.state.url, "https://github.com"))
