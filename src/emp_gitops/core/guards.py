"""Guards: a plan that takes away suspiciously much must be named before it is applied (blueprint, rules 17 and 23)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from emp_gitops.core.changes import Change
from emp_gitops.core.config import GuardPolicy

VANISHED_FROM = 3
"""Managed accounts from which on most of them may not vanish at once; replacing one or two is an ordinary day."""


@dataclass(frozen=True, slots=True)
class Guard:
    """A guard that stands in the way. An `overridable` one steps aside for `--allow DIGEST` of the very plan."""

    rule: str
    message: str
    overridable: bool = True


def takes_away(change: Change) -> bool:
    """Whether a change retires an account, reduces its datapoints or RTC lines, or moves its expiry earlier."""
    before, after = change.before, change.after
    if before is None:
        return False
    return (
        after is None
        or after.datapoints < before.datapoints
        or after.rtc_lines < before.rtc_lines
        or after.term.expires_on < before.term.expires_on
    )


def guards(
    changes: Sequence[Change], *, managed: Collection[str], files: Collection[str], policy: GuardPolicy
) -> tuple[Guard, ...]:
    """The guards that a plan runs into. `managed` are the ids on the platform under git, `files` those with a file."""
    found = []
    missing = len(set(managed) - set(files))
    if managed and not files:
        found.append(
            Guard(
                "accounts-empty",
                f"the accounts folder is empty, and {_accounts(len(managed))} on the platform came from it",
                overridable=False,
            )
        )
    elif len(managed) >= VANISHED_FROM and missing * 2 > len(managed):
        found.append(
            Guard(
                "accounts-vanished",
                f"{missing} of the {len(managed)} managed accounts have no file any more; retire a few at a time",
                overridable=False,
            )
        )
    count = sum(map(takes_away, changes))
    if len(managed) >= policy.min_accounts and count > policy.max_share * len(managed):
        found.append(
            Guard(
                "max-share",
                f"{count} of the {len(managed)} managed accounts would be retired, reduced or shortened; "
                f"guards.max_share allows {float(policy.max_share) * 100:g} %",
            )
        )
    if count > policy.max_count:
        found.append(
            Guard(
                "max-count",
                f"{_accounts(count)} would be retired, reduced or shortened; "
                f"guards.max_count allows {policy.max_count}",
            )
        )
    return tuple(found)


def _accounts(number: int) -> str:
    return "1 account" if number == 1 else f"{number} accounts"
