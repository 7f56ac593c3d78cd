"""What each deed makes of the files of issues, as values: nothing is written here."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

from emp_gitops.errors import ForgeError
from emp_gitops.forge.issues import Amend, Close, Comment, Deed, OpenIssue, Relabel, Reopen
from emp_gitops.forge.plain.issue_file import (
    Section,
    amended,
    content_of,
    labels_of,
    new_comment,
    new_file,
    sections_of,
    with_comment,
    with_field,
    with_labels,
    with_section,
)
from emp_gitops.forge.plain.issue_shelf import Shelf, Stored


@dataclass(slots=True)
class Desk:
    """The issues that deeds are about, by key, as they become one deed after the other; `at` is the moment of it.

    `before` is how they were, and `done` counts what was done to them.
    """

    shelf: Shelf
    at: datetime
    before: dict[str, Stored]
    known: dict[str, Stored]
    done: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, shelf: Shelf, deeds: Sequence[Deed], *, at: datetime) -> Desk:
        before = {each.key: each for each in shelf.of(dict.fromkeys(deed.key for deed in deeds))}
        return cls(shelf, at, before, dict(before))

    def do(self, deed: Deed) -> None:
        """Raises ForgeError for a deed on an issue that is not there."""
        if isinstance(deed, OpenIssue):
            self._open(deed)
            return
        issue = self.known.get(deed.key)
        if issue is None:
            raise ForgeError(f"there is no issue {deed.key!r}", hint="run again, which opens it")
        if isinstance(deed, Comment):
            self._comment(issue, deed.body, deed.records)
        elif isinstance(deed, Amend):
            self._amend(issue, deed)
        elif isinstance(deed, Relabel):
            self._relabel(issue, deed)
        elif issue.is_open is isinstance(deed, Close):
            self._turn(issue, deed)

    @property
    def changed(self) -> dict[str, str]:
        """The texts of files that are to be written, by path."""
        return {
            each.path: each.text for key, each in self.known.items()
            if each.text is not None and (key not in self.before or self.before[key].text != each.text)
        }

    @property
    def message(self) -> str:
        """For the commit of what was done."""
        told = ", ".join(f"{number} {what}" for what, number in self.done.items())
        return "\n".join([f"Issues: {told}", "", *sorted(self.changed), ""])

    def _open(self, deed: OpenIssue) -> None:
        if deed.key in self.known:
            return
        path = self.shelf.free_path(deed.key)
        text = new_file(
            title=deed.title, body=deed.body, labels=deed.labels, assignees=deed.assignees, records=deed.records
        )
        self._put(Stored(key=deed.key, path=path, text=text, sections=sections_of(text)), "opened")

    def _comment(self, issue: Stored, body: str, records: Iterable[str]) -> Stored:
        """Add a comment, unless one says the same already: an earlier try may have added it."""
        content = "\n\n".join(content_of(body, records))
        if not content or any(section.id and section.content == content for section in issue.sections.values()):
            return issue
        text = _text_of(issue)
        section = new_comment(self._new_id(issue, text, content), body, records, on=self.at.date())
        return self._put(_with(issue, with_comment(text, section), section), "commented on")

    def _amend(self, issue: Stored, deed: Amend) -> None:
        if issue.text is None or not issue.still_reads(deed.entry):
            self._comment(issue, deed.body, deed.records)
            return
        section = amended(issue.sections[deed.entry], deed.body, deed.records)
        if section != issue.sections[deed.entry]:
            self._put(_with(issue, with_section(issue.text, section), section), "amended")

    def _relabel(self, issue: Stored, deed: Relabel) -> None:
        if issue.text is None:
            return
        present, prefix = labels_of(issue.text), deed.prefix.lower()
        kept = [label for label in present if not label.lower().startswith(prefix) or label in deed.labels]
        labels = [*kept, *(label for label in deed.labels if label not in kept)]
        if labels != present:
            self._put(replace(issue, text=with_labels(issue.text, labels)), "relabelled")

    def _turn(self, issue: Stored, deed: Close | Reopen) -> None:
        issue = self._comment(issue, deed.body, deed.records)
        state, done = ("closed", "closed") if isinstance(deed, Close) else ("open", "reopened")
        self._put(replace(issue, text=with_field(_text_of(issue), "state", state)), done)

    def _put(self, issue: Stored, what: str) -> Stored:
        self.known[issue.key] = issue
        self.done[what] += 1
        return issue

    def _new_id(self, issue: Stored, text: str, content: str) -> str:
        """One that stands nowhere in the file yet."""
        facts = f"{issue.path}\n{self.at.isoformat()}\n{content}"
        ids = (hashlib.sha256(f"{number}\n{facts}".encode()).hexdigest()[:12] for number in count())
        return next(id_ for id_ in ids if id_ not in text and id_ not in issue.sections)


def _with(issue: Stored, text: str, section: Section) -> Stored:
    return replace(issue, text=text, sections={**issue.sections, section.id: section})


def _text_of(issue: Stored) -> str:
    """Its file; one that somebody deleted is restored of what the tool itself wrote, and closed as they left it."""
    if issue.text is not None:
        return issue.text
    description, *comments = issue.sections.values()
    text = with_field(f"{description.text}\n", "state", "closed")
    for section in comments:
        text = with_comment(text, section)
    return text
