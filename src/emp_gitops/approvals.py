"""The walk along main: which content came in by approved applications, from the trusted revision on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from emp_gitops.approval_policy import PolicyHistory, required_approvals
from emp_gitops.approved import Approval, Approved
from emp_gitops.approved_merge import merge_trouble
from emp_gitops.changed_accounts import Check, read_sides, transfers_within
from emp_gitops.core.config import ApprovalPolicy, Config
from emp_gitops.core.coverage import Coverage, FileChange, Key
from emp_gitops.forge.base import ApprovalSource, PolicyInForce, Verdict
from emp_gitops.repository import LineCommit, Repository
from emp_gitops.repository.difference import keys_changed

Sources = Callable[[Config], ApprovalSource]
"""Gives who judges under a configuration, by its `approvals.source` and `forge`."""

CheckForm = Callable[[Verdict, str, str], str | None]
"""Why a step (its base and its last commit) is not what the verdict's form asked for, or None where it is."""


@dataclass(frozen=True)
class _Step:
    """One or more commits of main that are judged together, and what they changed."""

    base: str
    last: str
    length: int
    changes: tuple[FileChange, ...]

    @cached_property
    def keys(self) -> tuple[Key, ...]:
        """The accounts and policy files whose content they changed."""
        return tuple(keys_changed(self.changes))

    @property
    def accounts(self) -> tuple[str, ...]:
        return tuple(key.name for key in self.keys if key.what == "account")


def walk(
    repository: Repository,
    trusted: str,
    revision: str,
    *,
    check: Check,
    sources: Sources,
    check_form: CheckForm | None = None,
) -> Approved:
    """Judge every step of main from the trusted revision to the revision (full ids), each by the policy before it.

    Raises OffMainError, RefusedError and RepositoryError where there is no such walk, ForgeError where the forge does
    not answer: nothing is approved by default.
    """
    line = repository.line_since(trusted, revision)
    if line:
        repository.check_whole()
        repository.check_tree_of(trusted)
        repository.check_trees([revision], without=[trusted])
    changed = repository.changes({each.commit: each.parents[0] for each in line})
    judge = _Judge(repository, trusted, check, sources, check_form)
    found, at = _Findings(trusted, [each.commit for each in line]), 0
    while at < len(line):
        verdict, step = judge.step(line, at, changed, found.coverage)
        at += step.length
        found.add(step, verdict)
        if verdict.trouble is None:
            found.transfers += [(legs, step.last) for legs in judge.transfers(step, verdict, found.coverage)]
    return found.approved(judge.policy(found.coverage).config.approvals)


class _Findings:
    """What the steps so far amount to."""

    def __init__(self, trusted: str, line: Sequence[str]) -> None:
        self.coverage = Coverage()
        self.transfers: list[tuple[frozenset[str], str]] = []
        self._line = line
        self._trusted = trusted
        self._approvals: dict[str, Approval | None] = {}
        self._brought_by: dict[str, str | None] = {}
        self._approved_steps: list[_Step] = []

    def add(self, step: _Step, verdict: Verdict) -> None:
        self.coverage.add(step.changes, trouble=verdict.trouble and _told(step, verdict))
        self._trusted = step.last if self.coverage.is_whole else self._trusted
        self._brought_by |= dict.fromkeys(step.accounts, verdict.application)
        if verdict.trouble is None:
            self._approvals |= dict.fromkeys(step.accounts, _approval(step, verdict))
            self._approved_steps.append(step)

    def approved(self, policy: ApprovalPolicy) -> Approved:
        uncovered = self.coverage.uncovered()
        refused = {key.name: reason for key, reason in uncovered.items() if key.what == "account"}
        reached = (step.last for step in reversed(self._approved_steps) if not uncovered.keys() >= set(step.keys))
        return Approved(
            policy=policy,
            trusted=self._trusted,
            reached=next(reached, None),
            refused=refused,
            blocked=_blocked({key.name: reason for key, reason in uncovered.items() if key.what == "policy"}),
            approvals={id_: each for id_, each in self._approvals.items() if each and id_ not in refused},
            refused_in={id_: application for id_ in refused if (application := self._brought_by.get(id_))},
            transfers=tuple(self.transfers),
            line=tuple(self._line) if self.transfers else (),
        )


