"""The files as they are in a commit, read in bulk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from emp_gitops.core.findings import Finding
from emp_gitops.core.tree import CONFIG_FILE, MAX_FILE_BYTES, SCHEMAS_FOLDER, Tree
from emp_gitops.errors import RepositoryError
from emp_gitops.repository.entries import ENTRANCES, Kind, assembled, judge, too_large
from emp_gitops.repository.process import Git

# All the modes there are, apart from folders: git shows others, from the crooked trees of old tools, as one of these.
_KINDS: Mapping[str, Kind] = {"100644": "file", "100755": "executable", "120000": "symlink", "160000": "repository"}


@dataclass(frozen=True, slots=True)
class Listing:
    """What a commit holds: the blob id of every file that is read, by path, and what is refused."""

    blobs: Mapping[str, str]
    findings: tuple[Finding, ...]


POLICY = (SCHEMAS_FOLDER, CONFIG_FILE)


def read_tree(git: Git, commit: str, *, limits: Sequence[str] = ENTRANCES) -> Tree:
    """The account and policy files of a commit (a full id), with one listing and one bulk read; only those below
    `limits`.

    Raises RepositoryError where git fails or an object is missing.
    """
    listing = list_tree(git, commit, limits=limits)
    contents = read_blobs(git, dict.fromkeys(listing.blobs.values()))
    return assembled(commit, {path: contents[blob] for path, blob in listing.blobs.items()}, listing.findings)


def list_tree(git: Git, commit: str, *, limits: Sequence[str] = ENTRANCES) -> Listing:
    """Names and blob ids of a commit's account and policy files, without their content; paths are from git's folder."""
    blobs: dict[str, str] = {}
    findings: list[Finding] = []
    listed = git.run("ls-tree", "-r", "-z", "-l", commit, "--", *limits)
    for record in listed.decode("utf-8", "surrogateescape").split("\0")[:-1]:
        facts, path = record.split("\t", 1)
        mode, _, blob, size = facts.split()
        verdict = judge(path, _KINDS[mode])
        # The size of a missing object is `BAD`; reading it fails with a better word.
        if verdict == "read" and size.isdecimal() and int(size) > MAX_FILE_BYTES:
            verdict = too_large(path)
        if verdict == "read":
            blobs[path] = blob
        elif isinstance(verdict, Finding):
            findings.append(verdict)
    return Listing(blobs, tuple(findings))


def holds_exactly(git: Git, commit: str, tree: Tree) -> bool:
    """Whether the commit's account and policy files have the content of the tree's.

    False as soon as either has a finding of its own: what was not read cannot be compared.
    """
    listing = list_tree(git, commit)
    if listing.findings or tree.findings:
        return False
    files = {**tree.accounts, **tree.schemas}
    if tree.config is not None:
        files[CONFIG_FILE] = tree.config
    if files.keys() != listing.blobs.keys():
        return False
    algorithm = hashlib.sha256 if len(commit) == 64 else hashlib.sha1
    return all(
        algorithm(b"blob %d\0%b" % (len(data), data), usedforsecurity=False).hexdigest() == listing.blobs[path]
        for path, data in files.items()
    )


def read_blobs(git: Git, ids: Iterable[str]) -> dict[str, bytes]:
    """The content of blobs, by id, from one `cat-file --batch`."""
    output = git.run("cat-file", "--batch", given="".join(f"{blob}\n" for blob in ids).encode("ascii"))
    return dict(_batch(output))


def _batch(output: bytes) -> Iterator[tuple[str, bytes]]:
    """Read git's answers: `<id> blob <size>`, a newline, the content, a newline; or `<id> missing` and a newline."""
    start = 0
    while start < len(output):
        end = output.index(b"\n", start)
        blob, _, size = output[start:end].decode("ascii").partition(" blob ")
        if not size:
            raise RepositoryError("the git repository is damaged or incomplete", hint="`git fsck` says what is missing")
        start = end + 1 + int(size)
        yield blob, output[end + 1 : start]
        start += 1
