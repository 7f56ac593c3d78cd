"""Drift: three sides of each field, and which of them may be overwritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given

from emp_gitops.core.drift import STATE, Drift, DriftedField, drift_of, has_converged
from emp_gitops.core.model import Account, LiveAccount
from support.accounts import an_account, on_platform, rows, valid_accounts

APPLIED = an_account(datapoints=100, comment="ours")
FILE = "accounts/acme-lyon.yaml"


def drifted(live: dict[str, Any], wanted: dict[str, Any] | None, **more: Any) -> Drift | None:
    """The drift of an account whose live and wanted values are the applied ones with these changes."""
    account = on_platform(account=replace(APPLIED, **live), applied=APPLIED, **more)
    return drift_of(account, None if wanted is None else replace(APPLIED, **wanted), FILE if wanted is not None else None)


class TestAField:
    @pytest.mark.parametrize(("live", "wanted"), [
        ({}, {}),
        ({}, {"datapoints": 130}),
        ({"datapoints": 130}, {"datapoints": 130}),
        ({"datapoints": 130}, {"datapoints": 130, "comment": "more"}),
    ], ids=["nobody", "only git", "both to the same", "both to the same, and git another"])
    def test_has_not_drifted_where_git_overwrites_nothing(self, live: dict[str, Any], wanted: dict[str, Any]) -> None:
        assert drifted(live, wanted) is None

    @pytest.mark.parametrize(("live", "wanted", "goal"), [
        ({"datapoints": 130}, {}, 100),
        ({"datapoints": 130}, {"datapoints": 150}, 150),
    ], ids=["only the platform", "both differently"])
    def test_has_drifted_where_git_would_undo_the_platform(self, live: dict[str, Any], wanted: dict[str, Any], goal: int) -> None:
        assert drifted(live, wanted) == Drift("acme-lyon", FILE, (DriftedField("datapoints", 100, 130, goal),))

    def test_is_shown_as_it_stands_in_the_file_in_json_values(self) -> None:
        found = drifted({"start": date(2027, 1, 1), "contacts": ("x@acme.example",), "comment": None}, {})
        assert found
        assert found.fields == (
            DriftedField("subscription.start", "2026-03-01", "2027-01-01", "2026-03-01"),
            DriftedField("contacts", ["facilities@acme.example"], ["x@acme.example"], ["facilities@acme.example"]),
            DriftedField("comment", "ours", None, "ours"),
        )

    def test_that_agrees_stays_out_of_what_is_shown(self) -> None:
        found = drifted({"datapoints": 130, "comment": "theirs"}, {"datapoints": 130})
        assert found
        assert [field.path for field in found.fields] == ["comment"]


class TestAnAccount:
    def test_that_was_changed_and_lost_its_file_has_drifted(self) -> None:
        assert drifted({"datapoints": 130}, None) == Drift("acme-lyon", None, (DriftedField("datapoints", 100, 130, None),))

    def test_that_was_retired_has_drifted_where_git_wants_it(self) -> None:
        assert drifted({}, {}, retired=True) == Drift("acme-lyon", FILE, (DriftedField(STATE, "managed", "retired", "managed"),))

    def test_that_was_retired_agrees_with_a_removed_file(self) -> None:
        assert drifted({}, None, retired=True) is None

    def test_that_is_unmanaged_or_retired_by_git_cannot_drift(self) -> None:
        live = on_platform(account=APPLIED, applied=None)
        assert drift_of(live, replace(APPLIED, datapoints=20), FILE) is None
        assert drift_of(replace(live, retired=True), APPLIED, FILE) is None

    @pytest.mark.parametrize(("live", "wanted", "retired", "converged"), [
        ({}, {}, False, False),
        ({"datapoints": 130}, {"datapoints": 130}, False, True),
        ({"datapoints": 130}, {"datapoints": 131}, False, False),
        ({"datapoints": 130}, {"datapoints": 130, "comment": "x"}, False, False),
        ({}, None, False, False),
        ({}, None, True, True),
        ({}, {}, True, False),
    ])
    def test_has_converged_where_git_came_to_agree(
        self, live: dict[str, Any], wanted: dict[str, Any] | None, retired: bool, converged: bool,
    ) -> None:
        account = on_platform(account=replace(APPLIED, **live), applied=APPLIED, retired=retired)
        assert has_converged(account, None if wanted is None else replace(APPLIED, **wanted)) is converged

    def test_that_never_was_managed_has_not_converged(self) -> None:
        assert not has_converged(on_platform(applied=None), an_account())


@given(rows("acme-lyon"), valid_accounts("acme-lyon"))
def test_an_account_that_converged_has_not_drifted(live: LiveAccount, wanted: Account) -> None:
    for goal in (wanted, live.account, live.applied, None):
        assert not (has_converged(live, goal) and drift_of(live, goal, FILE))


@given(rows("acme-lyon"), valid_accounts("acme-lyon"))
def test_without_drift_every_live_value_is_as_applied_or_as_wanted(live: LiveAccount, wanted: Account) -> None:
    if live.applied and not live.retired and drift_of(live, wanted, FILE) is None:
        now, applied, goal = (each.to_flat() for each in (live.account, live.applied, wanted))
        del now["expires_on"]
        assert all(now[name] in (applied[name], goal[name]) for name in now)
