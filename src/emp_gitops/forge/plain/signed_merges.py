"""Approvals in plain git: a merge commit that Customer Success signed, of commits that SuperAdmins signed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from emp_gitops.core.signers import in_force
from emp_gitops.core.tree import SIGNERS_FILE
from emp_gitops.errors import ForgeError
from emp_gitops.forge.base import PolicyInForce, Verdict
from emp_gitops.repository import Repository


class SignedMerges:
    """An ApprovalSource that needs nothing but the repository.

    What it judges happened after `since` (in UTC), so that a key which had ended by then counts for nothing, whatever
    date a commit bears; None where no such moment is known.
    """

    def __init__(self, repository: Repository, *, since: datetime | None) -> None:
        self._repository = repository
        self._since = since

    def judge(self, line: Sequence[str], policy: PolicyInForce) -> Verdict:
        """The verdict on the first commit alone: one merge commit is one step."""
        try:
            return self._approved(line[0], policy)
        except _NotApproved as error:
            return Verdict(trouble=str(error))

    def requester_trouble(self, base: str, head: str, policy: PolicyInForce) -> str | None:
        """Why the commits from `base` to `head` are no application of a SuperAdmin's, or None where they are."""
        try:
            self._requesters(base, head, policy)
        except _NotApproved as error:
            return str(error)
        return None

    def fetch(self, commit: str) -> None:
        """What a merge commit merges is always there with it. Raises ForgeError for anything else."""
        if not self._repository.has(commit):
            raise ForgeError(
                f"commit {commit[:12]} is not in this clone", hint="git fetch --all (in a shallow clone: --unshallow)"
            )

    def _approved(self, commit: str, policy: PolicyInForce) -> Verdict:
        base, *merged = self._repository.parents(commit)
        if len(merged) != 1:
            raise _NotApproved(_no_merge(len(merged)))
        approver = self._approver(commit, policy)
        requesters = self._requesters(base, merged[0], policy)
        if approver in requesters:
            raise _NotApproved(f"{approver} approved an application of their own")
        return Verdict(
            application=merged[0][:12],
            head=merged[0],
            requested_by=requesters[-1],  # of the oldest commit
            approved_by=(approver,),
        )

    def _signers(self, policy: PolicyInForce) -> bytes:
        signers = policy.allowed_signers or b""
        return in_force(signers, self._since) if self._since else signers

    def _approver(self, commit: str, policy: PolicyInForce) -> str:
        if policy.allowed_signers is None:
            raise _NotApproved(f"there was no {SIGNERS_FILE} file before it, so nobody could sign")
        approver = self._repository.signer(commit, self._signers(policy))
        if approver is None:
            raise _NotApproved(f"its merge commit is not signed by a key in {SIGNERS_FILE}")
        if approver not in policy.config.roles.customer_success:
            raise _NotApproved(f"its merge commit is signed by {approver}, who is not in Customer Success")
        return approver

    def _requesters(self, base: str, head: str, policy: PolicyInForce) -> list[str]:
        """Who signed each of the merged commits, the newest first."""
        requesters, signers = [], self._signers(policy)
        for commit in self._repository.commits_between(base, head):
            requester = self._repository.signer(commit, signers)
            if requester is None:
                raise _NotApproved(f"{commit[:12]}, which it merges, is not signed by a key in {SIGNERS_FILE}")
            if requester not in policy.config.roles.super_admins:
                raise _NotApproved(f"{commit[:12]}, which it merges, is signed by {requester}, who is no SuperAdmin")
            requesters.append(requester)
        if not requesters:
            raise _NotApproved("it merges nothing")
        return requesters


class _NotApproved(Exception):  # noqa: N818 - an answer, not an error
    """The message says why."""


def _no_merge(others: int) -> str:
    if others:
        return "it merges several branches at once, which is no approval of any"
    return "it was put on main without an application that Customer Success merged"
