"""The issues that the tool keeps on GitHub, found by a hidden marker, with hidden records.

Only texts of our own identity count, and of those only what nobody else edited. Each deed is one request, two for
closing and reopening; what is there already is not written again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Self

from emp_gitops.core.config import Config
from emp_gitops.errors import ForgeError
from emp_gitops.forge.github.client import GitHub
from emp_gitops.forge.github.issue_list import newest_number, read_issues, read_newer
from emp_gitops.forge.github.issue_opening import Opening
from emp_gitops.forge.github.issue_writing import MAY_WRITE, Writing
from emp_gitops.forge.github.labels import Labels
from emp_gitops.forge.github.numbers import number_of
from emp_gitops.forge.github.threads import Thread, read_threads
from emp_gitops.forge.issue_text import keys_in, records_in
from emp_gitops.forge.issues import Amend, Close, Comment, Deed, Entry, Issue, OpenIssue, Relabel


class GitHubIssues:
    """An IssueTracker. The issues are listed once, or again by `issues`, and `find` goes on from the newest that was
    seen; what is in them is read each time.
    """

    def __init__(self, client: GitHub) -> None:
        self._client = client
        self._listed: dict[str, Issue] | None = None
        self._newest = 0
        self._labels = Labels(client, needs=MAY_WRITE)
        self._opening = Opening(client, self._labels)

    @classmethod
    def of(cls, config: Config, *, say: Callable[[str], None]) -> Self:
        """Raises ForgeError without credentials. `say` is told what is waited for."""
        return cls(GitHub.of(config, say=say))

    def issues(self) -> Mapping[str, Issue]:
        self._list()
        return dict(self._known)

    def find(self, keys: Collection[str]) -> Mapping[str, Issue]:
        known = self._known
        if not known.keys() >= set(keys):
            found, self._newest = read_newer(self._client, self._newest)
            known |= {key: issue for key, issue in found.items() if key not in known}
        return {key: known[key] for key in keys if key in known}

    def entries(self, keys: Collection[str]) -> Mapping[str, Sequence[Entry]]:
        issues = {key: issue for key in keys if (issue := self._known.get(key))}
        threads = self._threads(issues.values())
        return {key: _entries(threads[issue.id], key) for key, issue in issues.items()}

    def do(self, deeds: Sequence[Deed]) -> Mapping[str, Issue]:
        keys = dict.fromkeys(deed.key for deed in deeds if not isinstance(deed, OpenIssue))
        threads = self._threads(issue for key in keys if (issue := self._known.get(key)))
        for deed in deeds:
            if isinstance(deed, OpenIssue):
                if deed.key not in self._known:
                    issue, thread = self._opening.open(deed)
                    self._known[deed.key], threads[issue.id] = issue, thread
            elif deed.key in self._known:
                self._do(deed, threads[self._known[deed.key].id])
            else:
                raise ForgeError(
                    f"there is no issue {deed.key!r}", where=self._client.where, hint="run again, which opens it"
                )
        return {deed.key: self._known[deed.key] for deed in deeds}

    def heartbeat(self) -> None:
        """GitHub itself knows when the workflow ran."""

    @property
    def _known(self) -> dict[str, Issue]:
        return self._list() if self._listed is None else self._listed

    def _list(self) -> dict[str, Issue]:
        self._newest = newest_number(self._client)  # first: what is opened while the list is read is newer
        self._listed = read_issues(self._client)
        return self._listed

    def _threads(self, issues: Iterable[Issue]) -> dict[str, Thread]:
        """By the ids of the issues. Raises ForgeError where one of them is gone."""
        numbers = {issue.id: number_of(issue.id) for issue in issues}
        threads = read_threads(self._client, numbers.values())
        for id_, number in numbers.items():
            if number not in threads:
                self._listed = None
                raise ForgeError(
                    f"issue {id_} was deleted, or moved to another repository", where=self._client.where,
                    hint="run again, which opens another",
                )
        return {id_: threads[number] for id_, number in numbers.items()}

    def _do(self, deed: Deed, thread: Thread) -> None:
        writing = Writing(self._client, deed.key, thread)
        if isinstance(deed, Comment):
            writing.comment(deed.body, deed.records)
        elif isinstance(deed, Amend):
            writing.amend(deed.entry, deed.body, deed.records)
        elif isinstance(deed, Relabel):
            self._labels.put(thread.number, prefix=deed.prefix, labels=deed.labels, present=thread.labels)
            thread.labels = [
                *(label for label in thread.labels if not label.lower().startswith(deed.prefix.lower())), *deed.labels,
            ]
        elif thread.is_open is isinstance(deed, Close):
            writing.turn(deed.body, deed.records, is_open=not thread.is_open)
            self._known[deed.key] = replace(self._known[deed.key], is_open=thread.is_open)


def _entries(thread: Thread, key: str) -> tuple[Entry, ...]:
    """The records of the texts that name the key themselves: people can put another one into the description."""
    ours = (text for text in thread.pure_texts if keys_in(text.body) == (key,))
    found = (Entry(id=text.id, records=records_in(text.body)) for text in ours)
    return tuple(entry for entry in found if entry.records)
