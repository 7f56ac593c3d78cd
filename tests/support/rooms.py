"""A user's repository on a scripted GitHub, and a runner for its workflows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emp_gitops.scaffold_github import github_files
from support.pull_office import PullOffice
from support.repos import git
from support.workflows import Ended, Runner

TOKEN, APP_TOKEN = "the-built-in-token", "the-token-of-an-app"


@dataclass
class Room:
    """`office` is the repository and GitHub, `machine` the folder of the runner: a new one for each run."""

    folder: Path
    office: PullOffice
    runs: int = field(default=0)

    @property
    def machine(self) -> Path:
        return self.folder / f"machine-{self.runs}"

    @property
    def platform(self) -> str:
        return f"sqlite:///{self.office.repo.root}/.emp-gitops/platform.db"

    def run(
        self, workflow: str, event: str, payload: Mapping[str, Any], *, checkout: Path | None = None,
        variables: Mapping[str, str] | None = None, **secrets: str,
    ) -> Ended:
        """Run a workflow as `init` writes it; see `Runner.run`."""
        self.runs += 1
        self.machine.mkdir()
        file = self.machine / f"{workflow}-written.yml"
        file.write_bytes(github_files("github:acme/emp", ("carla",))[f".github/workflows/{workflow}.yml"])
        server = self.office.server.url
        runner = Runner(self.machine, self.office.repo.top, {"GITHUB_API_URL": server, "GITHUB_SERVER_URL": server}, APP_TOKEN)
        secrets = {"GITHUB_TOKEN": TOKEN, **secrets}
        return runner.run(file, event, payload, checkout=checkout, secrets=secrets, variables=variables)

    def review(self, pull: int, **secrets: str) -> Ended:
        """Run the workflow on applications for a pull request."""
        checkout = self.checkout("main", merging=f"application/{pull}")
        return self.run("applications", "pull_request", {"pull_request": {"number": pull}}, checkout=checkout, **secrets)

    def checkout(self, ref: str, *, merging: str | None = None) -> Path:
        """A clone at a branch, or at the merge of another one into it, as GitHub makes it for a pull request."""
        place = self.folder / f"checkout-{self.runs}"
        git(self.folder, "clone", "--quiet", "--branch", ref, str(self.office.repo.top), str(place))
        if merging:
            git(place, "merge", "--quiet", "--no-ff", "--no-gpg-sign", f"origin/{merging}", **self.office.repo.identity())
        return place

    def tokens(self) -> set[str]:
        """The tokens that GitHub was shown."""
        given = (headers.get("authorization", "") for headers in self.office.server.headers)
        return {each.rpartition(" ")[2] for each in given if each}
