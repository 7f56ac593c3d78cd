"""Who asks by a pull request, and whether it is approved: the same answer for reviews, lists and reconcile."""

from __future__ import annotations

from dataclasses import dataclass

from github.PullRequest import PullRequest

from emp_gitops.core.config import Config
from emp_gitops.core.form_answers import FormError, request_in
from emp_gitops.core.forms import FormRequest, marked_form
from emp_gitops.forge.base import Obstacle
from emp_gitops.forge.github.client import GitHub
from emp_gitops.forge.github.forms import read_form_issue
from emp_gitops.forge.github.reviews import standing_of
from emp_gitops.forge.github.roles import Roles, login_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is to be thought of a pull request as it is now.

    With `trouble` it is not approved, in words that end a sentence; `obstacle` as in Standing. `requested_by` is the
    login of who asks, None where nobody can be held to it; `form` is what they filled in, where the configured App
    opened it for them.
    """

    requested_by: str | None = None
    form: FormRequest | None = None
    approved_by: tuple[str, ...] = ()
    changes_requested_by: tuple[str, ...] = ()
    trouble: str | None = None
    obstacle: Obstacle | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Requester:
    """`logins` are all who may not approve."""

    login: str
    logins: tuple[str, ...]
    form: FormRequest | None = None


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
            return Judgement(trouble=str(error), obstacle=Obstacle(words=str(error), lasts=True))
        if not self._roles.is_super_admin(requester.login):
            trouble = f"{requester.login}, who asked for it, is no SuperAdmin"
            return Judgement(requested_by=requester.login, form=requester.form, trouble=trouble)
        with self._client.asking(f"read the reviews of pull request #{pull.number}"):
            standing = standing_of(pull, self._roles, self._client, requesters=requester.logins)
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
        number = marked_form(body)
        if number is None:
            raise _NobodyAsks(f"{opener} opened it, and its text names no form")
        issue = read_form_issue(self._client, int(number))
        try:
            form = request_in(issue)
        except FormError as error:
            raise _NobodyAsks(f"its form {issue.issue} cannot be read: {error.message}") from error
        return _Requester(login=form.requested_by, logins=(opener, form.requested_by), form=form)


class _NobodyAsks(Exception):  # noqa: N818 - an answer, not an error
    """The message says why."""
