"""Rules on a wanted account beside the live one, on a given day."""

from __future__ import annotations

from collections.abc import Iterator

from emp_gitops.core.decrease import refused_decrease
from emp_gitops.core.differ import field_differences
from emp_gitops.core.model import Account, LiveAccount, file_path
from emp_gitops.core.rules.registry import PlanningCase, Violation, planning_rule


def _pair(case: PlanningCase) -> tuple[Account, LiveAccount] | None:
    """Both sides of an account that is on the platform, under git, and stays."""
    if case.wanted is None or case.live is None or case.live.retired or case.live.applied is None:
        return None
    return case.wanted, case.live


@planning_rule("datapoints-below-used")
def datapoints_below_used(case: PlanningCase) -> Iterator[Violation]:
    yield from _refused_decrease(case, "datapoints-below-used")


@planning_rule("usage-unknown")
def usage_unknown(case: PlanningCase) -> Iterator[Violation]:
    yield from _refused_decrease(case, "usage-unknown")


def _refused_decrease(case: PlanningCase, rule: str) -> Iterator[Violation]:
    pair = _pair(case)
    refused = pair and refused_decrease(live=pair[1], after=pair[0])
    if refused and refused.rule == rule:
        yield Violation("datapoints", refused.message, refused.hint)


@planning_rule("over-quota", severity="warning")
def over_quota(case: PlanningCase) -> Iterator[Violation]:
    if not (pair := _pair(case)):
        return
    wanted, live = pair
    used = live.used_datapoints
    # A decrease below what is used is an error of its own.
    if used is not None and used > wanted.datapoints >= live.account.datapoints:
        yield Violation(
            "datapoints",
            f"{used} datapoints are in use, {used - wanted.datapoints} more than the {wanted.datapoints} contracted",
            f"emp-gitops account datapoints {case.id} +{used - wanted.datapoints} covers them",
        )


@planning_rule("renewal-ends-in-past")
def renewal_ends_in_past(case: PlanningCase) -> Iterator[Violation]:
    if not (pair := _pair(case)):
        return
    wanted, live = pair
    if wanted.term != live.account.term and wanted.term.expires_on < case.today:
        yield Violation(
            "months",
            f"the new term ends on {wanted.term.expires_on}, before today ({case.today})",
            f"emp-gitops account renew {case.id} finds a term that ends in the future",
        )


@planning_rule("created-expired", severity="warning")
def created_expired(case: PlanningCase) -> Iterator[Violation]:
    absent = case.live is None or case.live.retired
    if case.wanted and absent and case.wanted.term.expires_on < case.today:
        yield Violation(
            "start",
            f"this account would be created expired: its term ended on {case.wanted.term.expires_on}",
            "correct the subscription, unless that is what you want",
        )


@planning_rule("active-account-removed")
def active_account_removed(case: PlanningCase) -> Iterator[Violation]:
    live = case.live
    if (
        case.wanted is None
        and live
        and live.applied
        and not live.retired
        and live.state(case.today) == "active"
    ):
        yield Violation(
            None,
            f"the file of {case.id!r} is gone, and the account is active until {live.account.term.expires_on}",
            "bring the file back; an account can be retired when it has expired, or before it starts",
        )


@planning_rule("adoption-differs")
def adoption_differs(case: PlanningCase) -> Iterator[Violation]:
    if case.wanted is None or case.live is None or not case.live.is_unmanaged:
        return
    for field, (live, wanted) in field_differences(case.live.account, case.wanted).items():
        yield Violation(
            field,
            f"{file_path(field)} is {_shown(wanted)} here and {_shown(live)} on the platform, where the account exists "
            "without having been under git",
            f"the file of an account that comes under git must equal it: emp-gitops import {case.id} writes it so",
        )


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "not set" if value is None else repr(value) if isinstance(value, str) else str(value)
