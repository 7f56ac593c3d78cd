"""The doctor on workflows, credentials, runs and forms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from emp_gitops.doctor.workflows import uses
from support.answers import Answers, answers
from support.clinic import NOT_PERMITTED, Clinic, environment


class TestSecrets:
    @pytest.mark.parametrize(("name", "what"), [
        ("planning", "a credential that can only read"), ("production", "a credential that can write"),
    ])
    def test_a_missing_one_is_an_error_that_says_what_it_is_for(self, clinic: Clinic, name: str, what: str) -> None:
        clinic.set_secrets(name)
        assert clinic.problems() == {"secrets": [("error", f"{name} has no secret EMP_PLATFORM")]}
        assert f"hint: set it there to {what}" in clinic.cli("doctor", code=1).stdout

    def test_a_platform_behind_https_needs_tokens(self, clinic: Clinic) -> None:
        clinic.edit("emp-gitops.yaml", '"postgresql://db.example/emp"', '"https://emp.example"')
        assert clinic.problems() == {
            "secrets": [("error", f"{name} has no secret EMP_PLATFORM_TOKEN") for name in ("planning", "production")],
        }

    def test_one_of_the_repository_is_for_every_branch(self, clinic: Clinic) -> None:
        clinic.set("/actions/secrets", {"secrets": [{"name": "EMP_PLATFORM"}, {"name": "OTHER"}]})
        assert clinic.problems() == {
            "secrets": [("error", "the secret EMP_PLATFORM is one of the repository: the workflows of every branch can read it")],
        }

    def test_names_that_cannot_be_read_are_unknown(self, clinic: Clinic) -> None:
        clinic.set("/environments/production/secrets", NOT_PERMITTED)
        assert clinic.problems() == {"secrets": [("unknown", "cannot read the names of the secrets of production")]}
        assert "the permission Environments: read" in clinic.cli("doctor", code=1).stdout


class TestEnvironments:
    def test_one_that_is_missing_is_an_error(self, clinic: Clinic) -> None:
        clinic.set("/environments", {"environments": [environment("planning"), environment("forms")]})
        assert clinic.problems()["environments"] == [("error", "there is no environment production")]

    @pytest.mark.parametrize(("policy", "patterns", "message"), [
        (None, [], "the workflows of every branch may use production, and so read the credential that can write"),
        ("custom", ["main", "application/*"], "production may be used by application/*"),
        ("protected", [], None),
    ])
    def test_production_is_for_main_alone(
        self, clinic: Clinic, policy: str | None, patterns: list[str], message: str | None,
    ) -> None:
        rule = policy and {"protected_branches": policy == "protected", "custom_branch_policies": policy == "custom"}
        production = environment("production", deployment_branch_policy=rule)
        clinic.set("/environments", {"environments": [environment("planning"), production, environment("forms")]})
        clinic.set(
            "/environments/production/deployment-branch-policies", {"branch_policies": [{"name": name} for name in patterns]},
        )
        assert clinic.problems() == ({"environments": [("error", message)]} if message else {})

    def test_a_tag_called_main_is_no_branch(self, clinic: Clinic) -> None:
        clinic.set("/environments/production/deployment-branch-policies", {"branch_policies": [{"name": "main", "type": "tag"}]})
        assert clinic.problems() == {"environments": [("error", "production may be used by tag main")]}

    def test_reviewers_of_each_run_and_private_repositories_are_warnings(self, clinic: Clinic) -> None:
        reviewed = environment("production", protection_rules=[{"type": "required_reviewers"}])
        clinic.set("/environments", {"environments": [environment("planning"), reviewed, environment("forms")]})
        clinic.set("", {"private": True, "default_branch": "main", "has_issues": True})
        problems = clinic.problems()
        assert [outcome for outcome, _ in problems.pop("environments")] == ["warning", "warning"]
        assert problems == {}


class TestRuns:
    def test_a_run_that_ended_well_35_hours_ago_will_do_and_37_are_too_long(self, clinic: Clinic) -> None:
        clinic.set_last_run(timedelta(hours=35))
        assert clinic.problems() == {}
        clinic.set_last_run(timedelta(hours=37))
        assert clinic.problems() == {
            "schedule": [("error", "reconcile.yml last ended well 37 hours ago, and should every hour")],
        }

    def test_never_is_an_error(self, clinic: Clinic) -> None:
        clinic.set("/actions/workflows/reconcile.yml/runs", {"workflow_runs": []})
        assert clinic.problems() == {"schedule": [("error", "reconcile.yml never ended well")]}

    @pytest.mark.parametrize(("workflows", "message"), [
        ([], "GitHub knows no workflow reconcile.yml"),
        ([{"path": ".github/workflows/reconcile.yml", "state": "disabled_inactivity"}],
         "the workflow reconcile.yml is off (disabled_inactivity)"),
    ])
    def test_a_workflow_that_never_runs_is_an_error(self, clinic: Clinic, workflows: list[object], message: str) -> None:
        clinic.set("/actions/workflows", {"workflows": workflows})
        assert clinic.problems() == {"schedule": [("error", message)]}

    def test_schedules_run_on_the_default_branch(self, clinic: Clinic) -> None:
        clinic.set("", {"private": False, "default_branch": "trunk", "has_issues": True})
        assert "the default branch is trunk" in clinic.problems()["schedule"][0][1]


class TestSchedules:
    def test_a_workflow_without_one_is_an_error(self, clinic: Clinic) -> None:
        clinic.edit(".github/workflows/reconcile.yml", '  schedule:\n    - cron: "17 * * * *"\n', "  # schedule\n")
        ((outcome, message),) = clinic.problems()["schedule"]
        assert (outcome, message.partition(":")[0]) == ("error", "reconcile.yml has no schedule")

    @pytest.mark.parametrize("events", ["on: [push, schedule]", "on: schedule", "on: {schedule: [{cron: 17 * * * *}]}", '"on": schedule'])
    def test_one_may_be_written_in_any_way(self, clinic: Clinic, events: str) -> None:
        file = clinic.root / ".github/workflows/reconcile.yml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text[: text.index("on:")] + events + "\n" + text[text.index("permissions: {}") :], encoding="utf-8")
        assert clinic.problems() == {}


class TestThePlatform:
    EMPTY = "on GitHub's runners each run would start with an empty one"
    EMBEDDED = f"the platform is embedded, and {EMPTY}"
    CLEANED = "the platform is embedded in the folder of the checkout, which is cleaned before each run"

    @pytest.fixture
    def embedded(self, tmp_path: Path) -> Iterator[Clinic]:
        with answers() as server:
            clinic = Clinic(tmp_path, server, platform=None)
            clinic.set_secrets("production")
            yield clinic

    def runs_on(self, clinic: Clinic, machines: str) -> list[tuple[str, str]]:
        clinic.edit(".github/workflows/reconcile.yml", "runs-on: ubuntu-24.04", f"runs-on: {machines}")
        return clinic.problems().get("platform", [])

    def test_an_embedded_one_is_an_error_on_machines_that_are_thrown_away(self, embedded: Clinic) -> None:
        assert embedded.problems()["platform"] == [("error", self.EMBEDDED)]
        embedded.set_secrets("production", "EMP_PLATFORM")
        assert embedded.problems() == {}  # the secret names another one

    @pytest.mark.parametrize("machines", [
        "ubuntu-24.04 # not self-hosted", "[ubuntu-latest]", "macos-14", "{labels: windows-2025}", "Ubuntu-latest-4-cores",
    ])
    def test_machines_of_github_are_known_by_their_labels(self, embedded: Clinic, machines: str) -> None:
        assert self.runs_on(embedded, machines) == [("error", self.EMBEDDED)]

    @pytest.mark.parametrize("machines", ["self-hosted", "[Self-Hosted, linux]", "{group: ours, labels: [self-hosted]}", "\n      - self-hosted"])
    def test_on_the_organisations_own_the_checkout_empties_its_folder(self, embedded: Clinic, machines: str) -> None:
        assert self.runs_on(embedded, machines) == [("error", self.CLEANED)]
        embedded.edit("emp-gitops.yaml", "sqlite:///.emp-gitops/platform.db", "sqlite:////var/lib/emp-gitops/platform.db")
        assert "platform" not in embedded.problems()

    def test_a_checkout_may_be_told_to_clean_nothing(self, embedded: Clinic) -> None:
        embedded.edit(".github/workflows/reconcile.yml", "          fetch-depth: 0", "          fetch-depth: 0\n          clean: false")
        assert self.runs_on(embedded, "self-hosted") == []

    @pytest.mark.parametrize(("machines", "shown"), [
        ("${{ vars.RUNNER }}", "${{ vars.RUNNER }}"), ("[ubuntu-24.04, big]", "ubuntu-24.04, big"), ("our-box", "our-box"),
        ("{group: ours}", "the group ours"), ("{group: ours, labels: ubuntu-24.04}", "ubuntu-24.04, the group ours"), ("", "nothing"),
        ("[self-hosted, '${{ vars.SIZE }}']", "self-hosted, ${{ vars.SIZE }}"),
    ])
    def test_what_may_be_either_is_a_warning(self, embedded: Clinic, machines: str, shown: str) -> None:
        assert self.runs_on(embedded, machines) == [
            ("warning", f"the platform is embedded, and whose machines reconcile.yml runs on cannot be told ({shown}): {self.EMPTY}"),
        ]

    def test_only_the_jobs_that_run_the_tool_matter(self, embedded: Clinic) -> None:
        file = embedded.root / ".github/workflows/reconcile.yml"
        file.write_text(file.read_text(encoding="utf-8") + "  tell:\n    runs-on: self-hosted\n    steps: [{run: true}]\n", encoding="utf-8")
        assert embedded.problems()["platform"] == [("error", self.EMBEDDED)]
        assert self.runs_on(embedded, "self-hosted") == [("error", self.CLEANED)]

    def test_where_the_secret_may_not_be_seen_it_is_unknown_and_the_reason_is_told(self, embedded: Clinic) -> None:
        embedded.set("/environments/production/secrets", NOT_PERMITTED)
        ((outcome, message),) = embedded.problems()["platform"]
        assert (outcome, message.startswith(self.EMBEDDED)) == ("unknown", True)
        assert message.endswith("cannot read the names of the secrets of production")

    @pytest.mark.parametrize("content", ["a: [", "[]", "jobs: 1", "&a [*a]", "jobs: {? [a] : b}", ""])
    def test_of_a_workflow_that_is_none_other_checks_tell(self, embedded: Clinic, content: str) -> None:
        (embedded.root / ".github/workflows/reconcile.yml").write_text(content, encoding="utf-8")
        assert "platform" not in embedded.problems()


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
        assert set(clinic.problems()) == {"approvals"}
        assert {each["check"] for each in clinic.cli.json("doctor")["checks"]} == {"approvals", "roles", "database"}


class TestForms:
    def test_forms_that_the_schema_has_left_behind_are_errors(self, clinic: Clinic) -> None:
        (clinic.root / ".github/ISSUE_TEMPLATE/renewal.yml").unlink()
        assert clinic.problems() == {"forms": [("error", ".github/ISSUE_TEMPLATE/renewal.yml is not as the schema makes it")]}

    def test_without_an_app_nobody_is_helped_by_a_form(self, clinic: Clinic) -> None:
        clinic.edit("emp-gitops.yaml", "forms: {app: acme-forms}", "")
        (problem,) = clinic.problems()["forms-app"]
        assert problem == ("warning", "no GitHub App opens applications for forms: who fills one in gets no application")

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


def test_nothing_that_is_found_can_act_on_a_terminal(clinic: Clinic) -> None:
    clinic.set("/environments/production/deployment-branch-policies", {"branch_policies": [{"name": "\x1b[31mred\n::error::"}]})
    text = clinic.cli("doctor", code=1).stdout
    assert "\x1b" not in text
    assert not [line for line in text.splitlines() if line.startswith("::")]
