"""Whether values in the database make sense. What no version of this tool wrote is found before it does harm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import DataError

from emp_gitops.core.model import Account, LiveAccount

SENSELESS = (KeyError, TypeError, ValueError, OverflowError, DataError)
"""What reading a value that makes no sense may raise, here and in the drivers."""

_TEXT, _TEXT_OR_NONE = (str,), (str, type(None))
_TYPES: Mapping[str, tuple[type, ...]] = {
    "name": _TEXT, "customer": _TEXT, "license": _TEXT, "datapoints": (int,), "months": (int,), "sector": _TEXT,
    "country": _TEXT_OR_NONE, "rtc_lines": (int,), "email_domain": _TEXT_OR_NONE, "comment": _TEXT_OR_NONE,
    "language": _TEXT_OR_NONE, "auto_renew": _TEXT_OR_NONE,
}
_LEAST: Mapping[str, int] = {"datapoints": 0, "months": 1, "rtc_lines": 0}
"""What the platform may hold, which is more than an account file may say."""


def checked_account(account: Account) -> Account:
    """The account again. Raises ValueError or OverflowError where it holds what no account can."""
    for field, types in _TYPES.items():
        if type(getattr(account, field)) not in types:
            raise _senseless(account, field)
    for field, least in _LEAST.items():
        if getattr(account, field) < least:
            raise _senseless(account, field)
    for contact in account.contacts:
        if type(contact) is not str:
            raise _senseless(account, "contacts")
    _ = account.term.expires_on  # outside the calendar, it is nothing to compare with today
    return account


def checked_live(live: LiveAccount) -> LiveAccount:
    """A live account again. Raises ValueError or OverflowError where it holds what no account can."""
    used = live.used_datapoints
    if type(live.id) is not str:
        raise _senseless(live, "id")
    if type(live.version) is not int or live.version < 1:
        raise _senseless(live, "version")
    if used is not None and (type(used) is not int or used < 0):
        raise _senseless(live, "used_datapoints")
    checked_account(live.account)
    return live


def account_from_json(flat: Any) -> Account | None:
    """An account as it was applied or audited, None for null. Raises one of `SENSELESS`."""
    if flat is None:
        return None
    if not isinstance(flat, dict):
        raise TypeError(f"{flat!r} is no account")
    return checked_account(Account.from_flat(flat))


def said(error: Exception) -> str:
    """What is wrong with a value, on one line."""
    text = str(error.orig) if isinstance(error, DataError) else str(error)
    return f"{text} is missing" if isinstance(error, KeyError) else text.partition("\n")[0]


def _senseless(holder: Account | LiveAccount, field: str) -> ValueError:
    return ValueError(f"{field} is {getattr(holder, field)!r}")
