"""Approvals in plain git: what reconcile applies, and what it refuses, from real commits and signatures."""

from __future__ import annotations

import pytest

from support.cli import Cli
from support.office import Office, outcomes, refusal


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


class TestApprovingACommit:
    def test_is_refused_once_the_branch_has_moved_on(self, office: Office, cli: Cli) -> None:
        seen = office.apply_for("acme-hq", datapoints=110)
        office.repo.switch("application/one")
        office.repo.account("acme-hq", datapoints=9000)
        office.commit("and more")
        office.repo.switch("main")
        carla = office.terminal("carla")
        assert seen[:12] not in carla("applications", "show", "application/one").stdout
        outcome = carla("applications", "approve", "application/one", "--commit", seen[:12], code=3)
        assert "and no longer at" in outcome.stderr
        assert office.repo.head() == office.first

    def test_takes_any_part_of_its_id_from_seven_digits_on(self, office: Office, cli: Cli) -> None:
        seen = office.apply_for("acme-hq", datapoints=110)
        carla = office.terminal("carla")
        assert f"at commit {seen[:12]}" in carla("applications", "show", "application/one").stdout
        for wrong in (seen[:6], "main", ""):
            carla("applications", "approve", "application/one", "--commit", wrong, code=2)
        carla("applications", "approve", "application/one", "--commit", seen[:7].upper())
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
        assert "without an application that Customer Success merged" in refusal(cli)

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
