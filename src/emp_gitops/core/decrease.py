"""What refuses a decrease of datapoints (blueprint, rules 5 and 6), when it is planned and again when it is applied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from emp_gitops.core.model import Account, LiveAccount


@dataclass(frozen=True, slots=True)
class RefusedDecrease:
    """Why fewer datapoints are not possible, and what to do about it. `rule` is the id of a planning rule."""

    rule: Literal["datapoints-below-used", "usage-unknown"]
    message: str
    hint: str


def refused_decrease(live: LiveAccount, after: Account) -> RefusedDecrease | None:
    """Why an account cannot go down to the datapoints of `after`; None where it can, or does not go down."""
    before, used = live.account.datapoints, live.used_datapoints
    if after.datapoints >= before:
        return None
    what = f"datapoints would go from {before} to {after.datapoints}"
    if used is None:
        return RefusedDecrease(
            "usage-unknown",
            f"{what}, and how many are in use is not known",
            f"record a reading first: emp-gitops platform usage set {live.id} N",
        )
    if (excess := used - after.datapoints) > 0:
        return RefusedDecrease(
            "datapoints-below-used",
            f"{what}, and {used} are in use: {excess} must be freed first",
            f"free {excess} datapoints on the platform, or keep at least {min(used, before)}",
        )
    return None
