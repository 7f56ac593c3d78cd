"""The doctor on workflows, and on forms, which one of them takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from emp_gitops.doctor.workflows import uses
from support.answers import Answers
from support.clinic import NOT_FOUND, NOT_PERMITTED, Clinic, environment, workflow


class TestWorkflows:
    def test_those_of_the_tool_have_to_be_there(self, clinic: Clinic) -> None:
        (clinic.root / ".github/workflows/applications.yml").unlink()
        assert clinic.problems() == {"workflows": [("error", "there is no .github/workflows/applications.yml")]}

    @pytest.mark.parametrize("used", ["actions/checkout@v7", "actions/checkout", "docker://alpine:3", "a/b@main"])
    def test_an_action_that_can_change_is_an_error(self, clinic: Clinic, used: str) -> None:
        (clinic.root / ".github/workflows/other.yml").write_text(f"jobs:\n  a:\n    steps:\n      - uses: {used}\n", encoding="utf-8")
        assert clinic.problems() == {
            "actions-pinned": [("error", f".github/workflows/other.yml:4: {used} can become something else at any time")],
        }

    def test_one_that_cannot_change_is_fine(self, clinic: Clinic) -> None:
        lines = (f"a/b@{'0' * 40}", "./local", f"docker://alpine@sha256:{'0' * 64}")
        text = "".join(f"  - {{uses: {line}}}\n" for line in lines)
        (clinic.root / ".github/workflows/other.yml").write_text(f"steps:\n{text}", encoding="utf-8")
        assert clinic.problems() == {}

    @pytest.mark.parametrize("path", [".github/actions/set/up/action.yml", "action.yaml"])
    def test_an_action_of_the_repository_itself_is_looked_into(self, clinic: Clinic, path: str) -> None:
        file = clinic.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("runs:\n  steps:\n    - uses: a/b@v1\n", encoding="utf-8")
        assert clinic.problems() == {"actions-pinned": [("error", f"{path}:3: a/b@v1 can become something else at any time")]}

    @pytest.mark.parametrize("content", [b"a: [", b"\xff", b"a: 1\n" * 20_000, b"[" * 3_000])
    def test_a_workflow_that_cannot_be_read_is_an_error(self, clinic: Clinic, content: bytes) -> None:
        (clinic.root / ".github/workflows/other.yml").write_bytes(content)
        assert clinic.problems() == {"actions-pinned": [("error", ".github/workflows/other.yml cannot be read")]}

    def test_aliases_that_multiply_cost_nothing(self) -> None:
        text = "a0: &a0 {uses: x@v1}\n" + "".join(
            f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 9)}]\n" for number in range(1, 40)
        )
        assert list(uses(text)) == [(1, "x@v1")]

    def test_plain_git_without_workflows_is_not_asked_for_them(self, tmp_path: Path) -> None:
        clinic = Clinic(tmp_path, Answers("http://127.0.0.1:1"), forge="git", approvals="none", customer_success=("carla",))
        assert set(clinic.problems()) == {"approvals", "heartbeat"}
        assert {each["check"] for each in clinic.cli.json("doctor")["checks"]} == {"approvals", "roles", "database", "heartbeat"}


class TestForms:
    def test_forms_that_the_schema_has_left_behind_are_errors(self, clinic: Clinic) -> None:
        (clinic.root / ".github/ISSUE_TEMPLATE/renewal.yml").unlink()
        assert clinic.problems() == {"forms": [("error", ".github/ISSUE_TEMPLATE/renewal.yml is not as the schema makes it")]}

    def test_without_an_app_nobody_is_helped_by_a_form(self, clinic: Clinic) -> None:
        clinic.edit("emp-gitops.yaml", "forms: {app: acme-forms}", "")
        (problem,) = clinic.problems()["forms-app"]
        assert problem == ("warning", "no GitHub App opens applications for forms: who fills one in gets no application")

    def test_an_app_that_nobody_knows_is_a_warning(self, clinic: Clinic) -> None:
        clinic.server.always("GET /users/acme-forms%5Bbot%5D", NOT_FOUND)
        assert clinic.problems() == {"forms-app": [("warning", "GitHub shows no App called acme-forms")]}

    def test_forms_are_known_by_a_label_that_has_to_be_there(self, clinic: Clinic) -> None:
        clinic.set("/labels/application", NOT_FOUND)
        assert clinic.problems() == {
            "forms-app": [("error", "forms are known by the label application, and the repository has no such label")],
        }
        assert "hint: gh label create application --repo acme/emp" in clinic.cli("doctor", code=1).stdout
        clinic.set("/labels/application", NOT_PERMITTED)
        assert clinic.problems() == {"forms-app": [("unknown", "cannot look the label application up")]}

    def test_the_workflow_that_takes_them_has_to_run(self, clinic: Clinic) -> None:
        clinic.set("/actions/workflows", {"workflows": [workflow("reconcile.yml"), workflow("forms.yml", "disabled_manually"), workflow("reminders.yml")]})
        assert clinic.problems() == {"forms-app": [("error", "the workflow forms.yml is off (disabled_manually)")]}
        (clinic.root / ".github/workflows/forms.yml").unlink()
        assert clinic.problems()["workflows"] == [("error", "there is no .github/workflows/forms.yml")]
        clinic.edit("emp-gitops.yaml", "forms: {app: acme-forms}", "")
        assert "workflows" not in clinic.problems()

    def test_what_the_app_needs_is_looked_for(self, clinic: Clinic) -> None:
        clinic.set("/environments/forms/variables", {"variables": []})
        clinic.set_secrets("forms")
        clinic.set("", {"private": False, "default_branch": "main", "has_issues": False})
        assert [message for _, message in clinic.problems()["forms-app"]] == [
            "forms are issues, and the repository has none", "forms has no variable EMP_GITHUB_APP_ID",
            "forms has no secret EMP_GITHUB_APP_KEY",
        ]
        clinic.set("/environments", {"environments": [environment("planning"), environment("production")]})
        assert clinic.problems()["forms-app"][-1] == ("error", "there is no environment forms")
