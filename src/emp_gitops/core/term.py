"""Terms of subscriptions: anchored calendar arithmetic (blueprint, rules 1 to 3 and 14 to 15).

Dates are plain calendar days in the organisation's time zone; "today" is always an argument.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Literal

MIN_MONTHS, MAX_MONTHS, DEFAULT_MONTHS = 1, 120, 12

State = Literal["scheduled", "active", "expired"]


def add_months(anchor: date, months: int) -> date:
    """The day `months` calendar months after `anchor` (before it when negative), clamped to that month's last day.

    Add to the anchor, never to an already clamped result: 31 January + 1 is 28 February, but + 2 is 31 March.
    Raises OverflowError outside the years 1 to 9999.
    """
    year, month0 = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError(f"{months} months from {anchor} is outside the calendar")
    return date(year, month0 + 1, min(anchor.day, monthrange(year, month0 + 1)[1]))


@dataclass(frozen=True, slots=True)
class Term:
    """The time that an account is subscribed for: an anchor and a number of calendar months."""

    start: date
    months: int

    @property
    def expires_on(self) -> date:
        """The last day on which the account works."""
        return add_months(self.start, self.months)

    def state(self, today: date) -> State:
        if today < self.start:
            return "scheduled"
        return "active" if today <= self.expires_on else "expired"

    def days_left(self, today: date) -> int:
        """Days until `expires_on`: 0 on that day, negative afterwards."""
        return (self.expires_on - today).days

    def is_expiring(self, today: date) -> bool:
        """Active, with at most one calendar month to go."""
        return self.state(today) == "active" and today >= add_months(self.expires_on, -1)


def renewed(term: Term, today: date, *, months: int = DEFAULT_MONTHS, late_days: int = 30) -> Term:
    """The term after a renewal by `months` calendar months.

    Early, or at most `late_days` days after expiry, it continues from the current end, so that no day is lost and
    none is given away; later it starts today with a new anchor. Where the sum would pass `MAX_MONTHS`, the current
    end becomes the new anchor.
    """
    if -term.days_left(today) > late_days:
        return Term(today, months)
    if term.months + months > MAX_MONTHS:
        return Term(term.expires_on, months)
    return Term(term.start, term.months + months)
