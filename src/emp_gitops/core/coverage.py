"""Which accounts and policy files hold approved content, after any sequence of approved and other steps.

What counts is content, not commits: a direct push and its revert leave nothing to refuse, and an application that
builds on content nobody approved does not make that content approved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from emp_gitops.core.tree import (
    ACCOUNT_SUFFIX,
    ACCOUNTS_FOLDER,
    CONFIG_FILE,
    FORGE_FOLDER,
    MAIL_TEMPLATES_FOLDER,
    SCHEMAS_FOLDER,
    SIGNERS_FILE,
    account_id,
    account_id_trouble,
)


class Key(NamedTuple):
    """What is approved as one: an account by its id, wherever its file stands, or a policy file by its path."""

    what: Literal["account", "policy"]
    name: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """One path's mode and blob id before and after, as one text each; None where there is no file."""

    path: str
    before: str | None
    after: str | None


_MISTAKABLE_SUFFIXES = (ACCOUNT_SUFFIX, ".yml", ".json")
_HIDING = ("120000", "160000")


def key_of(change: FileChange) -> Key | None:
    """What a changed path belongs to; None where its content decides nothing.

    A file that could be mistaken for an account's belongs to that account, which is refused for it. What stops every
    run counts as policy: a name that gives no account id, a file in the place of the folder of accounts, and a link or
    submodule in it, which may hide any number of accounts.
    """
    path = change.path
    if path.startswith(f"{ACCOUNTS_FOLDER}/") and path.lower().endswith(_MISTAKABLE_SUFFIXES):
        id_ = account_id(path)
        return Key("policy", path) if account_id_trouble(id_) else Key("account", id_)
    if path.startswith(f"{ACCOUNTS_FOLDER}/"):
        hides = any(entry and entry.startswith(_HIDING) for entry in (change.before, change.after))
        return Key("policy", path) if hides else None
    top = path.partition("/")[0]
    if top == ACCOUNTS_FOLDER:
        return Key("policy", path)
    is_policy = path in (CONFIG_FILE, SIGNERS_FILE) or top in (SCHEMAS_FOLDER, FORGE_FOLDER)
    is_policy = is_policy or f"{path}/".startswith(f"{MAIL_TEMPLATES_FOLDER}/")  # what customers are told
    return Key("policy", path) if is_policy else None


@dataclass(slots=True)
class _Content:
    """One key's files by path, where some step changed them: as approved last, and as they are now."""

    approved: dict[str, str | None] = field(default_factory=dict)
    now: dict[str, str | None] = field(default_factory=dict)
    spoiled_by: str | None = None

    @property
    def is_covered(self) -> bool:
        return _entries(self.approved) == _entries(self.now)


class Coverage:
    """Takes in steps in their order, beginning where every content is approved."""

    def __init__(self) -> None:
        self._contents: dict[Key, _Content] = {}
        self._uncovered: set[Key] = set()  # asked after every step of a long walk

    def add(self, changes: Iterable[FileChange], *, trouble: str | None) -> None:
        """One step: what it changed, and why it is not approved, or None for an approved one."""
        by_key: dict[Key, list[FileChange]] = {}
        for change in changes:
            if key := key_of(change):
                by_key.setdefault(key, []).append(change)
        for key, its_changes in by_key.items():
            content = self._contents.setdefault(key, _Content())
            self._take_in(content, its_changes, trouble)
            (self._uncovered.discard if content.is_covered else self._uncovered.add)(key)

    @property
    def is_whole(self) -> bool:
        """Whether every content is approved."""
        return not self._uncovered

    def uncovered(self) -> Mapping[Key, str]:
        """Each key whose content nobody approved, with the trouble of the step that brought that content first."""
        return {
            key: self._contents[key].spoiled_by or "its content was never approved"
            for key in sorted(self._uncovered)
        }

    def approved_policy(self) -> Mapping[str, str | None]:
        """The policy files that changed at all, by path, as approved last."""
        return {
            path: entry
            for key, content in self._contents.items()
            if key.what == "policy"
            for path, entry in content.approved.items()
        }

    def _take_in(self, content: _Content, changes: list[FileChange], trouble: str | None) -> None:
        for change in changes:
            if change.path not in content.now:  # no step touched it before, so it is as it was approved
                content.now[change.path] = content.approved[change.path] = change.before
        was_covered = content.is_covered
        content.now |= {change.path: change.after for change in changes}
        if trouble is None and was_covered:
            content.approved = dict(content.now)
        elif was_covered and not content.is_covered:
            content.spoiled_by = trouble


def _entries(files: Mapping[str, str | None]) -> list[str]:
    return sorted(entry for entry in files.values() if entry)
