"""Typed changes: what the difference between a live and a wanted account means."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from emp_gitops.core.differ import field_differences
from emp_gitops.core.model import FIELDS, Account, file_path

Kind = Literal["create", "datapoints", "license", "renewal", "details", "adoption", "retirement"]
KINDS: tuple[Kind, ...] = ("create", "datapoints", "license", "renewal", "details", "adoption", "retirement")

_KIND_OF_FIELD: dict[str, Kind] = {
    "datapoints": "datapoints",
    "license": "license",
    "start": "renewal",
    "months": "renewal",
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field's two values as JSON values; `path` is where it stands in the account file."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True, kw_only=True)
class Change:
    """What applying would do to one account.

    `before` is None on create and adoption, `after` on retirement. `seen_version` is the live version that the plan
    saw, 0 where the platform never had the id; the write is conditional on it.
    """

    account: str
    file: str | None
    kinds: tuple[Kind, ...]
    seen_version: int
    before: Account | None
    after: Account | None

    @property
    def fields(self) -> tuple[FieldChange, ...]:
        """The fields that differ, in the model's order; every given field on create, none on adoption."""
        if self.kinds == ("adoption",):
            return ()
        before = self.before.to_flat() if self.before else {}
        after = self.after.to_flat() if self.after else {}
        return tuple(
            FieldChange(file_path(name), before.get(name), after.get(name))
            for name in FIELDS
            if before.get(name) != after.get(name)
        )

    @property
    def datapoints_delta(self) -> int:
        """Signed change of contracted datapoints; all of them on create, none on adoption."""
        if self.kinds == ("adoption",):
            return 0
        return (self.after.datapoints if self.after else 0) - (self.before.datapoints if self.before else 0)

    @cached_property
    def idempotency_key(self) -> str:
        """The same change of the same version of the same account has the same key; versions never restart."""
        return fingerprint(
            [
                self.account,
                self.seen_version,
                list(self.kinds),
                self.before and self.before.to_flat(),
                self.after and self.after.to_flat(),
            ]
        )


def kinds_between(before: Account, after: Account) -> tuple[Kind, ...]:
    """The kinds of change between two versions of an account, in the blueprint's order; empty where they are equal."""
    found = {_KIND_OF_FIELD.get(name, "details") for name in field_differences(before, after)}
    return tuple(kind for kind in KINDS if kind in found)


def fingerprint(value: Any) -> str:
    """`sha256:…` of a JSON value in its canonical form: sorted keys, no spaces, UTF-8.

    Bytes of a path that are no text come as halves of a character, which JSON may hold, and are taken as they are.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"sha256:{hashlib.sha256(text.encode(errors='surrogatepass')).hexdigest()}"


def count_kinds(changes: tuple[Change, ...]) -> Iterator[tuple[Kind, int]]:
    """How many changes are of each kind; a change of two kinds counts under both."""
    for kind in KINDS:
        yield kind, sum(kind in change.kinds for change in changes)
