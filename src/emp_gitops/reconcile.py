"""The job that makes an approved plan true: lock, plan, guard, apply account by account, report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from emp_gitops.core.changes import Change
from emp_gitops.core.checking import CheckedTree
from emp_gitops.core.drift import has_converged
from emp_gitops.core.findings import has_errors
from emp_gitops.core.model import LiveAccount
from emp_gitops.core.plan import Plan
from emp_gitops.core.planning import make_plan
from emp_gitops.errors import ExitCode, PlatformError, RefusedError, StalePlanError
from emp_gitops.platform.base import PlatformWriter, Provenance, Write

Outcome = Literal["applied", "failed", "refused", "unchanged"]
Progress = Callable[[Sequence[Sequence[Write]]], Iterable[Sequence[Write]]]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one account. `error` says why it failed or was refused."""

    account: str
    outcome: Outcome
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run did. `blocked` is why nothing at all was applied, where a guard or an error stopped the whole run."""

    plan: Plan
    results: tuple[Result, ...] = ()
    blocked: str | None = None

    @property
    def exit_code(self) -> ExitCode:
        if has_errors(self.plan.findings) or any(result.outcome == "failed" for result in self.results):
            return ExitCode.ERROR
        if self.blocked or any(result.outcome == "refused" for result in self.results):
            return ExitCode.REFUSED
        return ExitCode.OK


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run is about, besides the platform.

    `revision` is recorded with each change; `requested_by` maps account files to the people who changed them last.
    `allow` is the digest of the plan that an operator named.
    """

    checked: CheckedTree
    today: date
    revision: str | None
    requested_by: Callable[[Sequence[str]], Mapping[str, str]] = lambda _files: {}
    allow: str | None = None
    progress: Progress = iter


def reconcile(run: Run, platform: PlatformWriter) -> Report:
    """Plan against the platform as it is now, and apply what may be applied.

    Everything from the reading on happens under the platform's lock. Raises LockedError, PlatformError.
    """
    with platform.lock():
        live = platform.accounts()
        return _carry_out(run, make_plan(run.checked, live, run.today), live, platform)


def apply_saved(run: Run, saved: Plan, platform: PlatformWriter) -> Report:
    """Apply a saved plan while what it was computed from still holds.

    The plan is computed again, and that one is applied: the file is only compared with it. Raises StalePlanError
    where the two differ, LockedError, PlatformError.
    """
    with platform.lock():
        live = platform.accounts()
        plan = make_plan(run.checked, live, run.today)
        if plan.digest != saved.digest:
            what = "the accounts in git" if plan.inputs.wanted != saved.inputs.wanted else "the platform"
            raise StalePlanError(
                f"this plan is stale: {what} changed since it was made",
                hint="make a new one: emp-gitops plan --out FILE",
            )
        return _carry_out(run, plan, live, platform)


def _carry_out(run: Run, plan: Plan, live: Mapping[str, LiveAccount], platform: PlatformWriter) -> Report:
    if plan.run_errors:
        return Report(plan=plan, blocked="an error on the configuration, the schemas or the tree stops the whole run")
    allowed = _is_allowed(run, plan)
    standing = [guard for guard in plan.guards if not (allowed and guard.overridable)]
    if standing:
        return Report(plan=plan, blocked="; ".join(guard.message for guard in standing))
    refused = plan.refusals(allowed=allowed)
    results = {account: Result(account, "refused", reason) for account, reason in refused.items()}
    for result in _apply_changes(run, plan, refused, platform):
        results[result.account] = result
    for result in _acknowledge(run, live, refused, platform):
        results[result.account] = result
    for account in run.checked.wanted.keys() - results.keys():
        results[account] = Result(account, "unchanged")
    return Report(plan=plan, results=tuple(results[account] for account in sorted(results)))


def _is_allowed(run: Run, plan: Plan) -> bool:
    """Whether the operator named this very plan; naming another one, where it would matter, stops the run."""
    if run.allow is None or run.allow == plan.digest:
        return run.allow is not None
    if plan.guards or plan.drift:
        raise RefusedError(
            f"--allow names another plan; this one is {plan.digest}",
            hint="look at the plan again: emp-gitops plan",
        )
    return False


def _apply_changes(run: Run, plan: Plan, refused: Mapping[str, str], platform: PlatformWriter) -> Iterator[Result]:
    changes = [change for change in plan.changes if change.account not in refused]
    people = run.requested_by([change.file for change in changes if change.file]) if changes else {}
    groups = [
        [
            Write(change, Provenance(revision=run.revision, requested_by=people.get(change.file or "")))
            for change in group
        ]
        for group in _groups(plan, changes)
    ]
    for writes in run.progress(groups):
        try:
            platform.apply(writes)
        except PlatformError as error:
            # One group's failure is its own; the others are tried, and a later run converges.
            yield from (Result(write.change.account, "failed", error.message) for write in writes)
        else:
            yield from (Result(write.change.account, "applied") for write in writes)


def _groups(plan: Plan, changes: Sequence[Change]) -> list[list[Change]]:
    """What is applied together: the legs of a transfer, else each change alone."""
    transfer_of = {leg.account: number for number, transfer in enumerate(plan.transfers) for leg in transfer.legs}
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