class _Judge:
    """Gives each step its verdict."""

    def __init__(
        self, repository: Repository, trusted: str, check: Check, sources: Sources, check_form: CheckForm | None
    ) -> None:
        self._repository = repository
        self._policies = PolicyHistory(repository, check, trusted)
        self._check = check
        self._sources = sources
        self._check_form = check_form

    def policy(self, coverage: Coverage) -> PolicyInForce:
        """The policy in force after what the coverage has taken in."""
        return self._policies.after(coverage.approved_policy())

    def step(
        self, line: Sequence[LineCommit], at: int, changed: Mapping[str, tuple[FileChange, ...]], coverage: Coverage
    ) -> tuple[Verdict, _Step]:
        """The step that begins with the commit at this place of the line, and what is to be thought of it."""
        first = line[at]
        step = _Step(first.parents[0], first.commit, 1, changed.get(first.commit, ()))
        if not step.keys:
            return Verdict(), step
        policy = self.policy(coverage)
        if policy.config.approvals.source == "none":
            return Verdict(), step
        source = self._sources(policy.config)
        verdict = source.judge([each.commit for each in line[at:]], policy)
        if verdict.commits > 1:
            last = line[at + verdict.commits - 1].commit
            step = _Step(step.base, last, verdict.commits, self._repository.changes_between(step.base, last))
        if verdict.trouble is None:
            source.fetch(verdict.head or "")
            # The first reason is enough.
            trouble = next(self._troubles(line[at : at + step.length], step, verdict, coverage), None)
            verdict = replace(verdict, trouble=trouble)
        return verdict, step

    def transfers(self, step: _Step, verdict: Verdict, coverage: Coverage) -> Iterator[frozenset[str]]:
        """The legs of the transfers that a step makes, and of those that its application asked for: something may have
        been pushed onto a leg before.
        """
        checked = self._policies.checked(coverage.approved_policy())
        common = self._repository.merge_base(step.base, verdict.head) if verdict.head else None
        asked = self._repository.changes_between(common, verdict.head) if common and verdict.head else ()
        for changes in (step.changes, asked):
            if len(keys_changed(changes)) > 1:
                yield from transfers_within(read_sides(changes, checked, self._repository, self._check))

    def _troubles(
        self, commits: Sequence[LineCommit], step: _Step, verdict: Verdict, coverage: Coverage
    ) -> Iterator[str]:
        """Why a step that the forge calls approved is not."""
        self._repository.check_trees([verdict.head or ""], without=[step.base])
        if any(len(each.parents) > 2 for each in commits):
            yield "it merges several branches at once, which is no approval of any"
        checked = self._policies.checked(coverage.approved_policy())
        required = required_approvals(checked, step.changes, self._repository, self._check)
        if len(verdict.approved_by) < required:
            yield f"it needs {required} approvals by Customer Success and has {len(verdict.approved_by)}"
        if trouble := merge_trouble(self._repository, step.base, verdict.head or "", step.last):
            yield trouble
        if verdict.form:
            check = self._check_form or (lambda *_: "it was opened for a form, and forms are not checked here")
            if trouble := check(verdict, step.base, step.last):
                yield trouble


def _approval(step: _Step, verdict: Verdict) -> Approval | None:
    if not verdict.application:
        return None
    return Approval(
        application=verdict.application,
        requested_by=verdict.requested_by,
        approved_by=verdict.approved_by,
        commit=step.last,
    )


def _told(step: _Step, verdict: Verdict) -> str:
    application = f" (application {verdict.application})" if verdict.application else ""
    return f"{step.last[:12]}{application} changed it without approval: {verdict.trouble}"


def _blocked(uncovered: Mapping[str, str]) -> str | None:
    if not uncovered:
        return None
    path, reason = next(iter(uncovered.items()))
    more = f" (and {len(uncovered) - 1} more policy files)" if len(uncovered) > 1 else ""
    return f"{path} decides what is allowed, and {reason}{more}"
