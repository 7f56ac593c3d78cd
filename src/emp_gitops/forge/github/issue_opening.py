"""Opening an issue on GitHub, once, with what it allows of labels and assignees."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from github.GithubException import GithubException

from emp_gitops.errors import ForgeError
from emp_gitops.forge.github.client import GitHub
from emp_gitops.forge.github.effects import once
from emp_gitops.forge.github.issue_list import find_new
from emp_gitops.forge.github.issue_writing import MAY_WRITE, text_of
from emp_gitops.forge.github.labels import Labels
from emp_gitops.forge.github.threads import Text, Thread
from emp_gitops.forge.issue_text import LABEL, title_of
from emp_gitops.forge.issues import Issue, OpenIssue

_LONGEST_TITLE = 256
_MOST_ASSIGNEES = 10
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\[bot\])?")
_INVALID = 422


class Opening:
    """Opens issues. Who may be assigned is asked once for each. Raises ForgeError."""

    def __init__(self, client: GitHub, labels: Labels) -> None:
        self._client = client
        self._labels = labels
        self._may_be_assigned: dict[str, bool] = {}

    def open(self, deed: OpenIssue) -> tuple[Issue, Thread]:
        labels = [*dict.fromkeys((LABEL, *deed.labels))]
        text = text_of(deed.body, deed.key, deed.records)
        title = title_of(deed.title, longest=_LONGEST_TITLE) or deed.key
        self._labels.make(labels)

        def create(assignees: Sequence[str]) -> Issue:
            return once(
                lambda: self._create(deed.key, title, text, labels, assignees),
                lambda: find_new(self._client, deed.key),
            )

        assignees = self._assignable(deed.assignees)
        try:
            issue = create(assignees)
        except ForgeError as error:
            if not (assignees and isinstance(error.__cause__, GithubException) and error.__cause__.status == _INVALID):
                raise
            issue = create(())  # better by nobody than no issue
        thread = Thread(number=int(issue.id[1:]), labels=labels, texts=[Text(id="", body=text, is_pure=True)])
        return issue, thread

    def _create(self, key: str, title: str, text: str, labels: list[str], assignees: Sequence[str]) -> Issue:
        with self._client.asking(f"open an issue for {key!r}", needs=MAY_WRITE):
            made = self._client.repository.create_issue(title, text, labels=labels, assignees=[*assignees])
            return Issue(id=f"#{made.number}", key=key, is_open=True, url=made.html_url)

    def _assignable(self, logins: Iterable[str]) -> list[str]:
        """Without teams, and without those whom GitHub does not let be assigned."""
        found = [login for login in dict.fromkeys(logins) if _LOGIN.fullmatch(login) and self._may(login)]
        return found[:_MOST_ASSIGNEES]

    def _may(self, login: str) -> bool:
        if login not in self._may_be_assigned:
            with self._client.asking(f"find out whether {login} can be assigned"):
                self._may_be_assigned[login] = self._client.repository.has_in_assignees(login)
        return self._may_be_assigned[login]
