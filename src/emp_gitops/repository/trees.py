"""Folders as git stores them, checked to be such as git itself makes.

Whoever can push can write a folder that names a file twice, or out of order. Then each reader finds another content in
it: a difference shows one of the two, a listing the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from emp_gitops.errors import RefusedError
from emp_gitops.repository.process import Git

_AT_ONCE = 256
_FOLDER = b"40000"


def check_trees(git: Git, commits: Sequence[str], *, without: Sequence[str] = ()) -> None:
    """Look at every folder of the commits and their histories (full ids), except what `without` has.

    Raises RefusedError where one of them is not as git makes them.
    """
    _check(git, [*commits, *(f"^{commit}" for commit in without)])


def check_tree_of(git: Git, commit: str) -> None:
    """The same for one commit (a full id), without its history."""
    _check(git, ["--no-walk", commit])


def _check(git: Git, arguments: Sequence[str]) -> None:
    listed = git.lines("rev-list", "--objects", "--filter=blob:none", *arguments)
    ids = (line.split(b" ", 1)[0] for line in listed)
    while some := list(islice(ids, _AT_ONCE)):
        output = git.run("cat-file", "--batch", given=b"".join(each + b"\n" for each in some))
        for content, digest in _trees(output):
            if name := _doubtful(content, digest):
                raise RefusedError(
                    f"a folder in main's history names {name.decode('utf-8', 'backslashreplace')!r} in a way that git "
                    "itself never would, so nobody can say what it holds",
                    where=str(git.root),
                    hint="find out who pushed it; when main is as it should be, an operator runs: "
                    "emp-gitops reconcile --trust REVISION",
                )


def _trees(output: bytes) -> Iterator[tuple[bytes, int]]:
    """The content of each tree in what `cat-file --batch` says, and the size of the ids in it."""
    start = 0
    while start < len(output):
        end = output.index(b"\n", start)
        id_, kind, size = output[start:end].split(b" ")
        start = end + 1 + int(size)
        if kind == b"tree":
            yield output[end + 1 : start], len(id_) // 2
        start += 1


def _doubtful(content: bytes, digest: int) -> bytes | None:
    """The first name that is there twice, out of order or none for a file; None in a folder as it should be."""
    names, last, start = set[bytes](), b"", 0
    while start < len(content):
        end = content.index(b"\0", start)
        mode, _, name = content[start:end].partition(b" ")
        place = name + b"/" if mode == _FOLDER else name  # as git sorts them
        if name in names or place < last or not name or b"/" in name:
            return name
        names.add(name)
        last, start = place, end + 1 + digest
    return None
