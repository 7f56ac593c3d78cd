"""Approving in plain git: the signed merge of an application into main, made only where it would be accepted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote

from emp_gitops.errors import EmpError, RefusedError, RepositoryError
from emp_gitops.forge.base import MAIN, PolicyInForce
from emp_gitops.forge.plain.signed_merges import SignedMerges
from emp_gitops.repository import Repository
from emp_gitops.repository.committing import Signing
from emp_gitops.review.facts import Review
from emp_gitops.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """An approved application: the merge commit on main, who asked and who approved (None where nobody checks), and
    whether it was pushed. `left_behind` says why main here did not follow what was pushed.
    """

    commit: str
    requested_by: str | None
    approved_by: str | None
    pushed: bool
    left_behind: str | None = None


def approve(workspace: Workspace, review: Review, *, key: Path | None) -> Merged:
    """Merge the reviewed application into main, as the person whose key this is.

    The merge is made beside the work tree, and judged as reconcile will judge it, before main moves: on the remote,
    where there is one, and then here. Raises RefusedError where it would not count (own application, wrong role,
    unsigned commits) or must not be merged (errors, conflicts), RepositoryError where main cannot move, ForgeError
    where the remote does not take it, EmpError where git does not sign; main is as it was then, there and here.
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
        verdict = SignedMerges(repository, since=datetime.now(UTC)).judge([commit], policy)
        if verdict.trouble:
            raise RefusedError(
                f"the approval would not count: {verdict.trouble}",
                where=review.application.id,
                hint="somebody in Customer Success who did not ask for it approves, with a key in allowed_signers",
            )
        requested_by, approved_by = verdict.requested_by, ", ".join(verdict.approved_by)
    again = f"emp-gitops applications approve {quote(review.application.id)}"
    pushed, left_behind = _move_main(repository, commit, again=again)
    return Merged(
        commit=commit, requested_by=requested_by, approved_by=approved_by, pushed=pushed, left_behind=left_behind
    )


def _move_main(repository: Repository, commit: str, *, again: str) -> tuple[bool, str | None]:
    """Make the commit main, on the remote and here: whether it was pushed, and why main here did not follow then."""
    has_main = repository.main().local is not None
    if has_main:
        repository.check_movable(MAIN, commit)
    elif not repository.has_remote():
        raise RepositoryError("there is no branch main to merge into", hint="git branch main, where main is to begin")
    pushed = repository.push_to_origin(MAIN, commit, again=again)
    try:
        if has_main:
            repository.move_branch(MAIN, commit)
    except RepositoryError as error:
        if pushed:
            return pushed, error.message
        raise
    return pushed, None


def _check(review: Review) -> None:
    name = review.application.id
    if review.application.state == "applied":
        raise RefusedError("this application is in main already", where=name)
    if review.config is None:
        raise EmpError("the configuration of main is broken, so nothing can be approved", hint="emp-gitops validate")
    if review.config.approvals.source == "github":
        raise RefusedError(
            "approvals are given on GitHub here", where=review.application.url or name,
            hint="review the pull request there",
        )
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
