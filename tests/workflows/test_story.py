"""From a form to the platform by workflows alone, each run as GitHub would, against the stand-in for GitHub."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emp_gitops.scaffold_github import github_files
from support.cli import Cli
from support.forms import markdown_of
from support.github import GitHub
from support.pull_story import NAME, ROBOT, PullStory
from support.repos import config_text, git
from support.workflows import Ended, Runner

APP = "example-energy-forms"


class Service:
    """GitHub's service of running workflows: a new machine for each run."""

    def __init__(self, folder: Path, story: PullStory) -> None:
        self.folder, self.story, self.github = folder, story, story.github
        self.machines = 0

    def run(self, workflow: str, event: str, payload: dict[str, Any], *, pull: int | None = None, **more: Any) -> Ended:
        self.machines += 1
        machine = self.folder / f"machine-{self.machines}"
        machine.mkdir()
        file = machine / f"{workflow}-written.yml"
        file.write_bytes(github_files(f"github:{NAME}", ("carla",))[f".github/workflows/{workflow}.yml"])
        urls = {name: value for name, value in self.github.environment(ROBOT).items() if name.endswith("_URL")}
        runner = Runner(machine, self.github.state.bare.path, urls, self.github.token_for(f"{APP}[bot]"))
        secrets = {"GITHUB_TOKEN": self.github.token_for(ROBOT), "EMP_PLATFORM": self.story.platform, **more.pop("secrets", {})}
        checkout = self._merge_of(pull, machine) if pull else None
        return runner.run(file, event, payload, checkout=checkout, secrets=secrets, **more)

    def open_form(self, issue: int) -> Ended:
        payload = {"issue": {"number": issue, "labels": [{"name": label} for label in self.github.state.issues[issue].labels]}}
        return self.run(
            "forms", "issues", payload, secrets={"EMP_GITHUB_APP_KEY": "the key"}, variables={"EMP_GITHUB_APP_ID": "Iv1"},
        )

    def _merge_of(self, pull: int, machine: Path) -> Path:
        place = machine / "merge"
        git(machine, "clone", "--quiet", str(self.github.state.bare.path), str(place))
        git(place, "fetch", "--quiet", "origin", f"refs/pull/{pull}/head")
        people = {f"GIT_{role}_{what}": "robot@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        git(place, "merge", "--quiet", "--no-ff", "--no-gpg-sign", "FETCH_HEAD", **people)
        return place


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with GitHub(tmp_path, repo=NAME) as github:
        yield Service(tmp_path, PullStory(tmp_path, github))


def test_a_change_is_reviewed_approved_and_reconciled_by_workflows(service: Service) -> None:
    github = service.github
    service.story.desk("ana")("account", "datapoints", "acme-lyon", "+30", "--open")
    pull = github.pull(1)
    payload: dict[str, Any] = {"pull_request": {"number": 1, "head": {"sha": pull.head}}}

    reviewed = service.run("applications", "pull_request", payload, pull=1)
    assert reviewed.code == 0, reviewed.log
    (comment,) = github.comments(pull)
    assert "120 → 150" in comment.body
    assert [check["name"] for check in github.checks(pull.head)] == ["emp-gitops review"]

    github.review(pull, by="carla")
    again = service.run("applications", "pull_request_review", payload | {"action": "submitted"}, pull=1)
    assert again.code == 0, again.log
    (same,) = github.comments(pull)
    assert (same.id, same.body.splitlines()[0][:30]) == (comment.id, "**Approved, ready to merge** ·")
    github.merge(pull, by="carla", method="squash")
    reconciled = service.run("reconcile", "push", {})
    assert reconciled.code == 0, reconciled.log
    live = Cli(service.folder, platform=service.story.platform).live()
    assert live["acme-lyon"].account.datapoints == 150
    assert len(github.comments(pull)) == 2  # what became of it

def test_a_form_becomes_an_application_of_whoever_sent_it(service: Service) -> None:
    github = service.github
    github.app(APP)
    github.commit("main", {"emp-gitops.yaml": config_text(
        forge=f"github:{NAME}", approvals={"source": "github"}, forms={"app": APP},
        roles={"super_admins": ["ana"], "customer_success": ["carla"]},
    )}, by="ana")
    service.story.robot("reconcile", "--trust", "HEAD")
    form = markdown_of("datapoints", {"account": "acme-lyon", "datapoints": "+30"})
    issue = github.open_issue("More for Lyon", form, by="ana", labels=["application"])

    opened = service.open_form(issue.number)
    assert opened.code == 0, opened.log
    (pull,) = github.state.pulls.values()
    assert pull.issue.by == f"{APP}[bot]"
    github.review(pull, by="carla")
    github.merge(pull, by="carla")
    reconciled = service.run("reconcile", "push", {})
    assert reconciled.code == 0, reconciled.log
    (entry,) = service.story.robot.history("acme-lyon")[1:]
    assert (entry["requested_by"], entry["approved_by"]) == ("ana", "carla")

def test_no_text_of_an_application_is_run(service: Service) -> None:
    github, title = service.github, """::error::x $(touch hacked) `touch hacked` '; touch hacked; ' "; touch hacked ${{ github.token }}"""
    branch = "application/1-$(touch${IFS}hacked)"
    file = github.state.bare.git("show", "main:accounts/acme-lyon.yaml").replace("120", "150")
    github.commit(branch, {"accounts/acme-lyon.yaml": f"{file}\n"}, by="ana", message=title)
    pull = github.open_pull(branch, by="ana", title=title, body=title)
    payload = {"pull_request": {"number": 1, "title": title, "body": title, "head": {"sha": pull.head, "ref": branch}}}
    ended = service.run("applications", "pull_request", payload, pull=1)
    assert ended.code == 0, ended.log
    assert len(github.comments(pull)) == 1
    assert not list(service.folder.rglob("hacked"))
