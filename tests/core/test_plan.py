"""The plan as a value: transfers, and what of it may be applied."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emp_gitops.core.changes import Change, kinds_between
from emp_gitops.core.drift import Drift, DriftedField
from emp_gitops.core.findings import Finding
from emp_gitops.core.plan import Inputs, Leg, Plan, Transfer, find_transfers
from support.accounts import TODAY, an_account

INPUTS = Inputs("sha256:a", "sha256:b")


def leg(id_: str, delta: int, customer: str = "Acme S.A.", **after: Any) -> Change:
    """A change of an account of 100 datapoints."""
    before = an_account(id_, customer=customer)
    wanted = replace(before, **{"datapoints": 100 + delta} | after)
    return Change(account=id_, file=None, kinds=kinds_between(before, wanted), seen_version=1, before=before, after=wanted)


def a_plan(*changes: Change, **fields: Any) -> Plan:
    return Plan(**{
        "revision": None, "today": TODAY, "inputs": INPUTS, "changes": changes, "transfers": find_transfers(changes),
    } | fields)


def error(account: str | None, message: str = "it is wrong") -> Finding:
    return Finding.error("r", "accounts/a.yaml", message, account=account)


DRIFT = Drift("aa", None, (DriftedField("datapoints", 1, 2, 3), DriftedField("comment", "x", "y", "z")))


class TestTransfers:
    def test_are_found_for_each_customer(self) -> None:
        changes = [leg("aa", -30), leg("bb", 5, "Brisa"), leg("cc", 10), leg("dd", -5, "Brisa"), leg("ee", 20)]
        assert find_transfers(changes) == (
            Transfer("Acme S.A.", (Leg("aa", -30), Leg("cc", 10), Leg("ee", 20))),
            Transfer("Brisa", (Leg("bb", 5), Leg("dd", -5))),
        )

    def test_may_come_with_other_changes(self) -> None:
        assert find_transfers([leg("aa", -5, comment="x"), leg("bb", 5, months=24)]) != ()

    @pytest.mark.parametrize("changes", [
        [leg("aa", -5), leg("bb", 6)],
        [leg("aa", -5), leg("bb", 5, "Brisa")],
        [leg("aa", -5), leg("bb", 5), leg("cc", 1)],
        [leg("aa", 0, comment="x"), leg("bb", 0, comment="x")],
        [leg("aa", -5), replace(leg("bb", 5), before=None, kinds=("create",), after=an_account("bb", datapoints=20))],
        [leg("aa", 100), replace(leg("bb", 5), after=None, kinds=("retirement",))],
        [leg("aa", -100), replace(leg("bb", 5), before=None, kinds=("adoption",), after=an_account("bb"))],
        [leg("aa", -5), leg("bb", 5, customer="Acme S.A.", months=24) , leg("cc", 5)],
    ], ids=["a rest", "two customers", "all changes of the customer count", "no datapoints", "create is no leg", "retirement is no leg",
            "adoption is no leg", "a rest of three"])
    def test_are_nothing_else(self, changes: list[Change]) -> None:
        assert find_transfers(changes) == ()

    def test_have_no_leg_that_changes_its_customer(self) -> None:
        before = an_account("bb")
        moving = Change(account="bb", file=None, kinds=("datapoints", "details"), seen_version=1, before=before,
                        after=replace(before, customer="Brisa", datapoints=105))
        assert find_transfers([leg("aa", -5), moving]) == ()

    @given(st.lists(st.tuples(st.sampled_from("xyz"), st.integers(-80, 80)), max_size=8))
    def test_hold_all_datapoint_changes_of_their_customer_or_none(self, deltas: list[tuple[str, int]]) -> None:
        changes = [leg(f"id-{number}", delta, customer) for number, (customer, delta) in enumerate(deltas)]
        found = {transfer.customer: [each.delta for each in transfer.legs] for transfer in find_transfers(changes)}
        for customer in "xyz":
            own = [delta for owner, delta in deltas if owner == customer and delta]
            assert found.get(customer) == (own if own and sum(own) == 0 else None)


class TestRefusals:
    def test_are_none_in_a_plan_without_trouble(self) -> None:
        assert a_plan(leg("aa", 5), findings=(Finding.warning("r", "f", "m", account="aa"),)).refusals() == {}

    def test_give_the_first_reason_of_each_account(self) -> None:
        plan = a_plan(leg("aa", 5), findings=(error("aa", "first"), error("aa", "second"), error("bb", "other")), drift=(DRIFT,))
        assert plan.refusals() == {"aa": "first", "bb": "other"}

    def test_leave_errors_on_the_run_to_the_run(self) -> None:
        plan = a_plan(leg("aa", 5), findings=(error(None), Finding.warning("w", "f", "m")))
        assert plan.refusals() == {}
        assert plan.run_errors == (error(None),)

    def test_name_what_drifted(self) -> None:
        assert a_plan(drift=(DRIFT,)).refusals() == {"aa": "the platform changed it on its own (datapoints, comment)"}
        assert a_plan(drift=(DRIFT,)).refusals(allowed=True) == {}

    def test_are_not_lifted_from_errors_by_allowing_the_plan(self) -> None:
        plan = a_plan(findings=(error("aa"),), drift=(DRIFT,))
        assert plan.refusals(allowed=True) == {"aa": "it is wrong"}

    def test_take_the_other_legs_along(self) -> None:
        plan = a_plan(leg("aa", 5), leg("bb", -3), leg("cc", -2), leg("dd", 1, "Brisa"), findings=(error("bb"),))
        reason = "it is one leg of a transfer, and bb is refused"
        assert plan.refusals() == {"bb": "it is wrong", "aa": reason, "cc": reason}


def test_the_summary_counts_kinds_and_what_stays() -> None:
    plan = a_plan(leg("aa", 5, comment="x"), leg("bb", 5), unchanged=3, unmanaged=("cc", "dd"))
    assert plan.summary == {
        "create": 0, "datapoints": 2, "license": 0, "renewal": 0, "details": 1, "adoption": 0, "retirement": 0,
        "unchanged": 3, "unmanaged": 2,
    }


@pytest.mark.parametrize("other", [
    {"inputs": Inputs("sha256:x", "sha256:b")}, {"inputs": Inputs("sha256:a", "sha256:x")}, {"changes": ()},
    {"changes": (leg("aa", 6),)}, {"drift": (DRIFT,)},
], ids=["wanted", "live", "no change", "another change", "drift"])
def test_the_digest_covers_inputs_changes_and_drift(other: dict[str, Any]) -> None:
    assert replace(a_plan(leg("aa", 5)), **other).digest != a_plan(leg("aa", 5)).digest


@pytest.mark.parametrize("other", [
    {"revision": "c" * 40}, {"today": TODAY.replace(year=2030)}, {"findings": (error("aa"),)}, {"unchanged": 5}, {"unmanaged": ("x1",)},
    {"changes": (replace(leg("aa", 5), file="accounts/elsewhere/aa.yaml"),)},
], ids=lambda other: next(iter(other)))
def test_the_digest_leaves_out_what_does_not_matter(other: dict[str, Any]) -> None:
    assert replace(a_plan(leg("aa", 5)), **other).digest == a_plan(leg("aa", 5)).digest
