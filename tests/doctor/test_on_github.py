"""The doctor against the stand-in for GitHub, which holds every request and answer to GitHub's own description."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from emp_gitops.scaffold import ScaffoldOptions, create_repository
from support.cli import Cli
from support.clinic import trusting_database
from support.github import GitHub
from support.repos import git

NAME = "example-energy/accounts"
APP = "example-energy-forms"


@pytest.fixture
def github(tmp_path: Path) -> Iterator[GitHub]:
    with GitHub(tmp_path, repo=NAME) as github:
        github.user("ana")
        github.team("example-energy/success", ["carla"])
        yield github


@pytest.fixture
def repo(tmp_path: Path, github: GitHub) -> Path:
    """What `init` makes, on GitHub, where nothing is set yet."""
    create_repository(tmp_path / "repo", options=ScaffoldOptions(
        forge=f"github:{NAME}", approvals="github", platform="postgresql://db.example/emp", super_admins=("ana",),
        customer_success=("@example-energy/success",),
    ))
    config = tmp_path / "repo/emp-gitops.yaml"
    config.write_text(config.read_text(encoding="utf-8") + f"\nforms: {{app: {APP}}}\n", encoding="utf-8")
    git(tmp_path / "repo", "push", "--quiet", str(github.state.bare.path), "main")
    return tmp_path / "repo"


def doctors_cli(repo: Path, github: GitHub) -> Cli:
    """As somebody with all rights, who knows the platform too."""
    database = repo.with_name("platform.db")
    database.write_bytes(trusting_database())
    return Cli(repo, {**github.environment("ana"), "EMP_PLATFORM": f"sqlite:///{database}"})


def outcomes(repo: Path, github: GitHub) -> Mapping[str, set[str]]:
    """The outcomes of each check."""
    found: dict[str, set[str]] = {}
    cli = doctors_cli(repo, github)
    checks: list[dict[str, Any]] = cli("doctor", "--format", "json", code=None).json("doctor")["checks"]
    for check in checks:
        found.setdefault(check["check"], set()).add(check["outcome"])
    return found


def set_up(repo: Path, github: GitHub) -> None:
    github.state.behaviour.is_private = False
    github.ruleset((repo / ".github/rulesets/main.json").read_text(encoding="utf-8"))
    app: dict[str, Any] = {"variables": {"EMP_GITHUB_APP_ID": "Iv1"}}
    github.deployment_environment("planning", secrets=["EMP_PLATFORM", "EMP_GITHUB_APP_KEY"], **app)
    github.deployment_environment("production", branches=["main"], secrets=["EMP_PLATFORM", "EMP_GITHUB_APP_KEY"], **app)
    github.deployment_environment("forms", branches=["main"], secrets=["EMP_GITHUB_APP_KEY"], **app)
    github.deployment_environment("reminders", branches=["main"], secrets=["EMP_PLATFORM", "EMP_SMTP"])
    github.app(APP)
    github.state.add_label("application", "ededed", None)
    for workflow in ("reconcile.yml", "reminders.yml"):
        github.ran(workflow, at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def test_after_the_readmes_steps_nothing_is_left_to_mend(repo: Path, github: GitHub) -> None:
    set_up(repo, github)
    assert {check: found for check, found in outcomes(repo, github).items() if found != {"fine"}} == {}

def test_before_them_each_is_an_error(repo: Path, github: GitHub) -> None:
    found = outcomes(repo, github)
    assert {check for check, each in found.items() if "error" in each} == {
        "main-protected", "secrets", "environments", "schedule", "reminders", "forms-app",
    }
    assert found["forms-app"] == {"warning", "error"}  # there is no such App, and no label
    assert "warning" in found["environments"]  # the repository is private

def test_the_older_protection_is_read_as_github_tells_it(repo: Path, github: GitHub) -> None:
    set_up(repo, github)
    github.state.settings.rulesets.clear()
    assert outcomes(repo, github)["main-protected"] == {"error"}
    github.protect("main", checks=[("emp-gitops", 15368)])
    assert outcomes(repo, github)["main-protected"] == {"fine"}
    github.protect("main", checks=[("emp-gitops", None)])
    assert outcomes(repo, github)["main-protected"] == {"error"}

def test_a_schedule_that_is_dead_is_told_although_pushes_start_the_workflow(repo: Path, github: GitHub) -> None:
    set_up(repo, github)
    github.state.settings.runs.clear()
    now = datetime.now(UTC)
    github.ran("reconcile.yml", at=now.strftime("%Y-%m-%dT%H:%M:%SZ"), event="push")
    assert outcomes(repo, github)["schedule"] == {"warning"}
    github.ran("reconcile.yml", at=(now - timedelta(hours=40)).strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert "by its schedule it did last 40 hours ago" in doctors_cli(repo, github)("doctor", code=0).stdout

def test_what_is_for_protected_branches_is_for_all_while_rulesets_alone_protect(repo: Path, github: GitHub) -> None:
    set_up(repo, github)
    github.state.settings.environments["production"].branches = "protected"
    assert outcomes(repo, github)["environments"] == {"error"}
    github.protect("main", checks=[("emp-gitops", 15368)])
    assert outcomes(repo, github)["environments"] == {"fine"}

def test_an_organisation_can_neither_ask_nor_approve(repo: Path, github: GitHub) -> None:
    set_up(repo, github)
    config = repo / "emp-gitops.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("super_admins: [ana]", "super_admins: [ana, example-energy]"), encoding="utf-8")
    assert outcomes(repo, github)["people-known"] == {"error"}

def test_what_may_not_be_read_is_unknown(repo: Path, github: GitHub) -> None:
    set_up(repo, github)
    github.hide("secrets", "environments", "workflows", "codeowners", "bypass", "variables")
    found = outcomes(repo, github)
    assert {check for check, each in found.items() if each == {"unknown"}} == {
        "main-protected", "code-owners", "secrets", "teams", "environments", "schedule", "reminders", "forms-app",
    }
