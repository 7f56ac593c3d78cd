"""Whether a step of main is an approved pull request, as GitHub tells it now, whatever its settings were."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Self

from github.GithubException import GithubException
from github.PullRequest import PullRequest

from emp_gitops.core.config import Config
from emp_gitops.forge.base import MAIN, PolicyInForce, Verdict
from emp_gitops.forge.github.client import GitHub
from emp_gitops.forge.github.fetching import fetch
from emp_gitops.forge.github.judging import Judge
from emp_gitops.repository import Repository

_UNKNOWN_COMMIT = 422


class GitHubApprovals:
    """An ApprovalSource that reads pull requests and their reviews."""

    def __init__(self, client: GitHub, repository: Repository) -> None:
        self._client = client
        self._repository = repository
        self._heads: dict[str, int] = {}
        self._judge: tuple[Config, Judge] | None = None

    @classmethod
    def of(cls, config: Config, repository: Repository, *, say: Callable[[str], None]) -> Self:
        """Raises ForgeError without credentials. `say` is told what is waited for."""
        return cls(GitHub.of(config, say=say), repository)

    def judge(self, line: Sequence[str], policy: PolicyInForce) -> Verdict:
        """The verdict on the pull request that brought the first commit of the line, with all its commits there."""
        try:
            pull = self._merged_with(line[0], line)
        except _UnknownCommitError:
            return Verdict(trouble="GitHub has no such commit, so no application brought it")
        if pull is None:
            return Verdict(trouble="it was pushed to main without an application")
        with self._client.asking(f"read pull request #{pull.number}"):
            number, head, merge, most = pull.number, pull.head.sha, pull.merge_commit_sha, pull.commits
        application = str(number)
        if merge not in line:
            trouble = f"only a part of its application #{number} is in this revision"
            return Verdict(application=application, trouble=trouble)
        commits = line.index(merge) + 1
        if commits > most:  # others' commits stand between the two, each a step of its own
            trouble = f"it was pushed to main before its application #{number} was merged"
            return Verdict(application=application, trouble=trouble)
        found = self._judge_of(policy.config).judge(pull)
        if found.trouble:
            return Verdict(commits=commits, application=application, trouble=found.trouble)
        self._heads[head] = number
        return Verdict(
            commits=commits, application=application, head=head, requested_by=found.requested_by,
            approved_by=found.approved_by, form=found.form,
        )

    def fetch(self, commit: str) -> None:
        """From GitHub, where the clone has not got it. Raises ForgeError."""
        fetch(self._client, self._repository, commit, pulls=[self._heads[commit]] if commit in self._heads else [])

    def _merged_with(self, commit: str, line: Sequence[str]) -> PullRequest | None:
        """The pull request that was merged into main with this commit, read in full; of several the one on the line
        that ends first.
        """
        with self._client.asking(f"find the pull request of commit {commit[:12]}"):
            repository = self._client.repository
            try:
                known = [*repository.get_commit(commit).get_pulls()]
            except GithubException as error:
                if error.status == _UNKNOWN_COMMIT:
                    raise _UnknownCommitError from error
                raise
            # The list holds short versions, which do not say all, and may be of the repository's forks.
            pulls = [(each, repository.get_pull(each.number)) for each in known]
            merged = [
                full for short, full in pulls
                if full.merged and full.base.ref == MAIN and full.base.repo.id == short.base.repo.id
            ]
            return min(merged, key=lambda each: _place(each.merge_commit_sha, line), default=None)

    def _judge_of(self, config: Config) -> Judge:
        """Kept while the configuration is the same, so that each team is read once."""
        if self._judge is None or self._judge[0] != config:
            self._judge = config, Judge(self._client, config)
        return self._judge[1]


class _UnknownCommitError(Exception):
    """GitHub has never seen the commit."""


def _place(commit: str | None, line: Sequence[str]) -> int:
    return line.index(commit) if commit in line else len(line)
