"""The plan: a frozen value that knows what it was computed from and what of it may be applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from emp_gitops.core.changes import Change, count_kinds, fingerprint
from emp_gitops.core.drift import Drift
from emp_gitops.core.findings import Finding
from emp_gitops.core.guards import Guard
from emp_gitops.core.standing import ALL_STAND, Standing, joined


@dataclass(frozen=True, slots=True)
class Leg:
    """One account's part in a transfer; `delta` is a signed number of datapoints."""

    account: str
    delta: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """Datapoint changes of one customer that sum to zero: all of them are applied, or none."""

    customer: str
    legs: tuple[Leg, ...]


@dataclass(frozen=True, slots=True)
class Inputs:
    """Digests of what a plan was computed from: the wanted content of git, and the live versions of the platform."""

    wanted: str
    live: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The difference between git and the platform on one day.

    `changes` are all of them; those that may not be applied are told by `refusals`. `unchanged` counts managed
    accounts, `unmanaged` lists ids that are on the platform only. `standing` is what approvals say of the accounts;
    where nobody asks for any, all of them stand.
    """

    revision: str | None
    today: date
    inputs: Inputs
    changes: tuple[Change, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    findings: tuple[Finding, ...] = ()
    guards: tuple[Guard, ...] = ()
    drift: tuple[Drift, ...] = ()
    unchanged: int = 0
    unmanaged: tuple[str, ...] = ()
    standing: Standing = ALL_STAND

    @cached_property
    def digest(self) -> str:
        """Names this very plan: the wanted content, the live versions and the resulting changes.

        Not the revision, the clock or the used datapoints: a work tree and a commit of equal content agree on it.
        """
        return fingerprint(
            {
                "wanted": self.inputs.wanted,
                "live": self.inputs.live,
                "changes": [change_for_digest(change) for change in self.changes],
                "drift": [
                    [drift.account, *([f.path, f.applied, f.live, f.wanted] for f in drift.fields)]
                    for drift in self.drift
                ],
            }
        )

    @property
    def summary(self) -> dict[str, int]:
        return dict(count_kinds(self.changes)) | {"unchanged": self.unchanged, "unmanaged": len(self.unmanaged)}

    @property
    def run_errors(self) -> tuple[Finding, ...]:
        """Errors on the configuration, the schemas or the tree: nothing at all may be applied."""
        return tuple(f for f in self.findings if f.severity == "error" and f.account is None)

    @cached_property
    def together(self) -> tuple[frozenset[str], ...]:
        """The accounts that are applied together or not at all: the legs of each transfer, in the plan, in that part of
        it which stands, and as it was approved. What an approved one has moved already is no leg of it any more.
        """
        moving = {leg.account for legs in legs_by_customer(self.changes).values() for leg in legs}
        pending = moving | self.standing.unapproved.keys()
        standing = [change for change in self.changes if change.account not in self.standing.unapproved]
        transfers = (*self.transfers, *find_transfers(standing))
        plans = [frozenset(leg.account for leg in transfer.legs) for transfer in transfers]
        return joined([*plans, *(legs & pending for legs in self.standing.transfers)])

    def refusals(self, *, allowed: bool = False) -> dict[str, str]:
        """Account to reason, for every account that may not be applied.

        `allowed` says that an operator named this very plan, which lets git overwrite drift. A transfer with a refused
        leg is refused whole.
        """
        refused: dict[str, str] = {}
        for finding in self.findings:
            if finding.severity == "error" and finding.account is not None:
                refused.setdefault(finding.account, finding.message)
        refused = {**self.standing.unapproved, **refused}
        for drift in () if allowed else self.drift:
            paths = ", ".join(field.path for field in drift.fields)
            refused.setdefault(drift.account, f"the platform changed it on its own ({paths})")
        for group in self.together:
            bad = sorted(group & refused.keys())
            for account in group if bad else ():
                refused.setdefault(account, f"it is one leg of a transfer, and {bad[0]} is refused")
        return refused


def change_for_digest(change: Change) -> list[Any]:
    """The parts of a change that the digest covers; not the file, which may move."""
    return [
        change.account,
        list(change.kinds),
        change.seen_version,
        change.before and change.before.to_flat(),
        change.after and change.after.to_flat(),
    ]


def find_transfers(changes: Sequence[Change]) -> tuple[Transfer, ...]:
    """All datapoint changes of one customer that sum to zero, as transfers, by customer."""
    return tuple(
        Transfer(customer, tuple(legs))
        for customer, legs in sorted(legs_by_customer(changes).items())
        if sum(leg.delta for leg in legs) == 0
    )


def legs_by_customer(changes: Sequence[Change]) -> dict[str, list[Leg]]:
    """The datapoint changes of accounts that stay with their customer: what a transfer of that customer is made of."""
    found: dict[str, list[Leg]] = {}
    for change in changes:
        before, after = change.before, change.after
        if before and after and before.customer == after.customer and change.datapoints_delta:
            found.setdefault(after.customer, []).append(Leg(change.account, change.datapoints_delta))
    return found


def inputs_of(wanted: Mapping[str, Any], versions: Mapping[str, int]) -> Inputs:
    """Digests of the wanted accounts by id (JSON values) and of the live versions by id."""
    return Inputs(fingerprint(dict(wanted)), fingerprint(dict(versions)))
