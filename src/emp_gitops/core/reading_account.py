"""From a value that the schema accepts to the account that it describes."""

from __future__ import annotations

from datetime import date
from typing import Any

from emp_gitops.core.explaining import Explanation
from emp_gitops.core.formats import parse_date
from emp_gitops.core.model import FIELDS, Account
from emp_gitops.core.term import DEFAULT_MONTHS, MAX_MONTHS, MIN_MONTHS
from emp_gitops.core.wording import place

_NUMBERS, _REQUIRED = ("datapoints", "rtc_lines"), ("name", "customer", "license", "datapoints", "sector", "contacts")
_IN_SUBSCRIPTION = ("start", "months")


class DisagreementError(Exception):
    """The schema accepts what the tool cannot manage; `explanation` says where."""

    def __init__(self, path: tuple[str | int, ...], message: str) -> None:
        self.explanation = Explanation(
            "schema-disagrees",
            path,
            f"{place(path) or 'this file'} {message}",
            "the account schema allows it, but emp-gitops cannot manage it; bring the schema back in line",
        )
        super().__init__(self.explanation.message)


def account_from_value(value: Any) -> Account:
    """The account that a schema-valid file describes.

    The schema belongs to the organisation and may have been loosened; what the model could not hold faithfully
    raises DisagreementError instead of being dropped.
    """
    if not isinstance(value, dict):
        raise DisagreementError((), "must be a mapping of fields")
    fields: dict[str, Any] = {}
    for name, given in value.items():
        if name == "subscription":
            fields |= _subscription(given)
        elif name not in FIELDS or name in _IN_SUBSCRIPTION:
            raise DisagreementError((name,), "is a field that emp-gitops does not know")
        else:
            fields[name] = _checked(name, given)
    for name in (*_REQUIRED, "start"):
        if name not in fields:
            raise DisagreementError((name,) if name != "start" else ("subscription", name), "is missing")
    return Account(**fields)


def _subscription(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() - set(_IN_SUBSCRIPTION):
        raise DisagreementError(("subscription",), "must be a mapping of start and months")
    start = parse_date(value["start"]) if isinstance(value.get("start"), str) else None
    if not isinstance(start, date):
        raise DisagreementError(("subscription", "start"), "must be a date")
    months = value.get("months", DEFAULT_MONTHS)
    if type(months) is not int or not MIN_MONTHS <= months <= MAX_MONTHS:
        raise DisagreementError(("subscription", "months"), f"must be a whole number from {MIN_MONTHS} to {MAX_MONTHS}")
    return {"start": start, "months": months}


def _checked(name: str, value: Any) -> Any:
    if name == "contacts":
        if not isinstance(value, list) or not value or not all(isinstance(contact, str) for contact in value):
            raise DisagreementError((name,), "must be a list of addresses")
        return tuple(value)
    if name in _NUMBERS and (type(value) is not int or value < 0):
        raise DisagreementError((name,), "must be a whole number of at least 0")
    if name not in _NUMBERS and not isinstance(value, str):
        raise DisagreementError((name,), "must be a text")
    return value
