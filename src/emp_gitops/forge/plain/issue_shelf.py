"""The issues that one commit of the branch holds, and what of each the tool itself wrote."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count, islice

from emp_gitops.forge.issues import Entry, Issue
from emp_gitops.forge.plain.issue_file import Section, is_open, sections_of
from emp_gitops.forge.plain.issue_paths import key_of, path_of
from emp_gitops.repository import SideBranch, Version

_AT_ONCE = 1_000
"""Files whose text is kept in memory together."""

_FEW = 200
"""Folders that git is told by name; with more it lists everything at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An issue. `text` is its file as it is now, None where somebody deleted it; `sections` are what the tool itself
    wrote, by their ids, whatever became of them since.
    """

    key: str
    path: str
    text: str | None
    sections: Mapping[str, Section]

    @property
    def is_open(self) -> bool:
        return self.text is not None and is_open(self.text)

    @property
    def issue(self) -> Issue:
        return Issue(id=self.path, key=self.key, is_open=self.is_open)

    @property
    def entries(self) -> tuple[Entry, ...]:
        found = (Entry(id=section.id, records=section.records) for section in self.sections.values())
        return tuple(entry for entry in found if entry.records)

    def still_reads(self, id_: str) -> bool:
        """Whether a comment is in the file as the tool wrote it."""
        return bool(id_ and self.text and sections_of(self.text).get(id_) == self.sections.get(id_, ""))


class Shelf:
    """Raises ForgeError and RepositoryError, as `SideBranch` does. A branch without a commit has no issues."""

    def __init__(self, branch: SideBranch, tip: str | None) -> None:
        self._branch = branch
        self._tip = tip
        self._files: dict[str, str] = {}
        self._touched = branch.history.touched_by_others(tip) if tip else frozenset()

    def all(self) -> Iterator[Stored]:
        """In the order of their paths."""
        self._list()
        known = (key_of(path) for path in sorted({*self._files, *self._touched}))
        return self._stored(dict.fromkeys(key for key, _ in filter(None, known)))

    def of(self, keys: Collection[str]) -> Iterator[Stored]:
        """Those of the keys that have an issue. Of several files of one key, which others can make, the first counts
        that the tool made.
        """
        folders = {path_of(key).rpartition("/")[0] for key in keys}
        if len(folders) > _FEW or "" in folders:
            self._list()
        elif folders:
            self._list(*(f"{folder}/" for folder in sorted(folders)))
        return self._stored(keys)

    def free_path(self, key: str) -> str:
        """Where to put a new issue of a key that was looked for: a file that there never was."""
        return path_of(key, len([*self._candidates(key)]) + 1)

    def _list(self, *limits: str) -> None:
        if self._tip:
            self._files |= self._branch.files(self._tip, *limits)

    def _stored(self, keys: Collection[str]) -> Iterator[Stored]:
        candidates = {key: [*self._candidates(key)] for key in keys}
        written = self._written({path for paths in candidates.values() for path in paths} & self._touched)
        chosen = (
            (key, next((path for path in paths if path not in self._touched or path in written), None))
            for key, paths in candidates.items()
        )
        found = ((key, path) for key, path in chosen if path)
        while some := [*islice(found, _AT_ONCE)]:
            texts = self._texts(self._files.get(path) for _, path in some)
            for key, path in some:
                text = texts.get(self._files.get(path, ""))
                yield Stored(key=key, path=path, text=text, sections=written.get(path) or sections_of(text or ""))

    def _candidates(self, key: str) -> Iterator[str]:
        for number in count(1):
            path = path_of(key, number)
            if path not in self._files and path not in self._touched:
                return
            yield path

    def _written(self, paths: Collection[str]) -> dict[str, dict[str, Section]]:
        """What the tool itself wrote, of those files that it made."""
        if not self._tip or not paths:
            return {}
        versions = self._branch.history.versions(self._tip, paths)
        texts = self._texts(blob for version in versions if version.is_own for blob in (version.before, version.after))
        found: dict[str, dict[str, Section]] = {}
        for version in versions:
            if version.is_own and version.after:
                _replay(found, version, texts.get(version.before or "", ""), texts[version.after])
        return found

    def _texts(self, blobs: Iterable[str | None]) -> dict[str, str]:
        contents = self._branch.contents(blob for blob in blobs if blob)
        return {blob: content.decode("utf-8", "surrogateescape") for blob, content in contents.items()}


def _replay(found: dict[str, dict[str, Section]], version: Version, before: str, after: str) -> None:
    """Add what a commit of the tool wrote: the description when it made the file, and the comments that it changed."""
    old, new = sections_of(before), sections_of(after)
    if version.path not in found and version.before is None:
        found[version.path] = new
    elif version.path in found:
        found[version.path] |= {id_: section for id_, section in new.items() if id_ and old.get(id_) != section}
