"""What lies between two commits, on the files that applications may be about: accounts and policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from emp_gitops.core.coverage import FileChange, Key, key_of
from emp_gitops.core.tree import (
    ACCOUNTS_FOLDER,
    CONFIG_FILE,
    FORGE_FOLDER,
    MAIL_TEMPLATES_FOLDER,
    SCHEMAS_FOLDER,
    SIGNERS_FILE,
)
from emp_gitops.repository.process import Git

_OWN = (ACCOUNTS_FOLDER, SCHEMAS_FOLDER, CONFIG_FILE, SIGNERS_FILE, MAIL_TEMPLATES_FOLDER)
_MISSING_MODE = "000000"
_RAW = (
    "-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv",
    "--ignore-submodules=none",  # or `.gitmodules` could hide one in the place of an account
)


class Differences:
    """Asks one repository; paths in the answers are relative to its root, but those of `.github` to git's top level."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._prefix = git.place.prefix
        up = "../" * self._prefix.count("/")
        self._limits = ("--", *_OWN, f"{up}{FORGE_FOLDER}")

    def between(self, before: str, after: str) -> tuple[FileChange, ...]:
        """From one commit or tree to another, by path."""
        output = self._git.run("diff-tree", *_RAW, before, after, *self._limits)
        return tuple(self._changes(output.split(b"\0")[:-1]))

    def steps(self, parents: Mapping[str, str]) -> dict[str, tuple[FileChange, ...]]:
        """From each commit's parent to the commit; those without a change are left out."""
        if not parents:
            return {}
        given = "".join(f"{commit} {parent}\n" for commit, parent in parents.items()).encode("ascii")
        output = self._git.run("diff-tree", "--stdin", "-m", *_RAW, *self._limits, given=given)
        found: dict[str, list[bytes]] = {}
        records: list[bytes] = []
        for record in output.split(b"\0")[:-1]:
            if (name := record.rstrip(b"\n").decode("utf-8", "replace")) in parents and not _is_path(records):
                records = found[name] = []
            else:
                records.append(record)
        return {commit: tuple(self._changes(records)) for commit, records in found.items() if records}

    def _changes(self, records: Sequence[bytes]) -> Iterator[FileChange]:
        for facts, raw in zip(records[0::2], records[1::2], strict=True):
            path = raw.decode("utf-8", "surrogateescape")
            old_mode, new_mode, old_blob, new_blob, _ = facts.decode("ascii").removeprefix(":").split(" ")
            yield FileChange(self._named(path), _entry(old_mode, old_blob), _entry(new_mode, new_blob))

    def _named(self, path: str) -> str:
        """The path from the root. No two files may come to the same: only our own folders lose the prefix."""
        inner = path.removeprefix(self._prefix)
        return inner if any(f"{inner}/".startswith(f"{own}/") for own in _OWN) else path


def keys_changed(changes: Iterable[FileChange]) -> list[Key]:
    """The accounts and policy files whose content differs, sorted; moving an account's file is no change."""
    before: defaultdict[Key, list[str]] = defaultdict(list)
    after: defaultdict[Key, list[str]] = defaultdict(list)
    for change in changes:
        if key := key_of(change):
            before[key] += [change.before] if change.before else []
            after[key] += [change.after] if change.after else []
    return sorted(key for key in before.keys() | after.keys() if sorted(before[key]) != sorted(after[key]))


def _is_path(records: list[bytes]) -> bool:
    """Whether the next record is the path that belongs to the last one."""
    return len(records) % 2 == 1


def _entry(mode: str, blob: str) -> str | None:
    return None if mode == _MISSING_MODE else f"{mode} {blob}"
