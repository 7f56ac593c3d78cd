"""Speaking on pull requests: comments that are found again, labels and checks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Self
from urllib.parse import quote

from github.CheckRun import CheckRun
from github.GithubApp import GithubApp
from github.GithubException import GithubException
from github.Issue import Issue
from github.IssueComment import IssueComment
from github.Label import Label

from emp_gitops.core.config import Config
from emp_gitops.forge.base import Check
from emp_gitops.forge.github.client import GitHub
from emp_gitops.forge.github.effects import once
from emp_gitops.forge.github.numbers import number_of
from emp_gitops.forge.github.roles import login_of

_MAY_COMMENT = "Pull requests: write"
_MAY_CHECK = "Checks: write"
_Output = dict[str, str | list[dict[str, str | int]]]
_GONE = 404
_GREY = "ededed"  # what GitHub itself gives to a label without a colour


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
        issue, number = self._issue(application), number_of(application)
        with self._client.asking(f"label #{number}", needs=_MAY_COMMENT):
            present = [label.name for label in issue.get_labels()]
            wanted = {label.lower() for label in labels}
            for name in present:
                if name.lower().startswith(prefix.lower()) and name.lower() not in wanted:
                    self._remove_label(issue, name)
            had = {name.lower() for name in present}
            missing = [label for label in labels if label.lower() not in had]
        if missing:
            self._make_labels(missing)
            with self._client.asking(f"label #{number}", needs=_MAY_COMMENT):
                # PyGithub would send a bare list, which GitHub takes but no longer describes.
                self._client.api.requester.requestJsonAndCheck("POST", f"{issue.url}/labels", input={"labels": missing})

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

    def _remove_label(self, issue: Issue, name: str) -> None:
        # People make labels, and PyGithub would send the slashes of `kind: /../../git/refs/heads/main` as a path.
        try:
            self._client.api.requester.requestJsonAndCheck("DELETE", f"{issue.url}/labels/{quote(name, safe='')}")
        except GithubException as error:
            if error.status != _GONE:  # somebody was faster
                raise

    def _make_labels(self, names: Sequence[str]) -> None:
        """Make those that the repository has not got."""
        known = self._known_labels()
        for name in names:
            if name.lower() not in known:
                once(partial(self._make_label, name), partial(self._label, name))

    def _make_label(self, name: str) -> Label:
        with self._client.asking(f"make the label {name!r}", needs=_MAY_COMMENT):
            return self._client.repository.create_label(name, _GREY)

    def _label(self, name: str) -> Label | None:
        return self._known_labels().get(name.lower())

    def _known_labels(self) -> dict[str, Label]:
        with self._client.asking("read the labels"):
            return {label.name.lower(): label for label in self._client.repository.get_labels()}

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
