"""Whether a step of main is the merge of its base and the approved commit, account by account and nothing besides."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from emp_gitops.core.coverage import FileChange, Key, key_of
from emp_gitops.repository import Repository


@dataclass(slots=True)
class _Moved:
    """What one side makes of a key's files, wherever they stand: a file that moves to another folder is no change."""

    gone: Counter[str] = field(default_factory=Counter)
    came: Counter[str] = field(default_factory=Counter)
    paths: set[str] = field(default_factory=set)

    @property
    def content(self) -> tuple[Counter[str], Counter[str]]:
        return self.gone - self.came, self.came - self.gone

    @property
    def is_edit(self) -> bool:
        """Whether one file at one path became another."""
        return len(self.paths) == self.gone.total() == self.came.total() == 1


_SAME: tuple[Counter[str], Counter[str]] = (Counter(), Counter())


def merge_trouble(repository: Repository, base: str, head: str, last: str) -> str | None:
    """Why the step from `base` to `last` (full ids) is not just the merge of the approved commit `head`, on account and
    policy files, in words that end a sentence; None where it is.

    It must be what git computes. Besides, git follows renames, and could carry an edit of one file over to a similar
    one that took its place: each account, by its id, must come out of the merge as what one of the two sides made of
    it, or as both edits of one file.
    """
    common = repository.merge_base(base, head)
    merged = repository.merge(base, head) if common else None
    if common is None or merged is None or merged.tree is None:
        return f"merging the approved commit {head[:12]} conflicts with main, and nobody approved how that ended"
    if repository.changes_between(merged.tree, last):
        return f"it is not just the merge of the approved commit {head[:12]}: something was added or left out"
    asked, on_main, result = (_by_key(repository.changes_between(common, end)) for end in (head, base, last))
    for key in sorted(asked.keys() | on_main.keys() | result.keys()):
        if trouble := _trouble(key, asked, on_main, result):
            return trouble
    return None


def _trouble(
    key: Key, asked: Mapping[Key, _Moved], on_main: Mapping[Key, _Moved], result: Mapping[Key, _Moved]
) -> str | None:
    sides = [side.get(key, _Moved()) for side in (asked, on_main, result)]
    theirs, ours, made = (side.content for side in sides)
    if ours == _SAME:
        expected = theirs
    elif theirs in (_SAME, ours):
        expected = ours
    else:  # both sides changed it: git merged the lines of one file, if it was one file
        if all(side.is_edit for side in sides) and len({path for side in sides for path in side.paths}) == 1:
            return None
        return f"{key.name} was moved or replaced while main changed it: merge main into the branch first"
    if made == expected:
        return None
    if theirs == _SAME:
        return f"merging it changed {key.name}, which the application does not touch"
    return f"merging it made something else of {key.name} than what was approved"


def _by_key(changes: Iterable[FileChange]) -> dict[Key, _Moved]:
    found: defaultdict[Key, _Moved] = defaultdict(_Moved)
    for change in changes:
        if key := key_of(change):
            moved = found[key]
            moved.paths.add(change.path)
            moved.gone.update([change.before] if change.before else [])
            moved.came.update([change.after] if change.after else [])
    return dict(found)
