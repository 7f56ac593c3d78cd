"""What a review knows of an application: the plan of merging it, and the parts of that plan which are its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from emp_gitops.core.changes import KINDS, Change, Kind, fingerprint
from emp_gitops.core.config import Config
from emp_gitops.core.drift import Drift
from emp_gitops.core.findings import Finding
from emp_gitops.core.model import LiveAccount
from emp_gitops.core.plan import Plan, Transfer, change_for_digest
from emp_gitops.core.tree import ACCOUNTS_FOLDER
from emp_gitops.errors import EmpError
from emp_gitops.forge.base import Application


@dataclass(frozen=True, slots=True)
class SharedField:
    """A field that two applications change, as JSON values; they agree where both want the same."""

    account: str
    path: str
    ours: Any
    theirs: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Another open application that changes some of the same accounts.

    `fields` are those that both change; `merges` says whether git can merge the one on top of the other. With
    `trouble` it could not be compared, and nothing else is known.
    """

    application: Application
    accounts: tuple[str, ...] = ()
    fields: tuple[SharedField, ...] = ()
    merges: bool = True
    trouble: str | None = None


@dataclass(frozen=True, kw_only=True)
class Review:
    """An application, and the plan of the tree that merging it into `base` (a commit of main) makes.

    `accounts` and `policy_files` are what merging changes, `conflicts` the paths where it cannot. `requester_trouble`
    says why the requester may not ask ("ana is no SuperAdmin"); None also where nobody's role is checked.
    `form_trouble` is why it is not what the form asks for that an App opened it for, in words that end a sentence.
    `required` is the number of approvals needed. `config` is None where the configuration of main is broken.
    """

    application: Application
    base: str
    plan: Plan
    live: Mapping[str, LiveAccount]
    accounts: tuple[str, ...]
    policy_files: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    config: Config | None
    requester_trouble: str | None = None
    form_trouble: str | None = None
    required: int = 1
    overlaps: tuple[Overlap, ...] = field(default=())

    @cached_property
    def _own(self) -> frozenset[str]:
        return frozenset(self.accounts)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """The changes that this application asks for."""
        return tuple(change for change in self.plan.changes if change.account in self._own)

    @cached_property
    def changes_elsewhere(self) -> int:
        """How many changes wait on main for the next reconcile, whatever becomes of this application."""
        return len(self.plan.changes) - len(self.changes)

    @cached_property
    def transfers(self) -> tuple[Transfer, ...]:
        return tuple(
            transfer for transfer in self.plan.transfers if any(leg.account in self._own for leg in transfer.legs)
        )

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Those on the accounts of this application, and those that stop every run; errors first."""
        refused = {leg.account for transfer in self.transfers for leg in transfer.legs}
        mine = [f for f in self.plan.findings if f.account is None or f.account in self._own | refused]
        return tuple(sorted(mine, key=lambda finding: finding.severity != "error"))

    @property
    def findings_elsewhere(self) -> int:
        return len(self.plan.findings) - len(self.findings)

    @property
    def errors(self) -> int:
        return sum(finding.severity == "error" for finding in self.findings)

    @cached_property
    def drift(self) -> tuple[Drift, ...]:
        return tuple(drift for drift in self.plan.drift if drift.account in self._own)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        found = {kind for change in self.changes for kind in change.kinds}
        return tuple(kind for kind in KINDS if kind in found)

    @property
    def is_stale(self) -> bool:
        """Whether merging would change neither an account file nor a policy file."""
        return not (self.accounts or self.policy_files or self.conflicts)

    @cached_property
    def redirected(self) -> tuple[Change, ...]:
        """The changes after which mail goes to other people than before."""
        return tuple(
            change
            for change in self.changes
            if change.before and change.after and change.before.contacts != change.after.contacts
        )

    @property
    def is_high_risk(self) -> bool:
        return bool(self.redirected or self.policy_files)

    @cached_property
    def digest(self) -> str:
        """Names what this application would change, and from what. Other applications and the clock leave it alone."""
        return fingerprint(
            {
                "changes": [change_for_digest(change) for change in self.changes],
                "drift": [[drift.account, *(f.path for f in drift.fields)] for drift in self.drift],
                "policy": list(self.policy_files),
            }
        )

    def revision_of(self, file: str) -> str:
        """The commit in which a person finds a file of a finding: what judges comes from the base."""
        return self.application.head if file.startswith(f"{ACCOUNTS_FOLDER}/") else self.base


@dataclass(frozen=True, slots=True)
class FailedReview:
    """An application that could not be reviewed, and why."""

    application: Application
    error: EmpError
