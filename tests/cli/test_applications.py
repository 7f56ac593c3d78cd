"""`applications` in plain git: what waits, and approving it with a signature."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.cli import Cli
from support.office import Office

BRANCH = "application/acme-hq-datapoints"


@pytest.fixture
def cli(office: Office) -> Cli:
    """Carla's terminal: git knows her, and signs with her key."""
    cli = Cli(office.repo.root)
    for key, value in {
        "user.name": "carla", "user.email": "carla@example.com", "gpg.format": "ssh",
        "user.signingkey": str(office.keys.of("carla").private),
    }.items():
        office.repo.git("config", key, value)
    return cli


class TestTheList:
    def test_tells_what_each_would_do_who_asks_and_who_is_waited_for(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", branch=BRANCH, datapoints=150)
        (one,) = cli.json_as("applications", "applications", "list", "--today", "2026-11-09")["applications"]
        assert (one["application"], one["state"], one["kinds"], one["accounts"]) == (
            BRANCH, "pending", ["datapoints"], ["acme-hq"],
        )
        assert (one["requested_by"], one["age_days"]) == ("ana <ana@example.com>", 8)
        assert one["waiting_for"] == "Customer Success (carla, berta)"
        assert "datapoints of acme-hq" in cli("applications").stdout
        assert cli.json("status")["applications"] == [{**one, "age_days": 22}]

    def test_says_when_there_is_none(self, cli: Cli) -> None:
        assert cli("applications").stdout == "No open applications.\n"

    def test_calls_stale_what_would_change_nothing(self, office: Office, cli: Cli) -> None:
        for branch in (BRANCH, "application/two"):
            office.apply_for("acme-hq", branch=branch, datapoints=150)
        office.merge(BRANCH)
        (one,) = cli.json_as("applications", "applications", "list")["applications"]
        assert (one["application"], one["state"]) == ("application/two", "stale")
        assert "would change nothing" in cli("applications", "approve", "application/two", code=3).stderr

    def test_waits_for_a_super_admin_where_somebody_else_signed(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", by="carla", branch=BRANCH, datapoints=150)
        assert "carla, who is no SuperAdmin" in cli("applications", "show", BRANCH).stdout

    def test_tells_two_that_change_the_same_field(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", branch=BRANCH, datapoints=150)
        office.apply_for("acme-hq", branch="application/two", datapoints=160)
        assert "! application/two changes acme-hq too" in cli("applications", "show", BRANCH).stdout

    def test_is_loud_about_policy(self, office: Office, cli: Cli) -> None:
        office.branch_off(BRANCH)
        office.repo.config(approvals={"source": "none"})
        office.repo.account("acme-hq", datapoints=150)
        office.commit()
        office.repo.switch("main")
        assert "! also changes emp-gitops.yaml, which decides what is allowed" in cli("applications", "show", BRANCH).stdout

    def test_of_an_unknown_one_is_an_error_with_a_hint(self, cli: Cli) -> None:
        assert "there is no open application 'application/none'" in cli("applications", "show", "application/none", code=1).stderr

    def test_shows_hostile_names_as_text(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", branch="application/\u202ex@all", datapoints=150)
        shown = cli("applications").stdout + cli("status").stdout
        assert "\u202e" not in shown
        assert "\\u202e" in shown


class TestApproving:
    def test_merges_with_a_signature_that_reconcile_accepts(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", branch=BRANCH, datapoints=150)
        outcome = cli("applications", "approve", BRANCH)
        assert "asked for by ana, approved by carla" in outcome.stdout
        assert "datapoints: 150" in (office.repo.root / "accounts/acme-hq.yaml").read_text()
        cli("reconcile")
        entry = cli.history("acme-hq")[-1]
        assert (entry["requested_by"], entry["approved_by"]) == ("ana", "carla")

    def test_works_while_another_branch_is_checked_out(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", branch=BRANCH, datapoints=150)
        office.repo.branch("elsewhere")
        with cli.nothing_written():
            cli("applications", "approve", BRANCH)
        cli("reconcile", "--ref", "main")
        assert cli.live()["acme-hq"].account.datapoints == 150

    def test_pushes_where_there_is_a_remote(self, office: Office, cli: Cli, tmp_path: Path) -> None:
        office.repo.git("init", "--quiet", "--bare", str(tmp_path / "origin.git"))
        office.repo.git("remote", "add", "origin", str(tmp_path / "origin.git"))
        office.apply_for("acme-hq", branch=BRANCH, datapoints=150)
        assert "pushed to origin" in cli("applications", "approve", BRANCH).stdout
        assert office.repo.git("ls-remote", "origin", "refs/heads/main").split()[0] == office.repo.head()

    @pytest.mark.parametrize(("requester", "approver", "reason"), [
        ("ana", "ana", "ana, who is not in Customer Success"), ("berta", "berta", "an application of their own"),
        ("ana", "eve", "is not signed by a key"), ("carla", "berta", "carla, who is no SuperAdmin"),
    ])
    def test_that_would_not_count_leaves_main_alone(
        self, office: Office, cli: Cli, requester: str, approver: str, reason: str
    ) -> None:
        office.apply_for("acme-hq", by=requester, branch=BRANCH, datapoints=150)
        before = office.repo.head()
        with cli.nothing_written():
            outcome = cli("applications", "approve", BRANCH, "--key", office.keys.of(approver).private, code=3)
        assert reason in outcome.stderr
        assert office.repo.head() == before

    def test_of_what_has_errors_or_conflicts_is_refused(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", branch=BRANCH, license="unheard-of")
        office.apply_for("acme-lyon", branch="application/two", datapoints=150)
        office.apply_for("acme-lyon", branch="application/three", datapoints=160)
        office.merge("application/three")
        before = office.repo.head()
        assert "license 'unheard-of' is unknown" in cli("applications", "approve", BRANCH, code=1).stderr
        assert "conflicts with main" in cli("applications", "approve", "application/two", code=3).stderr
        assert office.repo.head() == before

    def test_in_a_changed_work_tree_loses_nothing(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", branch=BRANCH, datapoints=150)
        office.repo.account("acme-lyon", datapoints=777)
        with cli.nothing_written():
            outcome = cli("applications", "approve", BRANCH, code=1)
        assert "changes that are not committed" in outcome.stderr

    def test_without_a_key_says_how_to_get_one(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", branch=BRANCH, datapoints=150)
        office.repo.git("config", "--unset", "user.signingkey")
        assert "no SSH key to sign with" in cli("applications", "approve", BRANCH, code=1).stderr
        assert "no such key" in cli("applications", "approve", BRANCH, "--key", "nowhere", code=1).stderr

    def test_without_approvals_says_that_nobody_checks(self, tmp_path: Path) -> None:
        office = Office(tmp_path / "open", approvals={"source": "none"})
        office.repo.git("config", "user.name", "carla")
        office.repo.git("config", "user.email", "carla@example.com")
        office.apply_for("acme-hq", branch=BRANCH, datapoints=150)
        assert "not checked by anybody" in Cli(office.repo.root)("applications", "approve", BRANCH).stderr
