"""Issues as the tool keeps them: found by a hidden marker, with hidden records that only its own identity can write.

An issue is the ledger of what was done for one thing, such as the reminders of one account's term. What people write in
it is theirs and stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """`id` is what people call it (`#12`, or the path of its file in plain git), `key` what its marker says."""

    id: str
    key: str
    is_open: bool
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A text of an issue that holds records: its description (`id` is "") or one of its comments."""

    id: str
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIssue:
    """Open an issue, unless there is one of the key, open or closed.

    The key is words of small letters, digits and dashes; `body` is Markdown; `records` are lines of printable ASCII
    without `--`, kept hidden below it. Assignees that the forge does not allow are left out.
    """

    key: str
    title: str
    body: str
    labels: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """Add a comment to the issue of a key, unless one of ours with this body and these records is there already."""

    key: str
    body: str
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Amend:
    """Put another text and other records into a comment of ours. Where somebody else edited or deleted it meanwhile, it
    is left alone and a new comment is added.
    """

    key: str
    entry: str
    body: str
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Relabel:
    """Make `labels` the only ones that begin with `prefix`; others are people's."""

    key: str
    prefix: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """Close the issue with a last comment; nothing happens to one that is closed."""

    key: str
    body: str
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen:
    """Open the issue again, with a comment that says why; nothing happens to one that is open."""

    key: str
    body: str
    records: tuple[str, ...] = ()


Deed = OpenIssue | Comment | Amend | Relabel | Close | Reopen


class IssueTracker(Protocol):
    """Raises ForgeError from every method where the forge cannot be asked or does not answer in full."""

    def issues(self) -> Mapping[str, Issue]:
        """Every issue of our own identity, open and closed, by key; the oldest of several of one key."""
        ...

    def find(self, keys: Collection[str]) -> Mapping[str, Issue]:
        """The issues of these keys alone, also where somebody opened them since all were listed. Much cheaper than
        that; keys without an issue are left out.
        """
        ...

    def entries(self, keys: Collection[str]) -> Mapping[str, Sequence[Entry]]:
        """The texts with records of these issues, oldest first. Only what our own identity wrote, and nobody else
        edited since, counts. Keys without an issue are left out.
        """
        ...

    def do(self, deeds: Sequence[Deed]) -> Mapping[str, Issue]:
        """Carry the deeds out in their order, and say which issues they were about, by key.

        A forge that can does them all or none in one write; elsewhere each is one write, and a failure leaves those
        before it done. Doing again what was done, after a lost answer, makes no second issue or comment. Also raises
        ForgeError for a deed on an issue that is not there.
        """
        ...

    def heartbeat(self) -> None:
        """Note that the job ran to its end, once a day, where the forge does not know that by itself."""
        ...
