"""The job that makes an approved plan true: lock, plan, guard, apply account by account, report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from emp_gitops.approved import Approval, Approved, Memory
from emp_gitops.core.changes import Change
from emp_gitops.core.checking import CheckedTree
from emp_gitops.core.drift import has_converged
from emp_gitops.core.findings import has_errors
from emp_gitops.core.model import LiveAccount
from emp_gitops.core.plan import Plan
from emp_gitops.core.planning import make_plan
from emp_gitops.core.standing import ALL_STAND, Standing
from emp_gitops.errors import ExitCode, PlatformError, StalePlanError
from emp_gitops.platform.base import PlatformWriter, Provenance, Write

Outcome = Literal["applied", "failed", "refused", "unchanged"]
MakePlan = Callable[[CheckedTree, Mapping[str, LiveAccount], date, Standing], Plan]
Progress = Callable[[Sequence[Sequence[Write]]], Iterable[Sequence[Write]]]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one account. `error` says why it failed or was refused."""

    account: str
    outcome: Outcome
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run did. `blocked` is why nothing at all was applied, where a guard or an error stopped the whole run.

    `approved` is what the check of approvals found, None where nobody asks for any.
    """

    plan: Plan
    results: tuple[Result, ...] = ()
    blocked: str | None = None
    approved: Approved | None = None

    @property
    def exit_code(self) -> ExitCode:
        if has_errors(self.plan.findings) or any(result.outcome == "failed" for result in self.results):
            return ExitCode.ERROR
        if self.blocked or any(result.outcome == "refused" for result in self.results):
            return ExitCode.REFUSED
        return ExitCode.OK

    @property
    def holds_back(self) -> bool:
        """Whether an approved change waits: the trusted revision then stays behind it, so that a later run still knows
        who approved it.
        """
        waiting = {result.account for result in self.results if result.outcome in ("failed", "refused")}
        return self.blocked is not None or not waiting.isdisjoint(self.approved.approvals if self.approved else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run is about, besides the platform.

    `revision` is recorded with each change; `authors` tells who brought changes last, by account, where no approved
    application does. `gate` tells what is approved since the trusted revision, given what the platform remembers, and
    `judged` is the checked tree as approvals leave it. `trust` is the revision (a full id)
    that an operator wants to be trusted from now on. `allow` is the digest of the plan that an operator named.
    """

    checked: CheckedTree
    today: date
    revision: str | None
    gate: Callable[[Memory], Approved | None] = lambda _memory: None
    judged: Callable[[Approved], CheckedTree] | None = None
    authors: Callable[[Sequence[Change]], Mapping[str, str]] = lambda _changes: {}
    trust: str | None = None
    allow: str | None = None
    progress: Progress = iter


def reconcile(run: Run, platform: PlatformWriter) -> Report:
    """Plan against the platform as it is now, and apply what may be applied.

    Everything from the reading on happens under the platform's lock. Raises RefusedError and OffMainError where the
    approvals stand in the way of it all, ForgeError, LockedError, PlatformError.
    """
    return _under_lock(run, platform, make_plan)


def apply_saved(run: Run, saved: Plan, platform: PlatformWriter) -> Report:
    """Apply a saved plan while what it was computed from still holds.

    The plan is computed again, and that one is applied: the file is only compared with it. Raises StalePlanError
    where the two differ, and what `reconcile` raises.
    """

    def plan_again(checked: CheckedTree, live: Mapping[str, LiveAccount], today: date, standing: Standing) -> Plan:
        plan = make_plan(checked, live, today, standing)
        if plan.digest != saved.digest:
            what = "the accounts in git" if plan.inputs.wanted != saved.inputs.wanted else "the platform"
            raise StalePlanError(
                f"this plan is stale: {what} changed since it was made",
                hint="make a new one: emp-gitops plan --out FILE",
            )
        return plan

    return _under_lock(run, platform, plan_again)


def _under_lock(run: Run, platform: PlatformWriter, make: MakePlan) -> Report:
    memory = _memory(run, platform)
    approved = run.gate(memory)  # it may have to ask a slow forge, and then others need not wait
    with platform.lock():
        if (now := _memory(run, platform)) != memory:
            approved = run.gate(now)
        if run.trust:
            platform.trust(run.trust, by_operator=True)
        if approved and (reached := approved.reached or run.trust):  # before the first write: a crash must not undo it
            platform.note_reconciled(reached)
        live = platform.accounts()
        checked = run.judged(approved) if approved and run.judged else run.checked
        plan = make(checked, live, run.today, approved.standing(live) if approved else ALL_STAND)
        report = _carry_out(run, plan, live, approved, platform)
        if approved and not report.holds_back:
            platform.trust(approved.trusted)
    return report


