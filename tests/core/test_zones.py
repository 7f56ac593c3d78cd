"""The zones of the platform's screen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emp_gitops.core.model import LiveAccount
from emp_gitops.core.zones import Row, row_of, zones_of
from support.accounts import IDS, TODAY, an_account, dates, on_platform, rows


def ending(id_: str, days: int, **fields: object) -> LiveAccount:
    """An account whose term of a year ends this many days after `TODAY`."""
    end = TODAY + timedelta(days=days)
    return on_platform(id_, an_account(id_, start=end.replace(year=end.year - 1)), **fields)


def ids(zone: tuple[Row, ...]) -> list[str]:
    return [row.account for row in zone]


def test_each_zone_is_ordered_by_what_is_next_to_happen() -> None:
    zones = zones_of([
        ending("a-far", 90), ending("b-near", 3), ending("c-near", 3), ending("d-today", 0),
        ending("e-long-ago", -90), ending("f-yesterday", -1), ending("g-later", 600), ending("h-soon", 400),
    ], TODAY)
    assert ids(zones.active) == ["d-today", "b-near", "c-near", "a-far"]
    assert ids(zones.expired) == ["f-yesterday", "e-long-ago"]
    assert ids(zones.scheduled) == ["h-soon", "g-later"]
    assert zones.today == TODAY


def test_an_account_that_goes_on_into_a_term_to_come_is_active() -> None:
    zones = zones_of([ending("on", 400, active_since=TODAY)], TODAY)
    assert (ids(zones.active), ids(zones.scheduled)) == (["on"], [])


def test_unmanaged_accounts_have_a_zone_of_their_own_and_retired_ones_none() -> None:
    zones = zones_of([
        ending("unmanaged", 5, applied=None), ending("retired", 5, retired=True), ending("retired-by-us", 5, retired=True, applied=None),
    ], TODAY)
    assert ids(zones.unmanaged) == ["unmanaged"]
    assert zones.active == zones.expired == zones.scheduled == ()


@given(st.sets(st.sampled_from(IDS)).flatmap(lambda chosen: st.tuples(*map(rows, sorted(chosen)))), dates)
def test_every_account_that_is_not_retired_is_in_exactly_one_zone(live: tuple[LiveAccount, ...], today: date) -> None:
    zones = zones_of(live, today)
    shown = [*zones.active, *zones.expired, *zones.scheduled, *zones.unmanaged]
    assert sorted(ids(tuple(shown))) == sorted(each.id for each in live if not each.retired)
    assert all(row.days_left >= 0 for row in zones.active)
    assert all(row.days_left < 0 for row in zones.expired)


def test_a_row_has_what_the_screen_shows() -> None:
    row = row_of(ending("acme-lyon", 8, used_datapoints=64), TODAY)
    assert row == Row(
        account="acme-lyon", name="Acme Lyon", customer="Acme S.A.", license="advanced", datapoints=100, used_datapoints=64,
        datapoints_left=36, start=date(2025, 12, 1), expires_on=date(2026, 12, 1), days_left=8, flags=("expiring",),
    )


@pytest.mark.parametrize(("days", "used", "flags"), [
    (90, 100, ()), (90, 101, ("over_quota",)), (0, 101, ("expiring", "over_quota")), (-1, 101, ("over_quota",)), (30, None, ("expiring",)),
    (31, 0, ()),
])
def test_flags_tell_of_an_end_within_a_month_and_of_too_much_use(days: int, used: int | None, flags: tuple[str, ...]) -> None:
    assert row_of(ending("acme-lyon", days, used_datapoints=used), TODAY).flags == flags
