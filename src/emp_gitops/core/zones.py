"""The zones of the platform's screen: active, expired and scheduled accounts on a given day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from emp_gitops.core.model import LiveAccount

Flag = Literal["expiring", "over_quota"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One account in a zone. `days_left` counts to `expires_on` and is negative after it; None is unknown usage."""

    account: str
    name: str
    customer: str
    license: str
    datapoints: int
    used_datapoints: int | None
    datapoints_left: int | None
    start: date
    expires_on: date
    days_left: int
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Zones:
    """Each ordered by what is next to happen: active by expiry, expired by the latest expiry, scheduled by start."""

    today: date
    active: tuple[Row, ...]
    expired: tuple[Row, ...]
    scheduled: tuple[Row, ...]
    unmanaged: tuple[Row, ...]


def zones_of(accounts: Iterable[LiveAccount], today: date) -> Zones:
    """Sort live accounts into zones. Retired accounts are in none, unmanaged ones in one of their own."""
    live = sorted((a for a in accounts if not a.retired), key=lambda a: (a.account.term.expires_on, a.id))
    by_state: dict[str, list[LiveAccount]] = {"active": [], "expired": [], "scheduled": []}
    for account in live:
        if not account.is_unmanaged:
            by_state[account.state(today)].append(account)
    return Zones(
        today=today,
        active=tuple(row_of(a, today) for a in by_state["active"]),
        expired=tuple(row_of(a, today) for a in reversed(by_state["expired"])),
        scheduled=tuple(row_of(a, today) for a in sorted(by_state["scheduled"], key=lambda a: (a.account.start, a.id))),
        unmanaged=tuple(row_of(a, today) for a in live if a.is_unmanaged),
    )


def row_of(live: LiveAccount, today: date) -> Row:
    account = live.account
    flags: list[Flag] = ["expiring"] if account.term.is_expiring(today) else []
    if live.is_over_quota:
        flags.append("over_quota")
    return Row(
        account=live.id,
        name=account.name,
        customer=account.customer,
        license=account.license,
        datapoints=account.datapoints,
        used_datapoints=live.used_datapoints,
        datapoints_left=live.datapoints_left,
        start=account.start,
        expires_on=account.term.expires_on,
        days_left=account.term.days_left(today),
        flags=tuple(flags),
    )
