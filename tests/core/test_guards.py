"""Guards: what a plan may take away before a person has to name it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from emp_gitops.core.changes import Change
from emp_gitops.core.config import GuardPolicy
from emp_gitops.core.guards import Guard, guards, takes_away
from emp_gitops.core.model import Account
from support.accounts import an_account

BEFORE = an_account(datapoints=100, rtc_lines=4, country="ES")


def a_change(after: Account | None, before: Account | None = BEFORE, number: int = 0) -> Change:
    return Change(account=f"account-{number}", file=None, kinds=("details",), seen_version=1, before=before, after=after)


def reductions(count: int) -> list[Change]:
    return [a_change(replace(BEFORE, datapoints=20), number=number) for number in range(count)]


def found(*, reduced: int = 0, managed: int = 10, files: int | None = None, **policy: Any) -> list[tuple[str, str, bool]]:
    ids = [f"account-{number}" for number in range(managed)]
    with_file = ids if files is None else ids[:files]
    return [
        (guard.rule, guard.message, guard.overridable)
        for guard in guards(reductions(reduced), managed=ids, files=with_file, policy=replace(GuardPolicy(), **policy))
    ]


@pytest.mark.parametrize(("changes", "away"), [
    ({"datapoints": 99}, True),
    ({"datapoints": 101}, False),
    ({"rtc_lines": 3}, True),
    ({"rtc_lines": 5}, False),
    ({"months": 11}, True),
    ({"start": date(2026, 2, 28)}, True),
    ({"months": 24}, False),
    ({"start": date(2025, 3, 1), "months": 24}, False),
    ({"datapoints": 120, "months": 11}, True),
    ({"license": "essential", "contacts": ()}, False),
    ({}, False),
])
def test_less_datapoints_or_lines_or_an_earlier_end_take_away(changes: dict[str, Any], away: bool) -> None:
    assert takes_away(a_change(replace(BEFORE, **changes))) is away


def test_a_retirement_takes_away_and_a_new_account_does_not() -> None:
    assert takes_away(a_change(None))
    assert not takes_away(a_change(BEFORE, before=None))


class TestTheLargestShare:
    @pytest.mark.parametrize(("reduced", "managed", "stopped"), [(3, 10, False), (4, 10, True), (30, 100, False), (31, 100, True)])
    def test_may_be_reached_and_not_passed(self, reduced: int, managed: int, stopped: bool) -> None:
        assert bool(found(reduced=reduced, managed=managed)) is stopped

    @pytest.mark.parametrize(("managed", "stopped"), [(9, False), (10, True)])
    def test_counts_once_there_are_enough_accounts(self, managed: int, stopped: bool) -> None:
        assert bool(found(reduced=managed, managed=managed)) is stopped

    @pytest.mark.parametrize(("share", "words"), [("0.3", "30 %"), ("0.125", "12.5 %"), ("0", "0 %"), ("0.300000", "30 %"), ("1", "100 %")])
    def test_is_named_as_a_percentage(self, share: str, words: str) -> None:
        stopped = found(reduced=11, managed=10, max_share=Decimal(share))
        message = f"11 of the 10 managed accounts would be retired, reduced or shortened; guards.max_share allows {words}"
        assert stopped == [("max-share", message, True)]

    def test_may_forbid_any(self) -> None:
        assert found(reduced=1, max_share=Decimal(0)) != []
        assert found(reduced=0, max_share=Decimal(0)) == []

    def test_is_exact_where_a_binary_fraction_would_not_be(self) -> None:
        assert found(reduced=29, managed=100, max_share=Decimal("0.29")) == []


class TestTheLargestCount:
    @pytest.mark.parametrize(("reduced", "stopped"), [(100, False), (101, True)])
    def test_may_be_reached_and_not_passed_whatever_the_share(self, reduced: int, stopped: bool) -> None:
        assert [rule for rule, *_ in found(reduced=reduced, managed=10_000)] == ["max-count"] * stopped

    def test_counts_however_few_accounts_there_are(self) -> None:
        assert found(reduced=2, managed=2, max_count=1) == [
            ("max-count", "2 accounts would be retired, reduced or shortened; guards.max_count allows 1", True),
        ]

    def test_is_told_beside_the_share(self) -> None:
        assert [rule for rule, *_ in found(reduced=10, max_count=9)] == ["max-share", "max-count"]


class TestVanishedFiles:
    @pytest.mark.parametrize(("managed", "words"), [(1, "1 account"), (200, "200 accounts")])
    def test_that_leave_an_empty_folder_stop_everything(self, managed: int, words: str) -> None:
        assert found(managed=managed, files=0) == [
            ("accounts-empty", f"the accounts folder is empty, and {words} on the platform came from it", False),
        ]

    def test_are_no_trouble_where_there_never_were_any(self) -> None:
        assert found(managed=0, files=0) == []

    @pytest.mark.parametrize(("managed", "files", "stopped"), [
        (10, 5, False), (10, 4, True), (11, 6, False), (11, 5, True), (9, 4, True), (4, 2, False), (3, 2, False), (3, 1, True), (2, 1, False), (100, 1, True),
    ])
    def test_stop_everything_once_they_are_most(self, managed: int, files: int, stopped: bool) -> None:
        assert [(rule, overridable) for rule, _, overridable in found(managed=managed, files=files)] == (
            [("accounts-vanished", False)] * stopped
        )

    @pytest.mark.parametrize(("managed", "stopped"), [(1, False), (2, False), (3, True)])
    def test_may_be_exchanged_for_others_where_there_are_one_or_two(self, managed: int, stopped: bool) -> None:
        ids = [f"account-{number}" for number in range(managed)]
        assert bool(guards([], managed=ids, files=["new"], policy=replace(GuardPolicy(), min_accounts=100))) is stopped

    def test_are_not_made_good_by_new_ones(self) -> None:
        managed = [f"account-{number}" for number in range(10)]
        files = [f"new-{number}" for number in range(50)]
        assert guards([], managed=managed, files=files, policy=GuardPolicy()) == (
            Guard("accounts-vanished", "10 of the 10 managed accounts have no file any more; retire a few at a time", overridable=False),
        )
