"""What the check of approvals starts from, and what it finds out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from emp_gitops.core.config import ApprovalPolicy
from emp_gitops.core.model import LiveAccount
from emp_gitops.core.standing import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """The approved application that an account's content came in by, and the last commit of that step on main."""

    application: str
    requested_by: str | None
    approved_by: tuple[str, ...]
    commit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the platform remembers of earlier runs: the trusted revision, since when it is trusted (in UTC, by the clock
    of whoever wrote it there, and never by a commit's own), and the newest commit of which something approved was
    reconciled. Everything is None before the first run with approvals.
    """

    trusted: str | None = None
    since: datetime | None = None
    reconciled: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """What a walk found out.

    `refused` maps accounts whose content nobody approved to the reason, `blocked` is why nothing at all may be applied
    (a policy file without approval). `trusted` is the newest commit up to which everything is approved, `approvals`
    tell of the accounts that the steps after the old trusted revision brought. `reached` is the newest commit that
    brought anything approved; reconciling an older one would take that back. `refused_in` names the application that
    last changed a refused account, where it was one. `transfers` are the legs of those that were approved, each with
    the last commit of its step, which is one of `line`. `policy` is in force at the end.
    """

    policy: ApprovalPolicy
    trusted: str
    reached: str | None = None
    refused: Mapping[str, str] = field(default_factory=dict)
    blocked: str | None = None
    approvals: Mapping[str, Approval] = field(default_factory=dict)
    refused_in: Mapping[str, str] = field(default_factory=dict)
    transfers: tuple[tuple[frozenset[str], str], ...] = ()
    line: tuple[str, ...] = ()

    def standing(self, live: Mapping[str, LiveAccount]) -> Standing:
        """What the plan has to know of it. A transfer of which a leg was applied already is over."""
        places = {commit: place for place, commit in enumerate(self.line)}
        reached = {id_: places.get(each.applied_revision or "", -1) for id_, each in live.items()} if places else {}
        pending = (
            legs for legs, commit in self.transfers if all(reached.get(leg, -1) < places[commit] for leg in legs)
        )
        return Standing(unapproved=self.refused, transfers=tuple(pending))
