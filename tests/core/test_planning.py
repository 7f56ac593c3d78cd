"""Planning: what each difference between git and the platform becomes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from emp_gitops.core.findings import Finding
from emp_gitops.core.plan import Leg, Plan, Transfer
from support.accounts import TODAY, a_tree, an_account, check, file_text, in_git, moved, on_platform, path_of, planned

LIVE = an_account("acme-lyon")
EXPIRED = an_account("acme-lyon", start=date(2025, 3, 1))
SCHEDULED = an_account("acme-lyon", start=date(2027, 3, 1))


def kinds(plan: Plan) -> dict[str, tuple[str, ...]]:
    return {change.account: change.kinds for change in plan.changes}


def rules(plan: Plan) -> list[tuple[str | None, str]]:
    return [(finding.account, finding.rule) for finding in plan.findings]


class TestAnAccountOnBothSides:
    @pytest.mark.parametrize(("changes", "found"), [
        ({"datapoints": 130}, ("datapoints",)),
        ({"license": "enterprise"}, ("license",)),
        ({"months": 24}, ("renewal",)),
        ({"comment": "new"}, ("details",)),
        ({"datapoints": 130, "license": "enterprise", "months": 24, "comment": "new"}, ("datapoints", "license", "renewal", "details")),
    ])
    def test_is_changed_by_each_kind_and_by_several(self, changes: dict[str, Any], found: tuple[str, ...]) -> None:
        wanted = replace(LIVE, **changes)
        plan = planned(in_git(wanted), on_platform(version=7))
        [change] = plan.changes
        assert (change.kinds, change.seen_version, change.before, change.after) == (found, 7, LIVE, wanted)
        assert (change.account, change.file) == ("acme-lyon", path_of("acme-lyon"))
        assert (plan.findings, plan.drift, plan.guards, plan.refusals()) == ((), (), (), {})

    def test_is_unchanged_where_it_is_equal(self) -> None:
        plan = planned(in_git(LIVE), on_platform())
        assert plan.changes == ()
        assert plan.summary == dict.fromkeys(plan.summary, 0) | {"unchanged": 1}

    def test_is_unchanged_where_its_file_moved(self) -> None:
        assert planned(moved(in_git(LIVE), "elsewhere"), on_platform()).changes == ()

    def test_is_only_changed_in_what_git_changed_where_the_platform_agrees_on_the_rest(self) -> None:
        live = on_platform(account=replace(LIVE, comment="both"), applied=LIVE)
        plan = planned(in_git(replace(LIVE, comment="both", datapoints=130)), live)
        assert kinds(plan) == {"acme-lyon": ("datapoints",)}
        assert plan.refusals() == {}


class TestANewAccount:
    def test_is_created_from_version_zero(self) -> None:
        [change] = planned(in_git(LIVE)).changes
        assert (change.kinds, change.seen_version, change.before, change.after) == (("create",), 0, None, LIVE)

    @pytest.mark.parametrize("row", [{"applied": None, "retired": True}, {"applied": None, "retired": True, "used_datapoints": 500}])
    def test_goes_on_from_the_versions_of_a_retired_one(self, row: dict[str, Any]) -> None:
        plan = planned(in_git(LIVE), on_platform(version=9, **row))
        [change] = plan.changes
        assert (change.kinds, change.seen_version, change.before) == (("create",), 9, None)
        assert (plan.drift, plan.findings) == ((), ())

    def test_that_is_expired_already_is_a_warning(self) -> None:
        plan = planned(in_git(EXPIRED))
        assert rules(plan) == [("acme-lyon", "created-expired")]
        assert (kinds(plan), plan.refusals()) == ({"acme-lyon": ("create",)}, {})


class TestAnUnmanagedAccount:
    def test_is_listed_and_not_touched(self) -> None:
        plan = planned(in_git(), on_platform(applied=None), on_platform("acme-madrid", applied=None))
        assert plan.unmanaged == ("acme-lyon", "acme-madrid")
        assert (plan.changes, plan.findings, plan.guards) == ((), (), ())
        assert plan.summary["unmanaged"] == 2

    def test_is_adopted_by_a_file_that_equals_it(self) -> None:
        plan = planned(in_git(LIVE), on_platform(version=4, applied=None, used_datapoints=None))
        [change] = plan.changes
        assert (change.kinds, change.seen_version, change.before, change.after) == (("adoption",), 4, None, LIVE)
        assert (plan.unmanaged, plan.findings, plan.refusals()) == ((), (), {})

    def test_is_refused_with_each_field_in_which_its_file_differs(self) -> None:
        plan = planned(in_git(replace(LIVE, datapoints=60, comment="x")), on_platform(applied=None))
        assert rules(plan) == [("acme-lyon", "adoption-differs")] * 2
        assert set(plan.refusals()) == {"acme-lyon"}

    def test_is_not_touched_by_a_broken_file(self) -> None:
        plan = planned(in_git(broken=["acme-lyon"]), on_platform(applied=None))
        assert (plan.changes, plan.unmanaged) == ((), ())
        assert set(plan.refusals()) == {"acme-lyon"}


class TestARemovedFile:
    @pytest.mark.parametrize("account", [EXPIRED, SCHEDULED], ids=["expired", "scheduled"])
    def test_retires_an_account_that_does_not_run(self, account: Any) -> None:
        plan = planned(in_git(an_account("acme-madrid")), on_platform(account=account, version=5), on_platform("acme-madrid"))
        [change] = plan.changes
        assert (change.kinds, change.file, change.seen_version, change.before, change.after) == (("retirement",), None, 5, account, None)
        assert plan.refusals() == {}

    @pytest.mark.parametrize("today", [LIVE.start, TODAY, LIVE.term.expires_on])
    def test_never_removes_an_active_account(self, today: date) -> None:
        plan = planned(in_git(an_account("acme-madrid")), on_platform(), on_platform("acme-madrid"), today=today)
        assert plan.changes == ()
        assert rules(plan) == [("acme-lyon", "active-account-removed")]
        assert set(plan.refusals(allowed=True)) == {"acme-lyon"}
        assert plan.summary["unchanged"] == 1

    def test_never_removes_an_account_that_goes_on_into_a_term_to_come(self) -> None:
        row = on_platform(account=SCHEDULED, active_since=date(2026, 3, 1))
        plan = planned(in_git(an_account("acme-madrid")), row, on_platform("acme-madrid"))
        assert (plan.changes, rules(plan)) == ((), [("acme-lyon", "active-account-removed")])

    def test_of_an_account_that_is_retired_already_is_nothing(self) -> None:
        plan = planned(in_git(an_account("acme-madrid")), on_platform(retired=True), on_platform("acme-madrid"))
        assert (plan.changes, plan.findings, plan.drift) == ((), (), ())
        assert plan.summary["unchanged"] == 1, "Madrid; Lyon is no account on either side"

    def test_of_the_last_account_that_is_retired_already_meets_no_guard(self) -> None:
        rows = [on_platform(id_, retired=True) for id_ in ("acme-lyon", "acme-madrid", "acme-nice")]
        assert planned(in_git(), *rows).guards == ()
        assert [guard.rule for guard in planned(in_git(), rows[0], replace(rows[1], retired=False)).guards] == ["accounts-empty"]

    @pytest.mark.parametrize("account", [LIVE, EXPIRED, SCHEDULED], ids=["active", "expired", "scheduled"])
    def test_is_not_what_a_broken_file_is(self, account: Any) -> None:
        plan = planned(in_git(an_account("acme-madrid"), broken=["acme-lyon"]), on_platform(account=account), on_platform("acme-madrid"))
        assert (plan.changes, plan.guards) == ((), ())
        assert rules(plan) == [("acme-lyon", "yaml-syntax")]
        assert set(plan.refusals()) == {"acme-lyon"}

    def test_is_not_what_an_unread_file_is(self) -> None:
        unread = Finding.error("not-a-regular-file", path_of("acme-lyon"), "is a link", account="acme-lyon")
        checked = check(a_tree({path_of("acme-madrid"): file_text(an_account("acme-madrid"))}, findings=[unread]))
        plan = planned(checked, on_platform(account=EXPIRED), on_platform("acme-madrid"))
        assert (plan.changes, plan.refusals()) == ((), {"acme-lyon": "is a link"})


class TestATransfer:
    MADRID, LYON = an_account("acme-madrid", datapoints=120), an_account("acme-lyon", datapoints=60)

    def plan(self, madrid: int, lyon: int, **live: Any) -> Plan:
        """The plan for these totals; `live` is what differs on Lyon's row."""
        checked = in_git(replace(self.MADRID, datapoints=madrid), replace(self.LYON, datapoints=lyon))
        row = replace(on_platform("acme-lyon", self.LYON), **live)
        return planned(checked, on_platform("acme-madrid", self.MADRID), row)

    def test_is_what_sums_to_zero(self) -> None:
        assert self.plan(90, 90).transfers == (Transfer("Acme S.A.", (Leg("acme-lyon", 30), Leg("acme-madrid", -30))),)

    def test_is_not_what_leaves_a_rest(self) -> None:
        assert self.plan(90, 91).transfers == ()

    def test_falls_whole_with_one_leg_that_goes_below_its_use(self) -> None:
        plan = self.plan(150, 30, used_datapoints=31)
        assert rules(plan) == [("acme-lyon", "datapoints-below-used")]
        assert plan.refusals()["acme-madrid"] == "it is one leg of a transfer, and acme-lyon is refused"

    def test_falls_whole_with_one_leg_that_drifted_until_it_is_allowed(self) -> None:
        plan = self.plan(90, 90, account=replace(self.LYON, comment="theirs"))
        assert set(plan.refusals()) == {"acme-lyon", "acme-madrid"}
        assert plan.refusals(allowed=True) == {}

    @pytest.mark.parametrize("lyon", [30, 90])
    def test_may_have_its_other_leg_in_a_broken_file(self, lyon: int) -> None:
        plan = self.plan_beside_a_broken_file(lyon)
        assert rules(plan) == [("acme-lyon", "transfer-torn"), ("acme-madrid", "yaml-syntax")]
        assert f"these {lyon - 60:+} datapoints may be one leg of a transfer, and the file of 'acme-madrid'" in plan.findings[0].message
        assert (plan.findings[0].file, plan.findings[0].hint) == (path_of("acme-lyon"), "mend the file of 'acme-madrid' first")
        assert plan.findings[0].line > 1
        assert set(plan.refusals(allowed=True)) == {"acme-lyon", "acme-madrid"}

    @pytest.mark.parametrize(("lyon", "row"), [
        (60, {}),
        (90, {"applied": None}),
        (90, {"retired": True}),
        (90, {"account": an_account("acme-madrid", customer="Hoteles Brisa S.L.")}),
    ], ids=["no change", "unmanaged", "retired", "another customer"])
    def test_has_no_leg_in_a_broken_file_where_it_could_have_none(self, lyon: int, row: dict[str, Any]) -> None:
        assert rules(self.plan_beside_a_broken_file(lyon, **row)) == [("acme-madrid", "yaml-syntax")]

    def test_is_whole_beside_a_broken_file_where_it_sums_to_zero(self) -> None:
        checked = in_git(replace(self.MADRID, datapoints=90), replace(self.LYON, datapoints=90), broken=["acme-nice"])
        rows = on_platform("acme-madrid", self.MADRID), on_platform("acme-lyon", self.LYON), on_platform("acme-nice")
        plan = planned(checked, *rows)
        assert rules(plan) == [("acme-nice", "yaml-syntax")]
        assert set(plan.refusals()) == {"acme-nice"}

    def plan_beside_a_broken_file(self, lyon: int, **row: Any) -> Plan:
        """Lyon at this total, its comment changed too; `row` is what differs on the row of Madrid, whose file is broken."""
        checked = in_git(replace(self.LYON, datapoints=lyon, comment="new"), broken=["acme-madrid"])
        return planned(checked, on_platform("acme-lyon", self.LYON), replace(on_platform("acme-madrid", self.MADRID), **row))

    def test_leaves_another_customers_accounts_alone(self) -> None:
        palma = an_account("brisa-palma", customer="Hoteles Brisa S.L.", datapoints=200)
        checked = in_git(replace(self.MADRID, datapoints=150), replace(self.LYON, datapoints=30), replace(palma, datapoints=190))
        plan = planned(
            checked, on_platform("acme-madrid", self.MADRID), on_platform("acme-lyon", self.LYON, used_datapoints=31),
            on_platform("brisa-palma", palma),
        )
        assert set(plan.refusals()) == {"acme-lyon", "acme-madrid"}
        assert kinds(plan)["brisa-palma"] == ("datapoints",)


