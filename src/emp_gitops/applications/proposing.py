"""Renewals that the tool proposes where an account wants that (`auto_renew: propose`). Nobody has asked for them yet.

On GitHub the configured App opens the pull request, and a SuperAdmin's approving review makes it a request; in plain
git a SuperAdmin makes the branch's commit their own by signing it. Either way Customer Success still approves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from emp_gitops.applications.opening import Words, commit_of
from emp_gitops.core.requests import with_renewal
from emp_gitops.core.term import DEFAULT_MONTHS
from emp_gitops.editor import Editor
from emp_gitops.errors import EmpError, RefusedError
from emp_gitops.forge.base import Application, Proposal
from emp_gitops.repository.applications import PREFIX
from emp_gitops.review.facts import FailedReview
from emp_gitops.review.making import Reviewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposer:
    """Proposes in the name of `identity` (`Name <address>`)."""

    reviewer: Reviewer
    words: Words
    identity: str

    def renewal(self, id_: str, *, expires_on: date, today: date) -> Application | None:
        """The proposal to renew an account for a year more; None where main renews it already, or has no such account.

        There is one branch for each account and end of a term: asked again, what is on it is what is proposed. Raises
        EmpError where the renewed account would not be valid, RefusedError where somebody else has the branch,
        ForgeError where it cannot be published.
        """
        workspace, repository = self.reviewer.workspace, self.reviewer.workspace.repository
        base = repository.tip_of_main()
        checked = workspace.check(repository.tree(base))
        wanted = checked.wanted.get(id_)
        if checked.policy is None or wanted is None or wanted.account.term.expires_on != expires_on:
            return None
        branch = f"{PREFIX}{id_}-renewal-{expires_on}"
        commit = commit_of(repository, branch)
        if commit is None:
            after = with_renewal(
                wanted.account, DEFAULT_MONTHS, today=today, late_days=checked.policy.config.late_days
            )
            draft = Editor(workspace, checked).drafted_change(id_, after)
            message = f"Propose to renew {id_} until {after.term.expires_on}\n"
            commit = repository.committing(identity=self.identity).commit(
                base, {draft.wanted.file: draft.data}, message
            )
            repository.create_branch(branch, commit)
        return self._published(branch, commit)

    def _published(self, branch: str, commit: str) -> Application:
        draft = Application(
            id="", title="", state="draft", requester="", opened_at=datetime.now(UTC), branch=branch, head=commit,
            is_proposal=True,
        )
        review = self.reviewer.review(draft, others=())
        if isinstance(review, FailedReview):
            raise EmpError(review.error.message, where=review.error.where, hint=review.error.hint)
        title, body = self.words.title(review), self.words.body(review)
        application = self.reviewer.forge.propose(Proposal(branch=branch, commit=commit, title=title, body=body))
        if _name(application.requester) != _name(self.identity):
            raise RefusedError(
                f"the branch {branch} is an application of {application.requester}", where=application.url,
                hint="close it and delete the branch; the next run proposes the renewal",
            )
        return application


def _name(identity: str) -> str:
    return identity.partition(" <")[0].lower()
