"""What the issues of reminders are called: their keys, and the labels that tell stages apart."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from emp_gitops.core.model import LiveAccount
from emp_gitops.core.schedule import stage_name

LABEL = "emp-gitops"
STAGE_LABEL = "reminder: "
"""What the label of a stage begins with; an issue has one of them."""

FAILURES = "reminder-failure"
FAILURES_LABEL = "reminder-failures"

CONTACTS = "contact"
"""What records of a notice to former contacts have in the place of a stage."""


def reminder_key(live: LiveAccount) -> str:
    """The key of the issue of an account's present term."""
    return f"reminder {live.id} {live.account.term.expires_on}"


def term_in(key: str) -> tuple[str, date] | None:
    """The account and the end of the term that an issue of reminders is about, None for other issues."""
    match key.split(" "):
        case ["reminder", account, day]:
            with suppress(ValueError):
                return account, date.fromisoformat(day)
    return None


def notice_key(account: str, version: int) -> str:
    return f"{CONTACTS} {account} {version}"


def stage_label(before: str) -> str:
    """`reminder: month`"""
    return f"{STAGE_LABEL}{stage_name(before)}"
