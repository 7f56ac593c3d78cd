"""`review` in plain git: it prints what merging would do, tells where it can, and its exit code says what is in the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.cli import Cli
from support.office import Office

BRANCH = "application/one"


@pytest.fixture
def office(office: Office) -> Office:
    """With a reading."""
    Cli(office.repo.root)("platform", "usage", "set", "acme-hq", "84")
    return office


@pytest.fixture
def cli(office: Office) -> Cli:
    return Cli(office.repo.root)


class TestTheReview:
    def test_is_markdown_with_the_verdict_first(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", datapoints=150)
        with cli.nothing_written():
            lines = cli("review", BRANCH).stdout.splitlines()
        assert lines[0] == "**Ready for Customer Success** · datapoints of `acme-hq`: 100 → 150 (+50) · expires 2027-03-01"
        assert "| `acme-hq`<br>Acme Hq, Acme S\\.A\\. | datapoints: 100 → 150 (+50) | 84 | 16\u00a0→\u00a066 | 2027-03-01 |" in lines

    def test_is_text_on_demand(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", datapoints=150)
        shown = cli("review", BRANCH, "--format", "text").stdout
        assert "datapoints   100 -> 150 (+50)" in shown
        assert "Ready for Customer Success." in shown

    def test_is_json_on_demand(self, office: Office, cli: Cli) -> None:
        head = office.apply_for("acme-hq", datapoints=150, contacts=["new@acme.example"])
        review = cli.json("review", BRANCH)
        assert (review["verdict"], review["conclusion"], review["high_risk"]) == ("waiting", "success", True)
        assert (review["application"]["head"], review["base"]) == (head, office.first)
        assert review["plan"]["changes"][0]["kinds"] == ["datapoints", "details"]
        assert review["next"][0]["command"] == f"emp-gitops applications approve {BRANCH} --commit {head[:12]}"

    def test_can_be_saved_whole(self, office: Office, cli: Cli, tmp_path: Path) -> None:
        office.apply_for("acme-hq", datapoints=150)
        shown = cli("review", BRANCH, "--out", tmp_path / "review.md").stdout
        assert (tmp_path / "review.md").read_text(encoding="utf-8") == shown

    def test_goes_into_the_summary_of_a_job_behind_what_is_there(self, office: Office, cli: Cli, tmp_path: Path) -> None:
        office.apply_for("acme-hq", datapoints=150)
        summary = tmp_path / "summary.md"
        summary.write_text("Validated.\n", encoding="utf-8")
        shown = cli.with_(GITHUB_STEP_SUMMARY=str(summary))("review", BRANCH).stdout
        assert summary.read_text(encoding="utf-8") == f"Validated.\n{shown}"

    def test_is_made_all_the_same_where_the_summary_cannot_be_written(self, office: Office, cli: Cli, tmp_path: Path) -> None:
        office.apply_for("acme-hq", datapoints=150)
        outcome = cli.with_(GITHUB_STEP_SUMMARY=str(tmp_path))("review", BRANCH)
        assert "the summary of this job cannot be written" in outcome.stderr

    def test_leaves_the_summary_alone_in_a_dry_run(self, office: Office, cli: Cli, tmp_path: Path) -> None:
        office.apply_for("acme-hq", datapoints=150)
        cli.with_(GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md"))("review", BRANCH, "--dry-run")
        assert not (tmp_path / "summary.md").exists()


class TestTheExitCode:
    def test_is_1_for_an_error(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", datapoints=60)
        assert cli("review", BRANCH, code=1).stdout.startswith("**Not ready, 1 error** · ")

    def test_is_1_for_a_conflict(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", datapoints=150)
        office.push("acme-hq", datapoints=160)
        assert cli("review", BRANCH, code=1).stdout.startswith("**Conflicts with main** · ")

    def test_is_3_where_the_requester_may_not_ask(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", by="carla", datapoints=150)
        review = cli.json("review", BRANCH, code=3)
        assert (review["verdict"], review["conclusion"]) == ("requester", "action_required")
        assert "carla, who is no SuperAdmin" in review["headline"]

    def test_is_0_for_drift_which_an_operator_can_allow_after_the_merge(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", datapoints=150)
        cli.on_screen("acme-hq", license="enterprise")
        review = cli.json("review", BRANCH)
        assert (review["verdict"], review["conclusion"]) == ("drifted", "neutral")
        assert review["headline"] == "Ready for Customer Success, then held for an operator: the platform changed meanwhile"
        assert [step["who"] for step in review["next"]] == ["Customer Success", review["application"]["requested_by"], "An operator"]

    def test_is_3_for_a_guard_that_no_option_passes(self, office: Office, cli: Cli) -> None:
        office.branch_off(BRANCH)
        office.repo.remove("accounts/acme-hq.yaml")
        office.repo.remove("accounts/acme-lyon.yaml")
        office.commit("nothing left", by="ana")
        office.repo.switch("main")
        review = cli.json("review", BRANCH, "--today", "2028-01-01", code=3)
        assert (review["verdict"], review["conclusion"], review["headline"]) == ("guarded", "action_required", "Stopped by a guard")

    def test_is_0_for_a_guard_that_an_operator_can_let_pass_after_the_merge(self, office: Office, cli: Cli) -> None:
        office.repo.config(
            approvals={"source": "signed-merge"}, roles={"super_admins": ["ana"], "customer_success": ["carla"]}, guards={"max_count": 0},
        )
        office.commit()
        office.apply_for("acme-hq", datapoints=90)
        outcome = cli("review", BRANCH)
        assert outcome.stdout.startswith("**Ready for Customer Success, then held for an operator\\:\u200c a guard** · ")
        assert "emp-gitops reconcile --allow sha256:" in outcome.stdout

    def test_is_0_where_nothing_changes(self, office: Office, cli: Cli) -> None:
        for branch in (BRANCH, "application/two"):
            office.apply_for("acme-hq", branch=branch, datapoints=150)
        office.merge("application/two")
        assert cli("review", BRANCH).stdout.startswith("**Nothing to do** · merging changes nothing\n")

    def test_is_1_for_an_application_that_does_not_exist(self, cli: Cli) -> None:
        outcome = cli("review", "application/none", code=1)
        assert outcome.stdout == ""
        assert "hint" in outcome.stderr


class TestAFailure:
    def test_is_reported_and_explained(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", datapoints=150)
        outcome = cli("review", BRANCH, "--platform", "postgresql://127.0.0.1:1/none", code=1)
        assert outcome.stdout.startswith("**Could not be reviewed** · ")
        assert "error: " in outcome.stderr

    def test_is_json_too(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", datapoints=150)
        review = cli.json("review", BRANCH, "--platform", "postgresql://127.0.0.1:1/none", code=1)
        assert (review["verdict"], review["conclusion"], review["plan"]) == ("failed", "failure", None)
        assert review["error"]["message"]
