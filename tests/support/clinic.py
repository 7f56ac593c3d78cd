"""A repository for the doctor to look at, on a scripted GitHub where everything is set as it should be."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from emp_gitops.platform.open import open_writer
from emp_gitops.platform.url import SqliteUrl
from emp_gitops.scaffold import ScaffoldOptions, create_repository
from emp_gitops.shipped import shipped_github
from support.answers import Answer, Answers
from support.cli import Cli

KEY = "EMP_GITHUB_APP_KEY"
REPOSITORY = "/repos/acme/emp"
NOT_PERMITTED = Answer(403, {"message": "Resource not accessible by personal access token"})
NOT_FOUND = Answer(404, {"message": "Not Found"})


@cache
def trusting_database() -> bytes:
    """The file of an embedded platform that trusts a commit."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "platform.db")
        with open_writer(SqliteUrl(f"sqlite:///{file}", file)) as writer:
            writer.trust("a" * 40, by_operator=True)
        return file.read_bytes()


class Clinic:
    """What `init` writes, and answers that agree with it; a test spoils one thing.

        clinic = Clinic(tmp_path, server)
        clinic.set("/actions/secrets", {"secrets": []})
        clinic.problems()["secrets"]
    """

    def __init__(self, folder: Path, server: Answers, **options: Any) -> None:
        self.server = server
        self.root = folder / "repo"
        given = {
            "forge": "github:acme/emp", "approvals": "github", "super_admins": ("ana",), "customer_success": ("@acme/success",),
            "platform": "postgresql://db.example/emp", **options,
        }
        create_repository(self.root, options=ScaffoldOptions(**given))
        self.edit("emp-gitops.yaml", "\nrenewal:", "\nforms: {app: acme-forms}\n\nrenewal:")
        (folder / "platform.db").write_bytes(trusting_database())
        self.cli = Cli(self.root, {
            "GITHUB_API_URL": server.url, "GITHUB_SERVER_URL": server.url, "GITHUB_TOKEN": "t",
            "EMP_PLATFORM": f"sqlite:///{folder / 'platform.db'}",
        })
        self.ruleset: dict[str, Any] = json.loads(shipped_github()[".github/rulesets/main.json"])
        self._set_up()

    def _set_up(self) -> None:
        self.set("", {"private": False, "default_branch": "main", "has_issues": True})
        self.set("/rulesets/5", {"id": 5, "bypass_actors": []})
        self.set_rules(self.ruleset["rules"])
        self.set("/branches/main/protection", Answer(404, {"message": "Branch not protected"}))
        self.set("/codeowners/errors", {"errors": []})
        self.set("/environments", {"environments": [environment(name) for name in ("planning", "production", "forms", "reminders")]})
        self.set("/environments/production/deployment-branch-policies", {"branch_policies": [{"name": "main", "type": "branch"}]})
        self.set("/environments/forms/deployment-branch-policies", {"branch_policies": [{"name": "main"}]})
        self.set("/environments/planning/deployment-branch-policies", {"branch_policies": [{"name": "*"}]})
        self.set("/environments/reminders/deployment-branch-policies", {"branch_policies": [{"name": "main"}]})
        self.set_secrets("reminders", "EMP_PLATFORM", "EMP_SMTP")
        for name in ("planning", "production"):
            self.set_secrets(name, "EMP_PLATFORM", KEY)
        self.set_secrets("forms", KEY)
        self.set("/actions/secrets", {"secrets": []})
        self.set("/actions/variables", {"variables": []})
        for name in ("planning", "production", "forms"):
            self.set(f"/environments/{name}/variables", {"variables": [{"name": "EMP_GITHUB_APP_ID", "value": "Iv1"}]})
        self.set("/labels/application", {"name": "application"})
        self.set("/actions/workflows", {"workflows": [workflow("reconcile.yml"), workflow("forms.yml"), workflow("reminders.yml")]})
        self.set_last_run(timedelta(minutes=50))
        self.set_last_run(timedelta(hours=20), workflow="reminders.yml")
        self.server.always("GET /users/ana", {"login": "ana"})
        self.server.always("GET /users/acme-forms%5Bbot%5D", {"login": "acme-forms[bot]", "type": "Bot"})
        self.server.always("GET /orgs/acme/teams/success/members", [{"login": "Carla"}])

    def set(self, path: str, answer: Any) -> None:
        """What GitHub answers below the repository."""
        self.server.always(f"GET {REPOSITORY}{path}", answer)

    def set_rules(self, rules: list[dict[str, Any]]) -> None:
        """Which rules are active on main."""
        self.set("/rules/branches/main", [{**rule, "ruleset_id": 5} for rule in rules])

    def set_secrets(self, environment: str, *names: str) -> None:
        self.set(f"/environments/{environment}/secrets", {"secrets": [{"name": name} for name in names]})

    def set_last_run(self, ago: timedelta, *, workflow: str = "reconcile.yml") -> None:
        at = (datetime.now(UTC) - ago).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.set(f"/actions/workflows/{workflow}/runs", {"workflow_runs": [{"created_at": at}]})

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text in a file, which must be there."""
        file = self.root / path
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    def problems(self) -> Mapping[str, list[tuple[str, str]]]:
        """Outcome and message of everything that is not fine, by check; each has a hint, and the exit code fits."""
        outcome = self.cli("doctor", "--format", "json", code=None)
        found: dict[str, list[tuple[str, str]]] = {}
        for each in outcome.json("doctor")["checks"]:
            assert bool(each["hint"]) is (each["outcome"] != "fine")
            if each["outcome"] != "fine":
                found.setdefault(each["check"], []).append((each["outcome"], each["message"]))
        outcomes = {problem[0] for problems in found.values() for problem in problems}
        assert outcome.code == int(bool(outcomes & {"error", "unknown"}))
        return found


def environment(name: str, **more: Any) -> dict[str, Any]:
    policy = {"protected_branches": False, "custom_branch_policies": True}
    return {"name": name, "protection_rules": [], "deployment_branch_policy": policy, **more}


def workflow(file: str, state: str = "active") -> dict[str, str]:
    return {"path": f".github/workflows/{file}", "state": state}
