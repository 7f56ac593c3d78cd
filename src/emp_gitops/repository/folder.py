"""All files below one folder, from a commit or from the disk: regular ones only, no links followed."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from emp_gitops.core.tree import MAX_FILE_BYTES
from emp_gitops.errors import RepositoryError
from emp_gitops.repository.entries import shown
from emp_gitops.repository.process import Git
from emp_gitops.repository.revision import read_blobs

_REGULAR = "100644"
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_MOST = 200
"""Files in such a folder."""


def read_folder(git: Git, commit: str, folder: str) -> dict[str, bytes]:
    """By path from git's folder. Raises RepositoryError where an entry is no regular file, or too large."""
    blobs: dict[str, str] = {}
    listed = git.run("ls-tree", "-r", "-z", "-l", commit, "--", f"{folder}/")
    for record in listed.decode("utf-8", "surrogateescape").split("\0")[:-1]:
        facts, path = record.split("\t", 1)
        mode, _, blob, size = facts.split()
        if mode != _REGULAR:
            raise _refused(path)
        if size.isdecimal() and int(size) > MAX_FILE_BYTES:
            raise _too_large(path)
        blobs[path] = blob
    _check_number(folder, len(blobs))
    contents = read_blobs(git, dict.fromkeys(blobs.values()))
    return {path: contents[blob] for path, blob in sorted(blobs.items())}


def folder_on_disk(root: Path, folder: str) -> dict[str, bytes]:
    """As `read_folder`, of the work tree."""
    place = root
    for part in folder.split("/"):
        place /= part
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            raise _refused(place.relative_to(root).as_posix())
    paths = sorted(_below(root, place))
    _check_number(folder, len(paths))
    return {path: _read(root, path) for path in paths}


def _below(root: Path, folder: Path) -> Iterator[str]:
    try:
        with os.scandir(folder) as listing:
            entries = list(listing)
    except FileNotFoundError:
        return
    except OSError as error:
        raise RepositoryError(f"the folder cannot be read: {error.strerror}", where=str(folder)) from error
    for entry in entries:
        path = Path(entry.path).relative_to(root).as_posix()
        if entry.is_dir(follow_symlinks=False):
            yield from _below(root, Path(entry.path))
        elif entry.is_file(follow_symlinks=False):
            yield path
        else:
            raise _refused(path)


def _read(root: Path, path: str) -> bytes:
    try:
        descriptor = os.open(root / path, _OPEN)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise _refused(path) from error
        raise RepositoryError(f"{shown(path)} cannot be read: {error.strerror}", where=str(root)) from error
    with os.fdopen(descriptor, "rb") as file:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode) or mode & 0o111:
            raise _refused(path)
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise _too_large(path)
    return data


def _refused(path: str) -> RepositoryError:
    return RepositoryError(
        "only plain files are read here", where=shown(path), hint="no links, submodules or executable files"
    )


def _too_large(path: str) -> RepositoryError:
    return RepositoryError(f"the file is larger than {MAX_FILE_BYTES:,} bytes", where=shown(path))


def _check_number(folder: str, number: int) -> None:
    if number > _MOST:
        raise RepositoryError(f"there are {number:,} files, and at most {_MOST} are read", where=folder)
