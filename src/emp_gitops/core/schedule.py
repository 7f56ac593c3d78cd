"""What happens on which day before a term ends (blueprint, rules 25 and 26)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from emp_gitops.core.term import Term, add_months

DAY_OF = "P0D"

_DURATION = re.compile(r"P([0-9]{1,3})([YMWD])", re.ASCII)
_MONTHS = {"Y": 12, "M": 1}
_DAYS = {"W": 7, "D": 1}
_UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day"}


@dataclass(frozen=True, slots=True)
class Stage:
    """One reminder of a term: `before` is its distance from the end, an ISO 8601 duration of one unit (`P1M`); it is
    due from `on`.
    """

    before: str
    on: date


def stage_date(expires_on: date, before: str) -> date:
    """The day that lies an ISO 8601 duration of one unit before `expires_on`.

    Years and months are those of the calendar, clamped to the month's last day. Raises ValueError for another form,
    OverflowError before the year 1.
    """
    duration = _DURATION.fullmatch(before)
    if duration is None:
        raise ValueError(f"{before!r} is no ISO 8601 duration of one unit")
    number, unit = int(duration[1]), duration[2]
    if unit in _MONTHS:
        return add_months(expires_on, -number * _MONTHS[unit])
    return expires_on - timedelta(days=number * _DAYS[unit])


def stage_name(before: str) -> str:
    """A stage in a word or two: `month`, `2 weeks`, and `day` for the last day itself. Anything else is itself."""
    duration = _DURATION.fullmatch(before)
    if duration is None:
        return before
    number, unit = int(duration[1]), _UNITS[duration[2]]
    if number == 0:
        return "day"
    if number == 1:
        return unit if unit != "day" else "1 day"
    return f"{number} {unit}s"


def stages_of(term: Term, before: Iterable[str]) -> tuple[Stage, ...]:
    """The stages of a term, earliest first; those on or before its start are left out.

    Of two on the same day the last one given counts. Raises ValueError, see `stage_date`.
    """
    found: dict[date, Stage] = {}
    for each in before:
        try:
            on = stage_date(term.expires_on, each)
        except OverflowError:
            continue  # before the calendar begins, and so before the start
        if on > term.start:
            found[on] = Stage(each, on)
    return tuple(found[on] for on in sorted(found))
