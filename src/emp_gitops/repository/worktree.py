"""The files as they are on disk now, read without git."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from emp_gitops.core.findings import Finding
from emp_gitops.core.tree import ACCOUNTS_FOLDER, CONFIG_FILE, MAX_FILE_BYTES, SCHEMAS_FOLDER, Tree
from emp_gitops.errors import RepositoryError
from emp_gitops.repository.entries import Kind, assembled, judge, refused, too_large, unreadable

# Never follow a link, and never wait for the other end of a named pipe.
_OPEN_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def find_root(start: Path) -> Path:
    """The folder of the configuration: `start` or a parent, never above the top level of the git repository around it.

    The answer is a real path, without symbolic links. Raises RepositoryError where there is none.
    """
    folder = Path(os.path.realpath(start))
    if not folder.is_dir():
        raise RepositoryError("there is no such folder", where=str(start))
    for candidate in (folder, *folder.parents):
        if os.path.lexists(candidate / CONFIG_FILE):
            return candidate
        if os.path.lexists(candidate / ".git"):
            break
    raise RepositoryError(
        f"there is no {CONFIG_FILE} here or in a folder above", where=str(folder),
        hint="`emp-gitops init` makes a new configuration repository",
    )


def worktree(root: Path) -> Tree:
    """The account and policy files under `root`, from the disk. Raises RepositoryError where `root` cannot be read."""
    contents: dict[str, bytes] = {}
    findings: list[Finding] = []
    for found in _entries(os.fsencode(root)):
        if isinstance(found, Finding):
            findings.append(found)
            continue
        path, kind, location = found
        verdict = judge(path, kind)
        if verdict == "read":
            content = _read(path, location)
            if isinstance(content, bytes):
                contents[path] = content
            else:
                findings.append(content)
        elif isinstance(verdict, Finding):
            findings.append(verdict)
    return assembled(None, contents, findings)


_Found = tuple[str, Kind, bytes] | Finding
"""An entry that is no folder: path from the root, kind, place on disk. Or why a folder cannot be read."""


def _entries(root: bytes) -> Iterator[_Found]:
    """Everything that may have to be read: the configuration, the schemas, and accounts at any depth."""
    for name, deep in ((CONFIG_FILE, False), (SCHEMAS_FOLDER, False), (ACCOUNTS_FOLDER, True)):
        location = os.path.join(root, os.fsencode(name))  # noqa: PTH118 - bytes, as names need not be text
        try:
            mode = os.lstat(location).st_mode
        except FileNotFoundError:
            continue
        except OSError as error:
            raise RepositoryError(f"{name} cannot be read: {error.strerror}", where=os.fsdecode(root)) from None
        if not stat.S_ISDIR(mode):
            yield name, _kind(mode), location
        elif name != CONFIG_FILE:
            yield from _below(name, location, deep=deep)


def _below(top: str, top_location: bytes, *, deep: bool) -> Iterator[_Found]:
    folders = [(top, top_location)]
    while folders:
        folder, location = folders.pop()
        try:
            with os.scandir(location) as listing:
                entries = [(entry.name, entry.path, _listed(entry)) for entry in listing]
        except OSError as error:
            yield unreadable(folder, error)
            continue
        if any(name == b".git" for name, *_ in entries):
            yield folder, "repository", location
            continue
        for name, place, kind in entries:
            path = f"{folder}/{name.decode('utf-8', 'surrogateescape')}"
            if kind != "folder":
                yield path, kind, place
            elif deep:
                folders.append((path, place))


def _listed(entry: os.DirEntry[bytes]) -> Kind | Literal["folder"]:
    """What the listing says of an entry; whether a file is executable shows only when it is opened."""
    if entry.is_file(follow_symlinks=False):
        return "file"
    if entry.is_dir(follow_symlinks=False):
        return "folder"
    return "symlink" if entry.is_symlink() else "special"


def _read(path: str, location: bytes) -> bytes | Finding:
    """The content of what the listing called a file, or why it is not read: it is looked at again once it is open."""
    try:
        descriptor = os.open(location, _OPEN_FLAGS)
    except OSError as error:
        return refused(path, "symlink") if error.errno == errno.ELOOP else unreadable(path, error)
    try:
        if (kind := _kind(os.fstat(descriptor).st_mode)) != "file":
            return refused(path, kind)
        data = b""
        while len(data) <= MAX_FILE_BYTES and (chunk := os.read(descriptor, MAX_FILE_BYTES + 1 - len(data))):
            data += chunk
    except OSError as error:
        return unreadable(path, error)
    finally:
        os.close(descriptor)
    return too_large(path) if len(data) > MAX_FILE_BYTES else data


def _kind(mode: int) -> Kind:
    if stat.S_ISREG(mode):
        return "executable" if mode & 0o111 else "file"
    return "symlink" if stat.S_ISLNK(mode) else "special"
