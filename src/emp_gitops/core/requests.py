"""The requests that people make of an existing account, from the words they use to the value that is to become true."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from emp_gitops.core.formats import date_trouble, parse_date
from emp_gitops.core.model import Account
from emp_gitops.core.term import MAX_MONTHS, MIN_MONTHS, Term, renewed
from emp_gitops.errors import EmpError, UsageError

_HOW_MANY = "+5 adds, -5 takes away, 150 sets the total"


def with_datapoints(id_: str, before: Account, number: str) -> Account:
    """The account with as many datapoints more (`+5`), fewer (`-5`) or in all (`150`). Raises EmpError."""
    if not re.fullmatch(r"[+-]?[0-9]{1,15}", number, re.ASCII):
        raise UsageError(f"{number!r} is no number of datapoints", hint=_HOW_MANY)
    total = before.datapoints + int(number) if number[0] in "+-" else int(number)
    if total == before.datapoints:
        raise EmpError(f"{id_} has {total:,} datapoints; this would change nothing", hint=_HOW_MANY)
    return replace(before, datapoints=total)


def with_license(id_: str, before: Account, name: str) -> Account:
    """The account with another license, of the catalogue or not. Raises EmpError where it has that one already."""
    if before.license == name:
        raise EmpError(f"{id_} has the license {name!r} already", hint="this would change nothing")
    return replace(before, license=name)


def with_renewal(before: Account, months: int, *, today: date, late_days: int) -> Account:
    """The account renewed for calendar months more (rules 14 to 16).

    Raises EmpError for a term that would still end in the past, with the months that reach today.
    """
    after = renewed(before.term, today, months=months, late_days=late_days)
    if after.expires_on < today:
        enough = _months_that_reach(before.term, months, today, late_days)
        raise EmpError(
            f"renewed for {months} more, the term would still end on {after.expires_on}, before today ({today})",
            hint=f"ask for {enough} months, which reach beyond today",
        )
    return replace(before, start=after.start, months=after.months)


def _months_that_reach(term: Term, months: int, today: date, late_days: int) -> int:
    reaching = (
        number
        for number in range(months, MAX_MONTHS + 1)
        if renewed(term, today, months=number, late_days=late_days).expires_on >= today
    )
    return next(reaching, MAX_MONTHS)


def number_of_months(text: str) -> int:
    """Raises UsageError."""
    if not re.fullmatch(r"[0-9]{1,3}", text, re.ASCII) or not MIN_MONTHS <= int(text) <= MAX_MONTHS:
        raise UsageError(f"{text!r} is no number of months", hint=f"{MIN_MONTHS} to {MAX_MONTHS}")
    return int(text)


def whole_number(text: str) -> int:
    """Raises EmpError."""
    if not re.fullmatch(r"[0-9]{1,15}", text, re.ASCII):
        raise EmpError(f"{text!r} is no whole number")
    return int(text)


def first_day(text: str) -> date:
    """The day on which a term starts. Raises UsageError."""
    day = parse_date(text)
    if day is None:
        raise UsageError(f"the first day cannot be {text!r}: {date_trouble(text)}")
    return day


def addresses(text: str) -> tuple[str, ...]:
    """The addresses in a text that has blanks, commas or line ends between them."""
    return tuple(text.replace(",", " ").split())
