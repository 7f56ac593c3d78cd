"""The doctor on credentials, environments, runs and the platform."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from support.answers import answers
from support.clinic import KEY, NOT_PERMITTED, Clinic, environment, workflow

RULESETS_DO_NOT_PROTECT = (
    "production is for protected branches, which a ruleset makes of none: without protection of the older kind every branch may use it, "
    "and so read the credential that can write"
)


class TestSecrets:
    @pytest.mark.parametrize(("name", "what"), [
        ("planning", "a credential that can only read"), ("production", "a credential that can write"),
    ])
    def test_a_missing_one_is_an_error_that_says_what_it_is_for(self, clinic: Clinic, name: str, what: str) -> None:
        clinic.set_secrets(name, KEY)
        assert clinic.problems() == {"secrets": [("error", f"{name} has no secret EMP_PLATFORM")]}
        assert f"hint: set it there to {what}" in clinic.cli("doctor", code=1).stdout

    def test_a_platform_behind_https_needs_tokens(self, clinic: Clinic) -> None:
        clinic.edit("emp-gitops.yaml", '"postgresql://db.example/emp"', '"https://emp.example"')
        assert clinic.problems() == {
            "secrets": [("error", f"{name} has no secret EMP_PLATFORM_TOKEN") for name in ("planning", "production")],
        }

    @pytest.mark.parametrize("name", ["EMP_PLATFORM", "EMP_PLATFORM_TOKEN", KEY])
    def test_one_of_the_repository_is_for_every_branch(self, clinic: Clinic, name: str) -> None:
        clinic.set("/actions/secrets", {"secrets": [{"name": name}, {"name": "OTHER"}]})
        assert clinic.problems() == {
            "secrets": [("error", f"the secret {name} is one of the repository: the workflows of every branch can read it")],
        }

    def test_names_that_cannot_be_read_are_unknown(self, clinic: Clinic) -> None:
        clinic.set("/environments/production/secrets", NOT_PERMITTED)
        unknown = [("unknown", "cannot read the names of the secrets of production")]
        assert clinic.problems() == {"secrets": unknown, "teams": unknown}
        assert "the permission Environments: read" in clinic.cli("doctor", code=1).stdout


class TestTeams:
    """Who is in one, only an App can read in a workflow."""

    @pytest.mark.parametrize("name", ["planning", "production"])
    def test_without_the_app_it_is_an_error(self, clinic: Clinic, name: str) -> None:
        clinic.set(f"/environments/{name}/variables", {"variables": []})
        clinic.set_secrets(name, "EMP_PLATFORM")
        why = "and without an App nobody there can read who is in @acme/success"
        assert clinic.problems() == {"teams": [
            ("error", f"{name} has no variable EMP_GITHUB_APP_ID, {why}"), ("error", f"{name} has no secret EMP_GITHUB_APP_KEY, {why}"),
        ]}

    def test_its_id_is_no_secret_and_may_be_one_for_all(self, clinic: Clinic) -> None:
        for name in ("planning", "production", "forms"):
            clinic.set(f"/environments/{name}/variables", {"variables": []})
        clinic.set("/actions/variables", {"variables": [{"name": "EMP_GITHUB_APP_ID", "value": "Iv1"}]})
        assert clinic.problems() == {}

    def test_people_are_read_without_it(self, tmp_path: Path) -> None:
        with answers() as server:
            clinic = Clinic(tmp_path, server, customer_success=("carla",))
            server.always("GET /users/carla", {"login": "carla"})
            clinic.set_secrets("production", "EMP_PLATFORM")
            assert clinic.problems() == {}


class TestEnvironments:
    def test_one_that_is_missing_is_an_error(self, clinic: Clinic) -> None:
        clinic.set("/environments", {"environments": [environment("planning"), environment("forms"), environment("reminders")]})
        assert clinic.problems()["environments"] == [("error", "there is no environment production")]

    @pytest.mark.parametrize(("policy", "patterns", "message"), [
        (None, [], "the workflows of every branch may use production, and so read the credential that can write"),
        ("custom", ["main", "application/*"], "production may be used by application/*"),
        ("protected", [], RULESETS_DO_NOT_PROTECT),
    ])
    def test_production_is_for_main_alone(self, clinic: Clinic, policy: str | None, patterns: list[str], message: str) -> None:
        rule = policy and {"protected_branches": policy == "protected", "custom_branch_policies": policy == "custom"}
        production = environment("production", deployment_branch_policy=rule)
        clinic.set("/environments", {"environments": [environment("planning"), production, environment("forms"), environment("reminders")]})
        clinic.set(
            "/environments/production/deployment-branch-policies", {"branch_policies": [{"name": name} for name in patterns]},
        )
        assert clinic.problems() == {"environments": [("error", message)]}

    def test_so_is_the_one_that_holds_the_key_of_the_app(self, clinic: Clinic) -> None:
        open_to_all = environment("forms", deployment_branch_policy=None)
        clinic.set("/environments", {"environments": [environment("planning"), environment("production"), open_to_all, environment("reminders")]})
        assert clinic.problems() == {"environments": [
            ("error", "the workflows of every branch may use forms, and so read the key of the App that may write contents"),
        ]}

    def test_a_tag_called_main_is_no_branch(self, clinic: Clinic) -> None:
        clinic.set("/environments/production/deployment-branch-policies", {"branch_policies": [{"name": "main", "type": "tag"}]})
        assert clinic.problems() == {"environments": [("error", "production may be used by tag main")]}

    def test_reviewers_of_each_run_and_private_repositories_are_warnings(self, clinic: Clinic) -> None:
        reviewed = environment("production", protection_rules=[{"type": "required_reviewers"}])
        clinic.set("/environments", {"environments": [environment("planning"), reviewed, environment("forms"), environment("reminders")]})
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
        clinic.set("/actions/workflows", {"workflows": [*workflows, workflow("forms.yml"), workflow("reminders.yml")]})
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
            clinic.set_secrets("production", KEY)
            yield clinic

    def runs_on(self, clinic: Clinic, machines: str) -> list[tuple[str, str]]:
        clinic.edit(".github/workflows/reconcile.yml", "runs-on: ubuntu-24.04", f"runs-on: {machines}")
        return clinic.problems().get("platform", [])

    def test_an_embedded_one_is_an_error_on_machines_that_are_thrown_away(self, embedded: Clinic) -> None:
        assert embedded.problems()["platform"] == [("error", self.EMBEDDED)]
        embedded.set_secrets("production", "EMP_PLATFORM", KEY)
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


def test_nothing_that_is_found_can_act_on_a_terminal(clinic: Clinic) -> None:
    clinic.set("/environments/production/deployment-branch-policies", {"branch_policies": [{"name": "\x1b[31mred\n::error::"}]})
    text = clinic.cli("doctor", code=1).stdout
    assert "\x1b" not in text
    assert not [line for line in text.splitlines() if line.startswith("::")]
