"""The stages before a term ends: calendar arithmetic back from its last day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emp_gitops.core.config import Config
from emp_gitops.core.schedule import Stage, stage_date, stages_of
from emp_gitops.core.term import Term, add_months
from support.accounts import dates, months

terms = st.builds(Term, dates, months)
durations = st.builds("P{}{}".format, st.integers(0, 999), st.sampled_from("YMWD"))


class TestADay:
    @pytest.mark.parametrize(("expires_on", "before", "day"), [
        (date(2027, 3, 1), "P1M", date(2027, 2, 1)),
        (date(2027, 3, 31), "P1M", date(2027, 2, 28)),
        (date(2028, 3, 31), "P1M", date(2028, 2, 29)),
        (date(2027, 1, 31), "P2M", date(2026, 11, 30)),
        (date(2027, 3, 1), "P1W", date(2027, 2, 22)),
        (date(2027, 3, 1), "P0D", date(2027, 3, 1)),
        (date(2027, 3, 1), "P007D", date(2027, 2, 22)),
        (date(2028, 2, 29), "P1Y", date(2027, 2, 28)),
    ])
    def test_lies_a_calendar_duration_before_the_end(self, expires_on: date, before: str, day: date) -> None:
        assert stage_date(expires_on, before) == day

    @given(dates, st.integers(0, 142))
    def test_agrees_between_units_of_one_length(self, day: date, number: int) -> None:
        assert stage_date(day, f"P{number}W") == stage_date(day, f"P{7 * number}D")
        assert stage_date(day, f"P{number // 12}Y") == stage_date(day, f"P{12 * (number // 12)}M")

    @given(dates, st.integers(0, 900))
    def test_is_the_last_of_its_month_where_the_day_does_not_exist(self, day: date, number: int) -> None:
        found = stage_date(day, f"P{number}M")
        assert (found.year * 12 + found.month) == (day.year * 12 + day.month) - number
        assert found.day == day.day or (found + timedelta(days=1)).day == 1

    @given(dates, st.integers(0, 900), st.integers(1, 99), st.sampled_from("YMWD"))
    def test_is_never_after_the_end_and_earlier_for_more_of_a_unit(self, day: date, number: int, more: int, unit: str) -> None:
        assert stage_date(day, f"P{number + more}{unit}") < stage_date(day, f"P{number}{unit}") <= day

    @pytest.mark.parametrize("text", ["", "P", "1M", "P1", "P-1M", "P1.5M", "P1M1W", "PT1M", "p1m", "P1M\n", "P\u0661M", "P1000D"])
    def test_of_anything_but_a_duration_of_one_unit_is_an_error(self, text: str) -> None:
        with pytest.raises(ValueError, match="is no ISO 8601 duration of one unit"):
            stage_date(date(2027, 3, 1), text)


class TestTheStagesOfATerm:
    def test_come_in_the_order_of_their_days(self) -> None:
        assert stages_of(Term(date(2026, 3, 1), 12), ("P0D", "P1M", "P1W")) == (
            Stage("P1M", date(2027, 2, 1)), Stage("P1W", date(2027, 2, 22)), Stage("P0D", date(2027, 3, 1)),
        )

    def test_leave_out_those_on_or_before_the_start(self) -> None:
        assert stages_of(Term(date(2026, 3, 1), 1), ("P1Y", "P1M", "P1W")) == (Stage("P1W", date(2026, 3, 25)),)
        assert stages_of(Term(date(990, 1, 1), 1), ("P999Y", "P999W", "P0D")) == (Stage("P0D", date(990, 2, 1)),)

    def test_are_one_a_day(self) -> None:
        assert stages_of(Term(date(2026, 3, 1), 12), ("P1W", "P7D")) == (Stage("P7D", date(2027, 2, 22)),)

    @given(terms, st.lists(durations, max_size=5))
    def test_lie_after_the_start_and_not_after_the_end(self, term: Term, before: list[str]) -> None:
        found = stages_of(term, before)
        assert [stage.on for stage in found] == sorted({stage.on for stage in found})
        assert all(term.start < stage.on <= term.expires_on and stage.before in before for stage in found)

    @given(terms)
    def test_on_the_day_itself_is_always_there(self, term: Term) -> None:
        assert stages_of(term, ["P0D"]) == (Stage("P0D", add_months(term.start, term.months)),)


class TestTheConfiguration:
    def test_asks_for_a_month_a_week_and_the_day_itself_by_default(self) -> None:
        assert Config(organisation="x", timezone="UTC").reminders_before == ("P1M", "P1W", "P0D")

    def test_may_ask_for_other_stages(self) -> None:
        value = {"organisation": "x", "timezone": "UTC", "reminders": {"before": ["P2M", "P3D"]}}
        assert Config.from_value(value).reminders_before == ("P2M", "P3D")
