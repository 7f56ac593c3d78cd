"""The account, as wanted in git and as it is on the platform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from typing import Any

from emp_gitops.core.term import State, Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What an account file says, defaults filled in. Units: datapoints and lines are counts, months calendar months.

    The same value describes what git wants, what the platform has, and what reconcile applied last; comparing two of
    them is what planning is.
    """

    name: str
    customer: str
    license: str
    datapoints: int
    start: date
    months: int
    sector: str
    country: str | None = None
    rtc_lines: int = 0
    email_domain: str | None = None
    contacts: tuple[str, ...] = ()
    comment: str | None = None
    language: str | None = None
    auto_renew: str | None = None

    @property
    def term(self) -> Term:
        return Term(self.start, self.months)

    def to_flat(self) -> dict[str, Any]:
        """Every field as JSON values, and the computed `expires_on`, in the blueprint's names and order."""
        flat: dict[str, Any] = {}
        for field in FIELDS:
            value = getattr(self, field)
            flat[field] = list(value) if field == "contacts" else value.isoformat() if field == "start" else value
            if field == "months":
                flat["expires_on"] = self.term.expires_on.isoformat()
        return flat

    @classmethod
    def from_flat(cls, flat: Mapping[str, Any]) -> Account:
        """The inverse of `to_flat`; `expires_on` is computed and not read. Raises KeyError, TypeError or ValueError.

        Fields that have a default may be missing: what an older version wrote stays readable when fields are added.
        """
        values = {field: flat[field] for field in FIELDS if field in flat or field not in _DEFAULTED}
        if not isinstance(contacts := values.get("contacts", []), list):
            raise TypeError(f"contacts is {contacts!r}")
        return cls(**values | {"start": date.fromisoformat(values["start"]), "contacts": tuple(contacts)})


FIELDS: tuple[str, ...] = tuple(field.name for field in fields(Account))
_DEFAULTED = frozenset(field.name for field in fields(Account) if field.default is not MISSING)

_FILE_PATHS = {"start": "subscription.start", "months": "subscription.months"}


def file_path(field: str) -> str:
    """Where the field stands in the account file: `start` is `subscription.start`, most stand under their own name."""
    return _FILE_PATHS.get(field, field)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedAccount:
    """An account as its file wants it. `id` is the file's stem; `file` is for people, moving a file changes nothing."""

    id: str
    file: str
    account: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveAccount:
    """An account as it is on the platform.

    `version` counts every change of the account and never restarts, also when a retired id is created again; recording
    usage is no change. `applied` is what reconcile applied last: None means that the account never came under git
    (*unmanaged*), or that reconcile retired it. `used_datapoints` is None while there is no reading. `active_since` is
    where an earlier term started that this one goes on from without a gap, in accounts whose own term was yet to start
    when it was applied; None in all others.
    """

    id: str
    version: int
    account: Account
    used_datapoints: int | None = None
    applied: Account | None = None
    applied_revision: str | None = None
    retired: bool = False
    active_since: date | None = None

    def state(self, today: date) -> State:
        """The state of the account, which goes on being active from one term to the next."""
        if self.active_since and self.active_since <= today <= self.account.term.expires_on:
            return "active"
        return self.account.term.state(today)

    @property
    def datapoints_left(self) -> int | None:
        return None if self.used_datapoints is None else self.account.datapoints - self.used_datapoints

    @property
    def is_over_quota(self) -> bool:
        return self.used_datapoints is not None and self.used_datapoints > self.account.datapoints

    @property
    def is_unmanaged(self) -> bool:
        return self.applied is None and not self.retired
