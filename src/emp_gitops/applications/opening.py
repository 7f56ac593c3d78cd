"""Opening an application: account files in a commit on top of main, on a branch of its own, published by the forge."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path

from emp_gitops.core.findings import Finding
from emp_gitops.errors import EmpError, RefusedError, RepositoryError
from emp_gitops.forge.base import Application, PolicyInForce, Proposal
from emp_gitops.forge.plain.signed_merges import SignedMerges
from emp_gitops.repository import Repository
from emp_gitops.repository.applications import PREFIX
from emp_gitops.repository.committing import Signing
from emp_gitops.review.facts import FailedReview, Review
from emp_gitops.review.making import Reviewer

Files = Mapping[str, bytes | None]
"""Account files by path from the root; None is one that goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What to call an application (one line of plain text), and how to describe it (Markdown)."""

    title: Callable[[Review], str]
    body: Callable[[Review], str]


@dataclass(frozen=True, slots=True)
class Opened:
    """An application as it was reviewed when it was opened, and whether it had not been there before."""

    review: Review
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Opener:
    """Opens applications for the person whom git knows.

    `key` is the SSH key to sign with, where not git's own. Errors of the `overlooked` rules stop no application.
    """

    reviewer: Reviewer
    words: Words
    key: Path | None = None
    overlooked: Collection[str] = ()

    def open(self, files: Files, *, title: str | None = None) -> Opened:
        """Open an application that gives main's account files this content, and review it.

        The work tree, the index and every branch but the new one stay as they are. Where a branch of that name comes to
        the very same, nothing new is made: that one is published, as after a push that failed. Raises EmpError where
        the application would have errors or change nothing, RefusedError where it could never be approved for want of a
        SuperAdmin's signature, ForgeError where it cannot be published; the new branch stays then.
        """
        repository = self._repository
        base = repository.tip_of_main()
        draft = repository.committing().commit(base, files, "draft\n")
        review = self._reviewed(draft)
        title = title or self.words.title(review)
        branch, commit = _branch_for(repository, review)
        is_new = commit is None
        if commit is None:
            commit = self._commit(review, draft, f"{title}\n")
            repository.create_branch(branch, commit)
        proposal = Proposal(branch=branch, commit=commit, title=title, body=self.words.body(review))
        return Opened(replace(review, application=self.reviewer.forge.propose(proposal)), is_new)

    @property
    def _repository(self) -> Repository:
        return self.reviewer.workspace.repository

    def _reviewed(self, commit: str) -> Review:
        """The review of a commit that is no application yet. Raises EmpError where it must not become one."""
        application = Application(
            id="", title="", state="draft", requester="", opened_at=datetime.now(UTC), branch="", head=commit
        )
        # Who asks is judged by the commit that is published.
        review = replace(self.reviewer, requester_trouble=lambda *_: None).review(application)
        if isinstance(review, FailedReview):
            raise review.error
        if review.is_stale:
            raise EmpError("this would change nothing on main")
        wrong = [f for f in review.findings if f.severity == "error" and f.rule not in self.overlooked]
        if wrong:
            raise _refusal(wrong)
        return review

    def _commit(self, review: Review, draft: str, message: str) -> str:
        """The commit of the draft's files that is to be published."""
        repository = self._repository
        source = review.config.approvals.source if review.config else "none"
        committing = repository.committing(Signing(required=source == "signed-merge", key=self.key))
        commit = committing.commit_tree(f"{draft}^{{tree}}", [review.base], message)
        if source == "signed-merge" and review.config:
            policy = PolicyInForce(config=review.config, allowed_signers=repository.signers(review.base))
            merges = SignedMerges(repository, since=datetime.now(UTC))
            if trouble := merges.requester_trouble(review.base, commit, policy):
                raise RefusedError(
                    f"this application could never be approved: {trouble}",
                    hint="a SuperAdmin opens it, with a key that allowed_signers on main names (--key FILE)",
                )
        return commit


def _refusal(wrong: Sequence[Finding]) -> EmpError:
    first, *others = (EmpError(finding.message, where=finding.place, hint=finding.hint) for finding in wrong)
    error = EmpError(f"no application was opened: {first.message}", where=first.where, hint=first.hint)
    error.others = tuple(others)
    return error


def _branch_for(repository: Repository, review: Review) -> tuple[str, str | None]:
    """The branch to open an application on, named after what it does: the first of its names that is free, or that
    comes to the very same; then with its commit.
    """
    stem = _stem(review)
    taken = {"/".join(name.split("/")[:2]) for name in repository.taken_branches(stem)}
    wanted = repository.merge(review.base, review.application.head).tree
    for name in chain([stem], (f"{stem}-{number}" for number in count(2))):
        if name not in taken:
            break
        commit = commit_of(repository, name)
        if commit and _result(repository, review.base, commit) == wanted:
            return name, commit
    return name, None


def _stem(review: Review) -> str:
    first, *others = review.accounts
    what = f"and-{len(others)}-more" if others else (review.kinds or ("change",))[0]
    return f"{PREFIX}{first}-{what}"


def commit_of(repository: Repository, name: str) -> str | None:
    """The commit of a branch, here or else on the remote as last fetched."""
    for ref in (f"refs/heads/{name}", f"refs/remotes/origin/{name}"):
        with suppress(RepositoryError):
            return repository.resolve(ref)
    return None


def _result(repository: Repository, base: str, commit: str) -> str | None:
    """The tree that merging a branch would make; None where it cannot be merged, or has been."""
    with suppress(RepositoryError):  # it may have no history in common
        return repository.merge(base, commit).tree if repository.commits_between(base, commit) else None
    return None
