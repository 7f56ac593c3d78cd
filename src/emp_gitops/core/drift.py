"""Drift: what the platform changed on its own, seen from three sides (blueprint, rule 22)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emp_gitops.core.model import FIELDS, Account, LiveAccount, file_path


@dataclass(frozen=True, slots=True)
class DriftedField:
    """One field that the platform changed, on three sides: applied last, live, wanted by git. JSON values."""

    path: str
    applied: Any
    live: Any
    wanted: Any


@dataclass(frozen=True, slots=True)
class Drift:
    """An account on which git would overwrite what the platform changed."""

    account: str
    file: str | None
    fields: tuple[DriftedField, ...]


STATE = "state"
"""The path under which a retirement on the platform shows."""


def drift_of(live: LiveAccount, wanted: Account | None, file: str | None) -> Drift | None:
    """The drift of a managed account, or None.

    A field has drifted where the live value is neither what was applied nor what git wants; where git has come to
    want the live value, the two agree and nothing would be overwritten.
    """
    if live.applied is None or (live.applied == live.account and not live.retired):
        return None
    if live.retired:
        drifted = (DriftedField(STATE, "managed", "retired", "managed"),)
        return Drift(live.id, file, drifted) if wanted else None
    applied, now = live.applied.to_flat(), live.account.to_flat()
    goal = wanted.to_flat() if wanted else {}
    fields = tuple(
        DriftedField(file_path(name), applied[name], now[name], goal.get(name))
        for name in FIELDS
        if now[name] != applied[name] and (wanted is None or now[name] != goal[name])
    )
    return Drift(live.id, file, fields) if fields else None


def has_converged(live: LiveAccount, wanted: Account | None) -> bool:
    """Whether git agrees with a live account that is not as reconcile left it, so that nothing is left to apply."""
    if live.applied is None:
        return False
    if live.retired:
        return wanted is None
    return live.applied != live.account == wanted
