"""Approving in plain git: the signed merge of an application into main, made only where it would be accepted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from emp_gitops.errors import EmpError, RefusedError
from emp_gitops.forge.base import MAIN, PolicyInForce
from emp_gitops.forge.plain.signed_merges import SignedMerges
from emp_gitops.repository.committing import Signing
from emp_gitops.review.facts import Review
from emp_gitops.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """An approved application: the merge commit on main, who asked and who approved (None where nobody checks), and
    whether it was pushed.
    """

    commit: str
    requested_by: str | None
    approved_by: str | None
    pushed: bool


def approve(workspace: Workspace, review: Review, *, key: Path | None) -> Merged:
    """Merge the reviewed application into main, as the person whose key this is.

    The merge is made beside the work tree, and judged as reconcile will judge it, before main moves. Raises
    RefusedError where it would not count (own application, wrong role, unsigned commits) or must not be merged (errors,
    conflicts), RepositoryError where git does not sign, or main cannot move or be pushed.
    """
    _check(review)
    repository = workspace.repository
    source = review.config.approvals.source if review.config else "none"
    committing = repository.committing(Signing(required=source == "signed-merge", key=key))
    head, tree = review.application.head, repository.merge(review.base, review.application.head).tree
    if tree is None:
        raise RefusedError("the application conflicts with main", hint="merge main into its branch first")
    commit = committing.merge(review.base, head, tree, f"Approve {review.application.id}\n")
    requested_by = approved_by = None
    if source == "signed-merge" and review.config:
        policy = PolicyInForce(config=review.config, allowed_signers=repository.signers(review.base))
        verdict = SignedMerges(repository).judge([commit], policy)
        if verdict.trouble:
            raise RefusedError(
                f"the approval would not count: {verdict.trouble}",
                where=review.application.id,
                hint="somebody in Customer Success who did not ask for it approves, with a key in allowed_signers",
            )
        requested_by, approved_by = verdict.requested_by, ", ".join(verdict.approved_by)
    repository.move_branch(MAIN, commit, before=review.base)
    pushed = repository.push_to_origin(MAIN, commit)
    return Merged(commit=commit, requested_by=requested_by, approved_by=approved_by, pushed=pushed)


def _check(review: Review) -> None:
    name = review.application.id
    if review.config is None:
        raise EmpError("the configuration of main is broken, so nothing can be approved", hint="emp-gitops validate")
    if review.config.approvals.source == "github":
        raise RefusedError("approvals are given on GitHub here", where=review.application.url or name)
    if review.conflicts:
        raise RefusedError(
            f"the application conflicts with main in {review.conflicts[0]}",
            where=name,
            hint="merge main into its branch, settle it there, and sign that commit as a SuperAdmin",
        )
    if review.is_stale:
        raise RefusedError("merging would change nothing: what it asks for is so already", where=name)
    if review.errors:
        first = review.findings[0]
        raise EmpError(first.message, where=f"{first.file}:{first.line}:{first.column}", hint=first.hint)
