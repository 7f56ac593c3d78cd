"""A review on a real repository: what merging would do now, judged by main, and never more than is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emp_gitops.errors import ForgeError, PlatformError
from emp_gitops.forge.base import Application, PolicyInForce
from emp_gitops.review.facts import FailedReview, Review
from emp_gitops.review.judging import judge
from support.accounts import an_account, on_platform
from support.scenes import Scene


def verdict(review: Review) -> str:
    return judge(review)[0].key


class TestThePlan:
    def test_is_that_of_the_merge_and_not_of_the_branch(self, scene: Scene) -> None:
        scene.propose("12", lambda: scene.repo.account("acme-lyon", datapoints=150))
        scene.repo.account("acme-nice", datapoints=80)
        main = scene.repo.commit("main moves on")
        review = scene.reviewed("12")
        assert review.base == main
        assert [(each.account, each.datapoints_delta) for each in review.changes] == [("acme-lyon", 50)]
        assert review.changes_elsewhere == 1
        assert verdict(review) == "waiting"

    def test_is_judged_by_the_schemas_and_the_configuration_of_main(self, scene: Scene) -> None:
        def change() -> None:
            scene.repo.account("acme-lyon", license="free")
            schema = scene.repo.root / "schemas/account.schema.json"
            schema.write_text(schema.read_text(encoding="utf-8").replace('"const": "essential"', '"const": "free"'), encoding="utf-8")
            scene.repo.config(approvals={"source": "none"})

        scene.propose("12", change)
        review = scene.reviewed("12")
        assert verdict(review) == "errors"
        assert [finding.account for finding in review.findings] == ["acme-lyon"]
        assert review.policy_files == ("emp-gitops.yaml", "schemas/account.schema.json")
        assert review.config
        assert review.config.approvals.source == "github"
        assert review.is_high_risk

    def test_counts_no_errors_of_accounts_that_it_leaves_alone(self, scene: Scene) -> None:
        scene.repo.write("accounts/broken.yaml", "name: [")
        scene.repo.commit("broken on main")
        scene.propose("12", lambda: scene.repo.account("acme-lyon", datapoints=150))
        review = scene.reviewed("12")
        assert (verdict(review), review.findings_elsewhere) == ("waiting", 1)

    def test_counts_what_stops_every_run(self, scene: Scene) -> None:
        scene.repo.config(timezone="Nowhere/Else")
        scene.repo.commit("broken policy")
        scene.propose("12", lambda: scene.repo.account("acme-lyon", datapoints=150))
        scene.live = None
        review = scene.reviewed("12")
        assert verdict(review) == "errors"
        assert review.revision_of(review.findings[0].file) == review.base

    def test_of_a_merge_that_main_has_already_is_stale(self, scene: Scene) -> None:
        scene.propose("12", lambda: scene.repo.account("acme-lyon", datapoints=150))
        scene.repo.account("acme-lyon", datapoints=150)
        scene.repo.commit("the same on main")
        assert verdict(scene.reviewed("12")) == "stale"

    def test_of_a_comment_in_the_file_changes_nothing_and_is_no_reason_to_close_it(self, scene: Scene) -> None:
        text = (scene.repo.root / "accounts/acme-lyon.yaml").read_text(encoding="utf-8")
        scene.propose("12", lambda: scene.repo.write("accounts/acme-lyon.yaml", f"# a remark\n{text}"))
        review = scene.reviewed("12")
        assert (review.changes, review.accounts, verdict(review)) == ((), ("acme-lyon",), "waiting")

    def test_that_conflicts_tells_where_and_leaves_out_what_main_did(self, scene: Scene) -> None:
        scene.propose("12", lambda: scene.repo.account("acme-lyon", datapoints=150))
        scene.repo.account("acme-lyon", datapoints=140)
        scene.repo.account("acme-nice", datapoints=90)
        scene.repo.commit("main moves on")
        review = scene.reviewed("12")
        assert (verdict(review), review.conflicts, review.accounts) == ("conflicts", ("accounts/acme-lyon.yaml",), ("acme-lyon",))


class TestPeople:
    def test_a_requester_without_the_role_is_refused(self, scene: Scene) -> None:
        asked: list[PolicyInForce] = []

        def trouble(application: Application, _base: str, policy: PolicyInForce) -> str | None:
            asked.append(policy)
            return f"{application.requester} is no SuperAdmin"

        scene.propose("12", lambda: scene.repo.account("acme-lyon", datapoints=150), requester="mallory")
        review = scene.reviewed("12", trouble)
        first = judge(review)[0]
        assert (first.headline, first.conclusion, first.exit_code) == ("Refused: mallory is no SuperAdmin", "action_required", 3)
        assert asked[0].config.roles.super_admins == ("ana",)

    def test_roles_that_cannot_be_read_leave_nothing_known(self, scene: Scene) -> None:
        def trouble(_application: Application, _base: str, _policy: PolicyInForce) -> str | None:
            raise ForgeError("the team cannot be read")

        scene.propose("12", lambda: scene.repo.account("acme-lyon", datapoints=150))
        review = scene.review("12", trouble)
        assert isinstance(review, FailedReview)
        assert review.error.message == "the team cannot be read"

    def test_the_number_of_approvals_depends_on_the_size_of_the_change(self, scene: Scene) -> None:
        scene.repo.config(
            approvals={"source": "github", "stricter": [{"datapoints": 100, "required": 2}]}, roles={"customer_success": ["carla"]},
        )
        scene.repo.commit("stricter")
        scene.propose("12", lambda: scene.repo.account("acme-lyon", datapoints=199))
        scene.propose("13", lambda: scene.repo.account("acme-lyon", datapoints=200))
        assert [scene.reviewed(id_).required for id_ in ("12", "13")] == [1, 2]


class TestWhatCannotBeKnown:
    def test_a_platform_that_cannot_be_reached_is_said(self, scene: Scene) -> None:
        scene.propose("12", lambda: scene.repo.account("acme-lyon", datapoints=150))
        scene.live = None
        review = scene.review("12")
        assert isinstance(review, FailedReview)
        assert isinstance(review.error, PlatformError)

    def test_a_commit_that_cannot_be_fetched_is_said(self, scene: Scene) -> None:
        head = scene.propose("12", lambda: scene.repo.account("acme-lyon", datapoints=150)).head
        scene.missing = frozenset([head])
        assert isinstance(scene.review("12"), FailedReview)

    def test_drift_is_said_and_holds_the_application(self, scene: Scene) -> None:
        assert scene.live is not None
        drifted = replace(on_platform("acme-lyon"), account=an_account("acme-lyon", license="enterprise"))
        scene.live = {**scene.live, "acme-lyon": drifted}
        scene.propose("12", lambda: scene.repo.account("acme-lyon", datapoints=150))
        scene.propose("13", lambda: scene.repo.account("acme-nice", datapoints=150))
        first = judge(scene.reviewed("12"))[0]
        assert (first.key, first.conclusion, first.exit_code) == ("drifted", "neutral", 0)
        assert verdict(scene.reviewed("13")) == "waiting"


class TestOtherApplications:
    def overlap(self, scene: Scene) -> tuple[object, ...]:
        other, = scene.reviewed("12").overlaps
        return other.application.id, other.accounts, [(f.path, f.ours, f.theirs) for f in other.fields], other.merges, other.trouble

    def test_that_change_the_same_field_conflict(self, scene: Scene) -> None:
        scene.propose("12", lambda: scene.repo.account("acme-lyon", datapoints=150))
        scene.propose("14", lambda: scene.repo.account("acme-lyon", datapoints=140))
        assert self.overlap(scene) == ("14", ("acme-lyon",), [("datapoints", 150, 140)], False, None)

    def test_that_want_the_same_agree(self, scene: Scene) -> None:
        scene.propose("12", lambda: scene.repo.account("acme-lyon", months=24))
        scene.propose("14", lambda: scene.repo.account("acme-lyon", months=24))
        assert self.overlap(scene) == ("14", ("acme-lyon",), [("subscription.months", 24, 24)], True, None)

    def test_that_change_other_fields_are_told_without_a_conflict(self, scene: Scene) -> None:
        scene.propose("12", lambda: scene.repo.account("acme-lyon", name="Lyon"))
        scene.propose("14", lambda: scene.repo.account("acme-lyon", contacts=["b@acme.example"]))
        assert self.overlap(scene) == ("14", ("acme-lyon",), [], True, None)

    def test_that_change_other_accounts_are_not_told(self, scene: Scene) -> None:
        scene.propose("12", lambda: scene.repo.account("acme-lyon", datapoints=150))
        scene.propose("14", lambda: scene.repo.account("acme-nice", datapoints=150))
        assert scene.reviewed("12").overlaps == ()

    def test_are_compared_from_where_they_began(self, scene: Scene) -> None:
        scene.propose("14", lambda: scene.repo.account("acme-nice", datapoints=150))
        scene.repo.account("acme-lyon", datapoints=70)
        scene.repo.commit("main moves on")
        scene.propose("12", lambda: scene.repo.account("acme-lyon", datapoints=150))
        assert scene.reviewed("12").overlaps == ()

    def test_that_remove_the_account_change_all_of_it(self, scene: Scene) -> None:
        scene.propose("12", lambda: scene.repo.account("acme-lyon", datapoints=150))
        scene.propose("14", lambda: scene.repo.remove("accounts/acme-lyon.yaml"))
        assert self.overlap(scene) == ("14", ("acme-lyon",), [("datapoints", 150, None)], False, None)

    @pytest.mark.parametrize("broken", ["name: [", ""])
    def test_that_cannot_be_read_are_said_to_be_so(self, scene: Scene, broken: str) -> None:
        scene.propose("12", lambda: scene.repo.account("acme-lyon", datapoints=150))
        scene.propose("14", lambda: scene.repo.write("accounts/acme-lyon.yaml", broken))
        *_, trouble = self.overlap(scene)
        assert "the file of acme-lyon" in str(trouble)

    def test_that_cannot_be_fetched_are_said_to_be_so(self, scene: Scene) -> None:
        scene.propose("12", lambda: scene.repo.account("acme-lyon", datapoints=150))
        scene.missing = frozenset([scene.propose("14", lambda: scene.repo.account("acme-lyon", datapoints=140)).head])
        assert "cannot be fetched" in str(self.overlap(scene)[-1])

    def test_that_are_closed_do_not_count(self, scene: Scene) -> None:
        scene.propose("12", lambda: scene.repo.account("acme-lyon", datapoints=150))
        scene.propose("14", lambda: scene.repo.account("acme-lyon", datapoints=140), state="rejected")
        scene.propose("15", lambda: scene.repo.account("acme-lyon", datapoints=140), state="stale")
        assert scene.reviewed("12").overlaps == ()
