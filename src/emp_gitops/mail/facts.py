"""What a mail is about: values only, none of them ever a template, a header or markup."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from emp_gitops.core.model import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """How to renew: the address of a filled-in form where there is one, else the commands that do it."""

    url: str | None = None
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderFacts:
    """One reminder of one account and term.

    `stage` is its distance from the end (`P1M`), `today` the day of the run: where that is past the end of the term,
    the words say "expired on". `to` are the contacts to write to, which may be fewer than the account has now where the
    others were reached before. `pending` names an open application that renews the account already.
    """

    account: str
    value: Account
    used_datapoints: int | None
    stage: str
    today: date
    to: tuple[str, ...]
    renewal: Renewal
    pending: str | None = None
    issue_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedContactFacts:
    """An address that an approved change took off an account, which is told so once. `version` is the account's version
    on the platform after the change, `changed_on` the day of the change.
    """

    account: str
    value: Account
    removed: tuple[str, ...]
    version: int
    changed_on: date
