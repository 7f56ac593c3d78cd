"""Who asks by a pull request, and whether it is approved: the same answer for reviews, lists and reconcile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC

from github.PullRequest import PullRequest

from emp_gitops.core.config import Config
from emp_gitops.core.form_answers import FormError, request_in
from emp_gitops.core.forms import FormRequest, marked_form, proposed_renewal
from emp_gitops.forge.base import Obstacle
from emp_gitops.forge.github.client import GitHub
from emp_gitops.forge.github.forms import read_form_issue
from emp_gitops.forge.github.reviews import approvers_of, standing_of
from emp_gitops.forge.github.roles import Roles, login_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is to be thought of a pull request as it is now.

    With `trouble` it is not approved, in words that end a sentence; `obstacle` as in Standing. `requested_by` is the
    login of who asks, None where nobody can be held to it (yet, of a proposal); `form` is what they filled in, where
    the configured App opened it for them, or what the App proposes.
    """

    requested_by: str | None = None
    form: FormRequest | None = None
    approved_by: tuple[str, ...] = ()
    changes_requested_by: tuple[str, ...] = ()
    trouble: str | None = None
    obstacle: Obstacle | None = None
    is_proposal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Requester:
    """`logins` are all who may not approve; with `by_review`, `login` asks by approving what was proposed."""

    login: str
    logins: tuple[str, ...]
    form: FormRequest | None = None
    by_review: bool = False


class Judge:
    """Judges pull requests by the roles of one configuration; a team is read once."""

    def __init__(self, client: GitHub, config: Config) -> None:
        self._client = client
        self._forms_app = config.forms_app
        self._roles = Roles(client, config)

    def judge(self, pull: PullRequest) -> Judgement:
        """Raises ForgeError where GitHub does not answer in full."""
        try:
            requester = self._requester(pull)
        except _NobodyAsks as error:
            return Judgement(
                trouble=str(error),
                obstacle=Obstacle(words=str(error), lasts=error.lasts),
                form=error.proposed,
                is_proposal=error.proposed is not None,
            )
        if not self._roles.is_super_admin(requester.login):
            trouble = f"{requester.login}, who asked for it, is no SuperAdmin"
            return Judgement(requested_by=requester.login, form=requester.form, trouble=trouble)
        with self._client.asking(f"read the reviews of pull request #{pull.number}"):
            standing = standing_of(
                pull, self._roles, self._client, requesters=requester.logins,
                asking=requester.login if requester.by_review else None,
            )
        return Judgement(
            requested_by=requester.login,
            form=requester.form,
            approved_by=standing.approved_by,
            changes_requested_by=standing.changes_requested_by,
            trouble=standing.trouble,
            obstacle=standing.obstacle,
        )

    def _requester(self, pull: PullRequest) -> _Requester:
        """The author of the pull request, or of the form that the configured App opened it for."""
        with self._client.asking(f"read who opened pull request #{pull.number}"):
            opener, body = login_of(pull.user), pull.body or ""
        if opener is None:
            raise _NobodyAsks("nobody knows who opened it: the account is gone")
        if self._forms_app is None or opener.lower() != f"{self._forms_app}[bot]".lower():
            return _Requester(login=opener, logins=(opener,))
        number, account = marked_form(body), proposed_renewal(body)
        if number is None and account:
            return self._takes_up(pull, opener, account)
        if number is None:
            raise _NobodyAsks(f"{opener} opened it, and its text names no form")
        issue = read_form_issue(self._client, int(number))
        try:
            form = request_in(issue)
        except FormError as error:
            raise _NobodyAsks(f"its form {issue.issue} cannot be read: {error.message}") from error
        return _Requester(login=form.requested_by, logins=(opener, form.requested_by), form=form)

    def _takes_up(self, pull: PullRequest, opener: str, account: str) -> _Requester:
        """Whoever makes a proposed renewal a request: a SuperAdmin, by approving it.

        Of several, one who leaves somebody else to approve it for Customer Success. The caller derives the renewal
        again, as of the day on which it was proposed, like the form that the SuperAdmin did not have to fill in.
        """
        with self._client.asking(f"read the reviews of pull request #{pull.number}"):
            approvers, proposed_at = approvers_of(pull, self._client), pull.created_at.astimezone(UTC)
        proposed = FormRequest(
            kind="renewal", issue=f"#{pull.number}", requested_by=opener, sent_at=proposed_at,
            answers={"account": account}, is_proposed=True,
        )
        if approvers.trouble:
            raise _NobodyAsks(approvers.trouble, proposed)
        asking = [login for login in approvers.logins if self._roles.is_super_admin(login)]
        if not asking:
            trouble = "no SuperAdmin approved its last commit, which would make it a request"
            raise _NobodyAsks(trouble, proposed, lasts=False)
        login = min(asking, key=self._roles.is_customer_success)
        form = replace(proposed, requested_by=login)
        return _Requester(login=login, logins=(opener, login), form=form, by_review=True)


class _NobodyAsks(Exception):  # noqa: N818 - an answer, not an error
    """The message says why. What is `proposed` waits for a SuperAdmin to take it up, unless the trouble `lasts`."""

    def __init__(self, message: str, proposed: FormRequest | None = None, *, lasts: bool = True) -> None:
        super().__init__(message)
        self.proposed = proposed
        self.lasts = lasts