class TestARunThatCannotGoOn:
    @pytest.mark.parametrize("checked", [
        check(a_tree({path_of("acme-lyon"): file_text(replace(LIVE, datapoints=130))}, config="organisation: x")),
        check(a_tree({path_of("acme-lyon"): file_text(replace(LIVE, datapoints=130))}, schemas={})),
        check(a_tree({path_of("acme-lyon"): file_text(replace(LIVE, datapoints=130)), "accounts/x/acme-lyon.yaml": file_text(LIVE)})),
        check(a_tree({path_of("acme-lyon"): file_text(replace(LIVE, datapoints=130)), path_of("Acme"): file_text(LIVE)})),
        check(a_tree({path_of("acme-lyon"): file_text(replace(LIVE, datapoints=130))},
                     findings=[Finding.error("not-a-regular-file", "accounts/sub", "is a submodule")])),
    ], ids=["configuration", "schemas", "one id twice", "a name without an id", "a folder that is not read"])
    def test_plans_nothing_and_says_why(self, checked: Any) -> None:
        plan = planned(checked, on_platform(), on_platform("acme-madrid", account=EXPIRED), on_platform("x1", applied=None))
        assert plan.run_errors
        assert (plan.changes, plan.transfers, plan.drift, plan.guards, plan.unmanaged) == ((), (), (), (), ())
        assert plan.findings == checked.findings

    def test_is_not_made_by_warnings_on_the_tree(self) -> None:
        checked = check(a_tree({path_of("acme-lyon"): file_text(LIVE)}, findings=[Finding.warning("r", "accounts/notes.yml", "m")]))
        assert kinds(planned(checked)) == {"acme-lyon": ("create",)}
        assert planned(checked).run_errors == ()
