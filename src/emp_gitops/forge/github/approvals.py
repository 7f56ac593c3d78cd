"""Whether a step of main is an approved pull request, as GitHub tells it now, whatever its settings were."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from github.GithubException import GithubException
from github.PullRequest import PullRequest

from emp_gitops.core.config import Config
from emp_gitops.core.form_answers import FormError, request_in
from emp_gitops.core.forms import FormRequest, marked_form
from emp_gitops.forge.base import MAIN, PolicyInForce, Verdict
from emp_gitops.forge.github.client import GitHub
from emp_gitops.forge.github.fetching import fetch
from emp_gitops.forge.github.forms import read_form_issue
from emp_gitops.forge.github.reviews import standing_of
from emp_gitops.forge.github.roles import Roles, login_of
from emp_gitops.repository import Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class _Requester:
    """Who asks by a pull request, and by which form; `logins` are all who may not approve it."""

    login: str
    logins: tuple[str, ...]
    form: FormRequest | None = None


class GitHubApprovals:
    """An ApprovalSource that reads pull requests and their reviews."""

    def __init__(self, client: GitHub, repository: Repository) -> None:
        self._client = client
        self._repository = repository
        self._heads: dict[str, int] = {}
        self._roles: tuple[Config, Roles] | None = None

    @classmethod
    def of(cls, config: Config, repository: Repository, *, say: Callable[[str], None]) -> Self:
        """Raises ForgeError without credentials. `say` is told what is waited for."""
        return cls(GitHub.of(config, say=say), repository)

    def judge(self, line: Sequence[str], policy: PolicyInForce) -> Verdict:
        """The verdict on the pull request that brought the first commit of the line, with all its commits there."""
        try:
            pull = self._merged_with(line[0], line)
        except _NotApproved as error:
            return Verdict(trouble=str(error))
        with self._client.asking(f"read pull request #{pull.number}"):
            number, head, merge = pull.number, pull.head.sha, pull.merge_commit_sha
        if merge not in line:
            trouble = f"only a part of its application #{number} is in this revision"
            return Verdict(application=str(number), trouble=trouble)
        commits = line.index(merge) + 1
        try:
            requester, approved_by = self._approval(pull, policy.config)
        except _NotApproved as error:
            return Verdict(commits=commits, application=str(number), trouble=str(error))
        self._heads[head] = number
        return Verdict(
            commits=commits, application=str(number), head=head, requested_by=requester.login,
            approved_by=approved_by, form=requester.form,
        )

    def fetch(self, commit: str) -> None:
        """From GitHub, where the clone has not got it. Raises ForgeError."""
        fetch(self._client, self._repository, commit, pulls=[self._heads[commit]] if commit in self._heads else [])

    def _merged_with(self, commit: str, line: Sequence[str]) -> PullRequest:
        """The pull request that was merged into main with this commit, read in full; of several the one on the line
        that ends first. Raises _NotApproved without one, and ForgeError.
        """
        with self._client.asking(f"find the pull request of commit {commit[:12]}"):
            repository = self._client.repository
            try:
                found = [*repository.get_commit(commit).get_pulls()]
            except GithubException as error:
                if error.status == 422:
                    raise _NotApproved("GitHub has no such commit, so no application brought it") from error
                raise
            # The list holds short versions, which do not say all, and may be of the repository's forks.
            pulls = [(each, repository.get_pull(each.number)) for each in found]
            merged = [
                full for short, full in pulls
                if full.merged and full.base.ref == MAIN and full.base.repo.id == short.base.repo.id
            ]
            if not merged:
                raise _NotApproved("it was pushed to main without an application")
            return min(merged, key=lambda each: _place(each.merge_commit_sha, line))

    def _approval(self, pull: PullRequest, config: Config) -> tuple[_Requester, tuple[str, ...]]:
        """Who asked and who approved. Raises _NotApproved, and ForgeError."""
        roles = self._roles_of(config)
        requester = self._requester(pull, config)
        if not roles.is_super_admin(requester.login):
            raise _NotApproved(f"{requester.login}, who asked for it, is no SuperAdmin")
        with self._client.asking(f"read the reviews of pull request #{pull.number}"):
            standing = standing_of(pull, roles, requesters=requester.logins)
        if standing.trouble:
            raise _NotApproved(standing.trouble)
        return requester, standing.approved_by

    def _requester(self, pull: PullRequest, config: Config) -> _Requester:
        """The author of the pull request, or of the form that the configured App opened it for."""
        with self._client.asking(f"read who opened pull request #{pull.number}"):
            opener, body = login_of(pull.user), pull.body or ""
        if opener is None:
            raise _NotApproved("nobody knows who opened it: the account is gone")
        if config.forms_app is None or opener.lower() != f"{config.forms_app}[bot]".lower():
            return _Requester(login=opener, logins=(opener,))
        number = marked_form(body)
        if number is None:
            raise _NotApproved(f"{opener} opened it, and its text names no form")
        issue = read_form_issue(self._client, int(number))
        try:
            form = request_in(issue)
        except FormError as error:
            raise _NotApproved(f"its form {issue.issue} cannot be read: {error.message}") from error
        return _Requester(login=form.requested_by, logins=(opener, form.requested_by), form=form)

    def _roles_of(self, config: Config) -> Roles:
        """Kept while the configuration is the same, so that each team is read once."""
        if self._roles is None or self._roles[0] != config:
            self._roles = config, Roles(self._client, config)
        return self._roles[1]


class _NotApproved(Exception):  # noqa: N818 - an answer, not an error
    """The message says why."""


def _place(commit: str | None, line: Sequence[str]) -> int:
    return line.index(commit) if commit in line else len(line)
