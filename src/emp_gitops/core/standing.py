"""What approvals make of the accounts that a plan is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`unapproved` maps the accounts whose content nobody approved to the reason. `transfers` holds the legs of each
    transfer that was approved: accounts of one customer whose datapoints one application changed by zero in all.

    Nothing that nobody approved may hold up, or break up, what was approved.
    """

    unapproved: Mapping[str, str] = field(default_factory=dict)
    transfers: tuple[frozenset[str], ...] = ()


ALL_STAND = Standing()
"""Where nobody asks for approvals."""


def joined(groups: Iterable[frozenset[str]]) -> tuple[frozenset[str], ...]:
    """Groups that have a member in common become one; those of less than two members are left out."""
    found: list[frozenset[str]] = []
    for group in groups:
        apart = [each for each in found if each.isdisjoint(group)]
        found = [*apart, group.union(*(each for each in found if not each.isdisjoint(group)))]
    return tuple(sorted((each for each in found if len(each) > 1), key=sorted))
