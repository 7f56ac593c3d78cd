"""Content, policy and the trusted revision: what a walk along main makes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.cli import Cli
from support.office import Office, outcomes, refusal, trusted


class TestContentCounts:
    def test_a_push_and_its_revert_leave_nothing_to_refuse(self, office: Office, cli: Cli) -> None:
        office.push("acme-hq", datapoints=150)
        assert outcomes(cli, code=3)["acme-hq"] == "refused"
        office.push("acme-hq", datapoints=100)
        assert set(outcomes(cli).values()) == {"unchanged"}

    def test_going_back_to_an_older_approved_content_is_a_change_like_any_other(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", datapoints=150)
        office.merge()
        office.push("acme-hq", datapoints=100)
        assert outcomes(cli, code=3)["acme-hq"] == "refused"

    def test_an_approval_before_a_push_and_its_revert_is_still_told(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", datapoints=150)
        office.merge()
        office.push("acme-hq", datapoints=170)
        office.push("acme-hq", datapoints=150)
        assert outcomes(cli)["acme-hq"] == "applied"
        assert cli.history("acme-hq")[-1]["approved_by"] == "carla"


class TestPolicyWithoutApproval:
    @pytest.mark.parametrize("path", ["emp-gitops.yaml", "allowed_signers", "schemas/x.json", ".github/workflows/x.yml"])
    def test_stops_everything_until_it_is_back(self, office: Office, cli: Cli, path: str) -> None:
        office.apply_for("acme-hq", datapoints=150)
        file = office.repo.root / path
        before = file.read_bytes() if file.exists() else None
        office.repo.write(path, (before or b"{}") + b"\n")
        office.commit(by="ana")
        office.merge()
        report = cli("reconcile", code=3)
        assert f"{path} decides what is allowed" in report.stdout
        assert cli.live()["acme-hq"].account.datapoints == 100
        file.write_bytes(before) if before else file.unlink()
        office.commit(by="ana")
        assert outcomes(cli)["acme-hq"] == "applied"

    def test_cannot_switch_approvals_off(self, office: Office, cli: Cli) -> None:
        office.repo.config(approvals={"source": "none"})
        office.repo.account("acme-hq", datapoints=150)
        office.commit(by="ana")
        assert "emp-gitops.yaml decides what is allowed" in cli("reconcile", code=3).stdout
        assert cli.live()["acme-hq"].account.datapoints == 100

    def test_cannot_make_its_own_approver(self, office: Office, cli: Cli) -> None:
        office.branch_off()
        office.repo.write("allowed_signers", office.keys.allowed_signers("ana", "eve", "carla"))
        office.repo.config(approvals={"source": "signed-merge"}, roles={"super_admins": ["ana"], "customer_success": ["eve"]})
        office.repo.account("acme-hq", datapoints=150)
        office.commit()
        office.repo.switch("main")
        office.merge(by="eve")
        assert "is not signed by a key in allowed_signers" in refusal(cli)
        assert "nothing was applied" in cli("reconcile", code=3).stdout


class TestTheTrustedRevision:
    def test_is_needed_for_a_first_run(self, office: Office) -> None:
        cli = Cli(office.repo.root)
        outcome = cli("reconcile", code=3)
        assert "trusts no commit of main yet" in outcome.stderr
        assert "--trust" in outcome.stderr
        assert cli.live() == {}

    def test_goes_on_with_the_reconcile_and_may_be_said_of_unapproved_content(self, office: Office, cli: Cli) -> None:
        office.push("acme-hq", datapoints=150)
        assert outcomes(cli, code=3)["acme-hq"] == "refused"
        assert outcomes(cli, "--trust", "HEAD") == {"acme-hq": "applied", "acme-lyon": "unchanged"}
        assert outcomes(cli) == {"acme-hq": "unchanged", "acme-lyon": "unchanged"}

    def test_moves_on_so_that_an_older_commit_is_refused(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", datapoints=150)
        office.merge()
        outcomes(cli)
        assert "is behind the trusted revision" in cli("reconcile", "--ref", office.first, code=4).stderr

    def test_is_missing_from_a_rewritten_history(self, office: Office, cli: Cli) -> None:
        office.repo.git("commit", "--quiet", "--amend", "--message=again", **office.repo.identity())
        outcome = cli("reconcile", code=3)
        assert "rewritten" in outcome.stderr
        assert outcomes(cli, "--trust", "HEAD") == {"acme-hq": "unchanged", "acme-lyon": "unchanged"}

    def test_does_not_move_past_unapproved_content(self, office: Office, cli: Cli) -> None:
        office.push("acme-hq", datapoints=150)
        office.apply_for("acme-lyon", datapoints=120)
        office.merge()
        for _ in range(2):
            assert outcomes(cli, code=3)["acme-hq"] == "refused"
        assert trusted(cli) == office.first

    def test_stays_behind_but_nothing_that_was_approved_is_taken_back(self, office: Office, cli: Cli) -> None:
        office.push("acme-hq", datapoints=150)
        office.apply_for("acme-lyon", datapoints=120)
        office.merge()
        outcomes(cli, code=3)
        assert "behind the last approved change" in cli("reconcile", "--ref", office.first, code=4).stderr
        assert cli.live()["acme-lyon"].account.datapoints == 120
        cli("reconcile", "--ref", office.first, "--trust", office.first)  # an operator may begin anew
        assert cli.live()["acme-lyon"].account.datapoints == 100

    def test_lets_a_push_that_was_refused_be_taken_off_main_again(self, office: Office, cli: Cli) -> None:
        office.push("acme-hq", datapoints=150)
        outcomes(cli, code=3)
        office.repo.git("reset", "--quiet", "--hard", "HEAD^")
        assert outcomes(cli) == {"acme-hq": "unchanged", "acme-lyon": "unchanged"}

    def test_must_be_a_commit_of_main(self, office: Office, cli: Cli) -> None:
        aside = office.apply_for("acme-hq", datapoints=150)
        assert "not on main's first-parent line" in cli("reconcile", "--trust", aside, code=4).stderr

    def test_an_approved_switch_to_no_approvals_holds_from_then_on(self, office: Office, cli: Cli) -> None:
        office.branch_off()
        office.repo.config(approvals={"source": "none"})
        office.commit()
        office.repo.switch("main")
        office.merge()
        office.push("acme-hq", datapoints=150)
        assert outcomes(cli)["acme-hq"] == "applied"


class TestASavedPlan:
    def test_of_a_commit_is_applied_only_with_approval(self, office: Office, cli: Cli, tmp_path: Path) -> None:
        office.push("acme-hq", datapoints=150)
        cli("plan", "--out", tmp_path / "plan.json")
        assert "without an application" in cli("apply", tmp_path / "plan.json", code=3).stdout
        assert cli.live()["acme-hq"].account.datapoints == 100

    def test_of_the_work_tree_has_no_approval(self, office: Office, cli: Cli, tmp_path: Path) -> None:
        office.repo.account("acme-hq", datapoints=150)
        cli("plan", "--out", tmp_path / "plan.json")
        assert "a plan of the work tree has no approval" in cli("apply", tmp_path / "plan.json", code=3).stderr
        office.repo.config(approvals={"source": "none"})
        cli("plan", "--out", tmp_path / "plan.json")
        assert "a plan of the work tree has no approval" in cli("apply", tmp_path / "plan.json", code=3).stderr
