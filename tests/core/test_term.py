"""Terms: calendar months counted from an anchor, and what a renewal does to them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emp_gitops.core.term import MAX_MONTHS, Term, add_months, renewed
from support.accounts import dates, months

terms = st.builds(Term, dates, months)


def length_of_month(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def turning_pages(anchor: date, pages: int) -> date:
    """The day `pages` months later, found by turning the calendar one page at a time and counting days."""
    first = anchor - timedelta(days=anchor.day - 1)
    for _ in range(pages):
        first += timedelta(days=length_of_month(first))
    return first + timedelta(days=min(anchor.day, length_of_month(first)) - 1)


class TestAddingMonths:
    @pytest.mark.parametrize(("anchor", "count", "day"), [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
    ])
    def test_clamps_to_the_last_day_of_the_month_from_the_anchor(self, anchor: date, count: int, day: date) -> None:
        assert add_months(anchor, count) == day

    def test_agrees_with_turning_calendar_pages_for_ten_thousand_random_terms(self) -> None:
        random = Random(20261123)
        first, last = date(1970, 1, 1).toordinal(), date(2999, 12, 31).toordinal()
        for _ in range(10_000):
            term = Term(date.fromordinal(random.randint(first, last)), random.randint(1, MAX_MONTHS))
            assert term.expires_on == turning_pages(term.start, term.months), term

    def test_agrees_with_turning_calendar_pages_from_every_day_of_a_leap_cycle(self) -> None:
        for day in (date(2023, 1, 1) + timedelta(days=number) for number in range(4 * 365 + 1)):
            assert [add_months(day, count) for count in (1, 11, 12)] == [turning_pages(day, count) for count in (1, 11, 12)]

    @given(dates, st.integers(0, 120))
    def test_going_back_lands_on_the_month_that_it_came_from(self, day: date, count: int) -> None:
        back = add_months(add_months(day, count), -count)
        assert (back.year, back.month) == (day.year, day.month)
        assert back <= day

    def test_reaches_the_first_and_the_last_month_of_the_calendar(self) -> None:
        assert add_months(date(9999, 11, 30), 1) == date(9999, 12, 30)
        assert add_months(date(1, 2, 28), -1) == date(1, 1, 28)

    @pytest.mark.parametrize(("day", "count"), [(date(9999, 12, 1), 1), (date(1, 1, 1), -1)])
    def test_says_so_where_the_calendar_ends(self, day: date, count: int) -> None:
        with pytest.raises(OverflowError, match="outside the calendar"):
            add_months(day, count)


class TestTheStatesOfATerm:
    @given(terms, st.integers(-2, 2))
    def test_change_on_the_first_day_and_after_the_last(self, term: Term, shift: int) -> None:
        assert term.state(term.start + timedelta(days=shift)) == ("scheduled" if shift < 0 else "active")
        assert term.state(term.expires_on + timedelta(days=shift)) == ("expired" if shift > 0 else "active")

    @given(terms, st.lists(dates, max_size=20))
    def test_divide_time_into_three_stretches(self, term: Term, days: list[date]) -> None:
        states = [term.state(day) for day in sorted(days)]
        assert states == sorted(states, key=["scheduled", "active", "expired"].index)

    @given(terms, dates)
    def test_agree_with_the_days_left(self, term: Term, today: date) -> None:
        assert (term.days_left(today) < 0) == (term.state(today) == "expired")
        assert today + timedelta(days=term.days_left(today)) == term.expires_on

    @pytest.mark.parametrize(("today", "expiring"), [
        (date(2027, 1, 31), False),
        (date(2027, 2, 1), True),
        (date(2027, 3, 1), True),
        (date(2027, 3, 2), False),
    ])
    def test_are_about_to_change_within_a_calendar_month_of_the_end(self, today: date, expiring: bool) -> None:
        assert Term(date(2026, 3, 1), 12).is_expiring(today) is expiring

    def test_a_term_of_one_month_is_not_expiring_before_it_starts(self) -> None:
        assert not Term(date(2026, 5, 31), 1).is_expiring(date(2026, 5, 30))


class TestARenewal:
    @given(terms, months, st.integers(0, 365), st.integers(-4000, 4000))
    def test_never_loses_or_gives_away_a_day_until_it_is_too_late(self, term: Term, more: int, late_days: int, shift: int) -> None:
        today = term.expires_on + timedelta(days=min(shift, late_days))
        after = renewed(term, today, months=more, late_days=late_days)
        assert after.start in (term.start, term.expires_on)
        if after.start == term.start:
            # Counted from the anchor, so that a month that is longer than the clamped one gives its days back.
            assert after.expires_on == turning_pages(term.start, term.months + more)
            assert after.expires_on >= turning_pages(term.expires_on, more)
        else:
            assert after.expires_on == turning_pages(term.expires_on, more)

    @given(terms, months, st.integers(0, 365), st.integers(1, 4000))
    def test_starts_today_when_it_is_too_late(self, term: Term, more: int, late_days: int, shift: int) -> None:
        today = term.expires_on + timedelta(days=late_days + shift)
        assert renewed(term, today, months=more, late_days=late_days) == Term(today, more)

    @given(terms, months, dates)
    def test_never_passes_ten_years(self, term: Term, more: int, today: date) -> None:
        assert 1 <= renewed(term, today, months=more).months <= MAX_MONTHS

    @given(terms, st.lists(st.integers(0, 400), max_size=12))
    def test_repeated_each_year_keeps_ending_later(self, term: Term, gaps: list[int]) -> None:
        today = term.start
        for gap in gaps:
            today += timedelta(days=gap)
            after = renewed(term, today)
            assert after.expires_on > term.expires_on
            term = after

    @pytest.mark.parametrize(("before", "today", "after"), [
        (Term(date(2026, 1, 31), 1), date(2026, 2, 1), Term(date(2026, 1, 31), 13)),
        (Term(date(2025, 11, 1), 12), date(2026, 12, 1), Term(date(2025, 11, 1), 24)),
        (Term(date(2025, 11, 1), 12), date(2026, 12, 2), Term(date(2026, 12, 2), 12)),
        (Term(date(2016, 2, 29), 108), date(2025, 1, 1), Term(date(2016, 2, 29), 120)),
        (Term(date(2016, 2, 29), 109), date(2025, 1, 1), Term(date(2025, 3, 29), 12)),
        (Term(date(2027, 6, 1), 12), date(2026, 12, 1), Term(date(2027, 6, 1), 24)),
    ], ids=["anchored", "late", "too late", "just ten years", "beyond ten years", "scheduled"])
    def test_has_exact_dates(self, before: Term, today: date, after: Term) -> None:
        assert renewed(before, today) == after