def _memory(run: Run, platform: PlatformWriter) -> Memory:
    """What the platform knows of earlier runs; an operator who trusts a revision begins anew with it."""
    if run.trust:
        return Memory(trusted=run.trust)
    trust = platform.trust_history()[-1:]
    return Memory(
        trusted=trust[0].revision if trust else None,
        since=trust[0].at if trust else None,
        reconciled=platform.reconciled_revision(),
    )


def _carry_out(
    run: Run, plan: Plan, live: Mapping[str, LiveAccount], approved: Approved | None, platform: PlatformWriter
) -> Report:
    allowed = run.allow == plan.digest
    if blocked := _blocked(run, plan, approved):
        refused = dict.fromkeys((change.account for change in plan.changes), f"nothing was applied: {blocked}")
        refused |= plan.refusals(allowed=allowed)
        return Report(plan=plan, blocked=blocked, results=_refused(refused), approved=approved)
    refused = plan.refusals(allowed=allowed)
    results = {result.account: result for result in _refused(refused)}
    for result in _apply_changes(run, plan, refused, approved, platform):
        results[result.account] = result
    for result in _acknowledge(run, live, refused, platform):
        results[result.account] = result
    for account in run.checked.wanted.keys() - results.keys():
        results[account] = Result(account, "unchanged")
    return Report(plan=plan, results=tuple(results[account] for account in sorted(results)), approved=approved)


def _blocked(run: Run, plan: Plan, approved: Approved | None) -> str | None:
    """Why nothing at all may be applied."""
    if approved and approved.blocked:
        return approved.blocked
    if plan.run_errors:
        return "an error on the configuration, the schemas or the tree stops the whole run"
    allowed = run.allow == plan.digest
    if run.allow and not allowed and (plan.guards or plan.drift):
        return f"--allow names another plan; this one is {plan.digest}"
    standing = [guard.message for guard in plan.guards if not (allowed and guard.overridable)]
    return "; ".join(standing) or None


def _refused(reasons: Mapping[str, str]) -> tuple[Result, ...]:
    return tuple(Result(account, "refused", reason) for account, reason in sorted(reasons.items()))


def _apply_changes(
    run: Run, plan: Plan, refused: Mapping[str, str], approved: Approved | None, platform: PlatformWriter
) -> Iterator[Result]:
    changes = [change for change in plan.changes if change.account not in refused]
    provenance = _provenance(run, changes, approved.approvals if approved else {})
    groups = [
        [Write(change, provenance[change.account]) for change in group] for group in _groups(plan, changes)
    ]
    for writes in run.progress(groups):
        try:
            platform.apply(writes)
        except PlatformError as error:
            # One group's failure is its own; the others are tried, and a later run converges.
            yield from (Result(write.change.account, "failed", error.message) for write in writes)
        else:
            yield from (Result(write.change.account, "applied") for write in writes)


def _provenance(
    run: Run, changes: Sequence[Change], approvals: Mapping[str, Approval]
) -> dict[str, Provenance]:
    """Who asked for each account's change and who approved it; without an approval, only who made the commit."""
    unknown = [change for change in changes if change.account not in approvals]
    authors = run.authors(unknown) if unknown else {}
    found = {}
    for change in changes:
        approval = approvals.get(change.account)
        found[change.account] = Provenance(
            revision=run.revision,
            requested_by=approval.requested_by if approval else authors.get(change.account),
            approved_by=", ".join(approval.approved_by) if approval else None,
        )
    return found


def _groups(plan: Plan, changes: Sequence[Change]) -> list[list[Change]]:
    """What is applied together: the legs of a transfer, else each change alone."""
    transfer_of = {account: number for number, group in enumerate(plan.together) for account in group}
    groups: dict[object, list[Change]] = {}
    for change in changes:
        groups.setdefault(transfer_of.get(change.account, change.account), []).append(change)
    return list(groups.values())


def _acknowledge(
    run: Run, live: Mapping[str, LiveAccount], refused: Mapping[str, str], platform: PlatformWriter
) -> Iterator[Result]:
    """Where git has come to agree with what the platform changed, note that it does; nothing else is written."""
    for id_, account in live.items():
        wanted = run.checked.wanted.get(id_)
        known = wanted is not None or id_ not in run.checked.ids
        if known and id_ not in refused and has_converged(account, wanted.account if wanted else None):
            try:
                platform.acknowledge(id_, seen_version=account.version, revision=run.revision)
            except PlatformError as error:
                yield Result(id_, "failed", error.message)
