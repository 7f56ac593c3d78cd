"""Approvals in plain git: what reconcile applies, and what it refuses, from real commits and signatures."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.cli import Cli
from support.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture
def cli(office: Office) -> Cli:
    """The platform trusts the first commit, and has its accounts."""
    cli = Cli(office.repo.root)
    cli("reconcile", "--trust", "HEAD")
    return cli


def outcomes(cli: Cli, *arguments: str, code: int = 0) -> dict[str, str]:
    return {each["account"]: each["outcome"] for each in cli.json("reconcile", *arguments, code=code)["results"]}


def refusal(cli: Cli, account: str = "acme-hq") -> str:
    (reason,) = [each["error"] for each in cli.json("reconcile", code=3)["results"] if each["account"] == account]
    assert cli.live()[account].account.datapoints == 100
    return str(reason)


class TestAnApprovedApplication:
    def test_is_applied_and_the_audit_says_who_asked_and_who_approved(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", datapoints=150)
        merge = office.merge()
        assert outcomes(cli) == {"acme-hq": "applied", "acme-lyon": "unchanged"}
        entry = cli.history("acme-hq")[-1]
        assert (entry["revision"], entry["requested_by"], entry["approved_by"]) == (merge, "ana", "carla")

    def test_may_be_behind_main(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", datapoints=150)
        office.apply_for("acme-lyon", branch="application/two", datapoints=120)
        office.merge("application/two")
        office.merge("application/one")
        assert set(outcomes(cli).values()) == {"applied"}

    def test_may_create_and_move_accounts(self, office: Office, cli: Cli) -> None:
        office.branch_off()
        office.repo.account("acme-nice")
        office.repo.remove("accounts/acme-hq.yaml")
        office.repo.account("acme-hq", folder="moved")
        office.commit()
        office.repo.switch("main")
        office.merge()
        assert outcomes(cli) == {"acme-hq": "unchanged", "acme-lyon": "unchanged", "acme-nice": "applied"}

    def test_that_brings_a_policy_is_judged_by_the_old_one_and_the_next_by_the_new(self, office: Office, cli: Cli) -> None:
        office.branch_off()
        office.repo.config(approvals={"source": "signed-merge"}, roles={"super_admins": ["ana"], "customer_success": ["dora"]})
        office.repo.write("allowed_signers", office.keys.allowed_signers("ana", "carla", "dora"))
        office.commit()
        office.repo.switch("main")
        office.merge()
        office.apply_for("acme-hq", branch="application/two", datapoints=150)
        office.merge("application/two", by="carla")
        assert "carla, who is not in Customer Success" in refusal(cli)
        office.repo.git("reset", "--quiet", "--hard", "HEAD^")
        office.merge("application/two", by="dora")
        assert outcomes(cli)["acme-hq"] == "applied"


class TestRefused:
    def test_is_a_direct_push_and_the_others_proceed(self, office: Office, cli: Cli) -> None:
        office.push("acme-hq", datapoints=150)
        office.apply_for("acme-lyon", datapoints=120)
        office.merge()
        found = cli.json("reconcile", code=3)["results"]
        assert [(each["account"], each["outcome"]) for each in found] == [("acme-hq", "refused"), ("acme-lyon", "applied")]
        assert "without an application" in found[0]["error"]
        assert cli.live()["acme-hq"].account.datapoints == 100

    def test_is_a_push_even_of_a_super_admin_with_a_signature(self, office: Office, cli: Cli) -> None:
        office.push("acme-hq", by="ana", datapoints=150)
        assert "without an application" in refusal(cli)

    def test_is_what_somebody_approved_for_themselves(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", by="berta", datapoints=150)
        office.merge(by="berta")
        assert "berta approved an application of their own" in refusal(cli)

    @pytest.mark.parametrize(("requester", "approver", "reason"), [
        ("ana", "ana", "ana, who is not in Customer Success"), ("ana", None, "is not signed by a key"),
        ("ana", "eve", "is not signed by a key"), ("carla", "berta", "carla, who is no SuperAdmin"),
        (None, "carla", "is not signed by a key"), ("eve", "carla", "is not signed by a key"),
    ])
    def test_is_what_the_wrong_people_asked_for_or_approved(
        self, office: Office, cli: Cli, requester: str | None, approver: str | None, reason: str
    ) -> None:
        office.apply_for("acme-hq", by=requester, datapoints=150)
        office.merge(by=approver)
        assert reason in refusal(cli)

    def test_is_a_merge_that_adds_anything(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-lyon", datapoints=120)
        office.merge(finish=False)
        office.repo.account("acme-hq", datapoints=150)
        office.commit(by="carla")
        assert "something was added or left out" in refusal(cli)
        assert cli.live()["acme-lyon"].account.datapoints == 100

    def test_is_a_conflict_that_somebody_settled(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", datapoints=150)
        office.apply_for("acme-hq", branch="application/two", datapoints=120)
        office.merge("application/two")
        outcomes(cli)
        with pytest.raises(AssertionError):
            office.merge("application/one")
        office.repo.account("acme-hq", datapoints=150)
        office.commit(by="carla")
        (reason,) = [each["error"] for each in cli.json("reconcile", code=3)["results"] if each["error"]]
        assert "conflicts with main" in reason
        assert cli.live()["acme-hq"].account.datapoints == 120

    def test_is_an_octopus(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", datapoints=150)
        office.apply_for("acme-lyon", branch="application/two", datapoints=120)
        office.merge("application/one", "application/two")
        assert "several branches at once" in refusal(cli)

    def test_is_a_commit_added_after_the_approval(self, office: Office, cli: Cli) -> None:
        """In plain git the approval is the merge itself: whatever is merged later needs another one."""
        office.apply_for("acme-lyon", datapoints=120)
        office.merge()
        office.repo.switch("application/one")
        office.repo.account("acme-hq", datapoints=150)
        office.commit()
        office.repo.switch("main")
        office.merge(by=None)
        assert "is not signed by a key" in refusal(cli)

    def test_is_a_squash_because_nobody_signed_what_was_asked_for(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", datapoints=150)
        office.repo.git("merge", "--quiet", "--squash", "application/one")
        office.commit(by="carla")
        assert "it is no merge commit" in refusal(cli)

    def test_is_the_other_leg_of_a_transfer_too(self, office: Office, cli: Cli) -> None:
        office.push("acme-hq", datapoints=80)
        office.apply_for("acme-lyon", datapoints=120)
        office.merge()
        assert set(outcomes(cli, code=3).values()) == {"refused"}
        assert {each.account.datapoints for each in cli.live().values()} == {100}

    def test_is_what_builds_on_content_that_nobody_approved(self, office: Office, cli: Cli) -> None:
        office.push("acme-hq", datapoints=150)
        office.apply_for("acme-hq", datapoints=150, license="enterprise")
        office.merge()
        assert "without an application" in refusal(cli)


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
        assert cli("reconcile", "--ref", office.first).code == 0  # still not behind

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
