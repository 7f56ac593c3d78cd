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


@dataclass(frozen=True, slots=True, kw_only=True)
class Opener:
    """Opens applications for the person whom git knows.

    `key` is the SSH key to sign with, where not git's own. Errors of the `overlooked` rules stop no application.
    """

    reviewer: Reviewer
    words: Words
    key: Path | None = None
    overlooked: Collection[str] = ()

    def open(self, files: Files, *, title: str | None = None) -> Review:
        """Open an application that gives main's account files this content, and review it.

        Branches, the work tree and the index stay as they are, but for the new branch. Where publishing fails that
        branch stays, and the error says how to go on. Raises EmpError where the application would have errors, change
        nothing, or ask for what another one asks for already; RefusedError where it could never be approved, for want
        of a SuperAdmin's signature.
        """
        repository = self._repository
        base = repository.tip_of_main()
        draft = repository.committing().commit(base, files, "draft\n")
        review = self._reviewed(draft)
        title = title or self.words.title(review)
        commit = self._commit(review, draft, f"{title}\n")
        branch = _new_branch(repository, review, commit)
        proposal = Proposal(branch=branch, commit=commit, title=title, body=self.words.body(review))
        application = self.reviewer.forge.propose(proposal)
        return replace(review, application=application)

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
            if trouble := SignedMerges(repository).requester_trouble(review.base, commit, policy):
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


def _new_branch(repository: Repository, review: Review, commit: str) -> str:
    """Make a branch for the commit, named after what it does, or the next such name that is free.

    Raises EmpError where the branch of one of those names comes to the very same.
    """
    stem = _stem(review)
    taken = {"/".join(name.split("/")[:2]) for name in repository.taken_branches(stem)}
    wanted = repository.merge(review.base, commit).tree
    for name in chain([stem], (f"{stem}-{number}" for number in count(2))):
        if name not in taken:
            repository.create_branch(name, commit)
            return name
        if _result(repository, review.base, name) == wanted:
            raise EmpError(
                f"the branch {name} asks for just this already", where=name,
                hint=f"emp-gitops applications show {name}; where it was not pushed yet: git push origin {name}",
            )
    raise AssertionError  # numbers have no end


def _stem(review: Review) -> str:
    first, *others = review.accounts
    what = f"and-{len(others)}-more" if others else (review.kinds or ("change",))[0]
    return f"{PREFIX}{first}-{what}"


def _result(repository: Repository, base: str, name: str) -> str | None:
    """The tree that merging a branch would make; None where it cannot be merged, or has been."""
    for ref in (f"refs/heads/{name}", f"refs/remotes/origin/{name}"):
        with suppress(RepositoryError):
            commit = repository.resolve(ref)
            return repository.merge(base, commit).tree if repository.commits_between(base, commit) else None
    return None
