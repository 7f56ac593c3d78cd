"""Speaking on pull requests: comments that are found again, labels and checks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Self

from github.CheckRun import CheckRun
from github.GithubApp import GithubApp
from github.Issue import Issue
from github.IssueComment import IssueComment

from emp_gitops.core.config import Config
from emp_gitops.forge.base import Check
from emp_gitops.forge.github.client import GitHub
from emp_gitops.forge.github.effects import once
from emp_gitops.forge.github.labels import Labels
from emp_gitops.forge.github.numbers import number_of
from emp_gitops.forge.github.roles import login_of

_MAY_COMMENT = "Pull requests: write"
_MAY_CHECK = "Checks: write"
_Output = dict[str, str | list[dict[str, str | int]]]


class GitHubDiscussion:
    """A Discussion. Only what our own identity wrote is found again."""

    def __init__(self, client: GitHub) -> None:
        self._client = client

    @classmethod
    def of(cls, config: Config, *, say: Callable[[str], None]) -> Self:
        """Raises ForgeError without credentials. `say` is told what is waited for."""
        return cls(GitHub.of(config, say=say))

    def put_comment(self, application: str, marker: str, body: str) -> None:
        found = self._found(application, marker)
        if found is None:
            self._create_comment(application, marker, body)
        elif found.body != body:
            with self._client.asking(f"edit the comment on #{number_of(application)}", needs=_MAY_COMMENT):
                found.edit(body)

    def comment(self, application: str, marker: str, body: str) -> None:
        if self._found(application, marker) is None:
            self._create_comment(application, marker, body)

    def find_comment(self, application: str, marker: str) -> str | None:
        found = self._found(application, marker)
        return found.body if found else None

    def set_labels(self, application: str, *, prefix: str, labels: Sequence[str]) -> None:
        Labels(self._client, needs=_MAY_COMMENT).put(number_of(application), prefix=prefix, labels=labels)

    def put_check(self, check: Check) -> None:
        found = self._check(check)
        output: _Output = {"title": check.title, "summary": check.summary}
        if found is None:
            once(lambda: self._create_check(check, output), lambda: self._check(check))
            return
        with self._client.asking(f"report on commit {check.head[:12]}", needs=_MAY_CHECK):
            found.edit(status="completed", conclusion=check.conclusion, output=output)

    def _issue(self, application: str) -> Issue:
        return self._client.repository.get_issue(number_of(application))

    def _found(self, application: str, marker: str) -> IssueComment | None:
        """Our newest comment with the marker on a line of its own, so that quoting one makes none."""
        own = self._client.login.lower()
        with self._client.asking(f"read the comments on #{number_of(application)}"):
            comments = [
                comment for comment in self._issue(application).get_comments()
                if (login_of(comment.user) or "").lower() == own and marker in (comment.body or "").splitlines()
            ]
        return comments[-1] if comments else None

    def _create_comment(self, application: str, marker: str, body: str) -> None:
        def create() -> IssueComment:
            with self._client.asking(f"comment on #{number_of(application)}", needs=_MAY_COMMENT):
                return self._issue(application).create_comment(body)

        once(create, lambda: self._found(application, marker))

    def _create_check(self, check: Check, output: _Output) -> CheckRun:
        with self._client.asking(f"report on commit {check.head[:12]}", needs=_MAY_CHECK):
            return self._client.repository.create_check_run(
                check.name, check.head, external_id=_external_id(check), status="completed",
                conclusion=check.conclusion, output=output,
            )

    def _check(self, check: Check) -> CheckRun | None:
        """The check that we made before: a job of a workflow is a check too, and may bear the same name, as may another
        App's check, which is not ours to edit.
        """
        with self._client.asking(f"read the checks of commit {check.head[:12]}", needs=_MAY_CHECK):
            runs = self._client.repository.get_commit(check.head).get_check_runs(check_name=check.name)
            return next((run for run in runs if run.external_id == _external_id(check) and self._is_ours(run)), None)

    def _is_ours(self, run: CheckRun) -> bool:
        """Only Apps make checks, also for a workflow's token; GitHub need not say which App it was."""
        app: GithubApp | None = run.app
        return app is None or f"{app.slug}[bot]".lower() == self._client.login.lower()


def _external_id(check: Check) -> str:
    return f"emp-gitops:{check.name}"
