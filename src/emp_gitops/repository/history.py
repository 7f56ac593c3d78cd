"""Who changed which file, and when."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import closing

from emp_gitops.core.tree import ACCOUNTS_FOLDER, account_id
from emp_gitops.repository.process import Git
from emp_gitops.repository.revision import read_blobs

# git compares each commit with each path that it is given; above this many it is faster to look at all of a folder.
_FEW = 100

# A person's own settings must not hide root commits, or bring in what a merge discarded (as following a file does).
_PLAINLY = ("-c", "log.showRoot=true", "-c", "log.follow=false")


def last_authors(git: Git, commit: str, paths: Collection[str]) -> dict[str, str]:
    """The author, `Name <email>` as the commit gives it, of the last commit that touched each path (removal included).

    A merge counts for what it has from neither side. Commits are looked at newest first, by their dates. A path that
    no commit touched is left out, and so is one last touched before the history of a shallow clone begins: there,
    the first commit seems to add everything.
    """
    wanted = {path.encode("utf-8", "surrogateescape") for path in paths}
    if not wanted:
        return {}
    is_shallow = git.run("rev-parse", "--is-shallow-repository").strip() == b"true"
    limits = paths if len(wanted) <= _FEW else {path.partition("/")[0] for path in paths}
    found: dict[str, str] = {}
    git = Git(git.root, *_PLAINLY)
    records = git.records(
        "log", "-z", "-c", "--name-only", "--no-renames", "--no-ext-diff", "--no-textconv", "--relative",
        "--encoding=UTF-8", "--format=%x01%P%x01%an <%ae>", commit, "--", *sorted(limits),
    )
    author = ""
    with closing(records):
        for record in records:
            if record.startswith(b"\x01"):
                _, parents, name = record.split(b"\x01", 2)
                author = "" if is_shallow and not parents else name.decode("utf-8", "replace")
            elif (path := record.removeprefix(b"\n")) in wanted:
                wanted.discard(path)
                if author:
                    found[path.decode("utf-8", "surrogateescape")] = author
                if not wanted:
                    break
    return found


def last_removers(git: Git, commit: str, ids: Collection[str]) -> dict[str, str]:
    """The author of the last commit that removed a file of each account; none where no commit did."""
    wanted, found, author = set(ids), dict[str, str](), ""
    if not wanted:
        return found
    records = Git(git.root, *_PLAINLY).records(
        "log", "-z", "-m", "--first-parent", "--diff-filter=D", "--name-only", "--no-renames", "--relative",
        "--no-ext-diff", "--no-textconv", "--encoding=UTF-8", "--format=%x01%an <%ae>", commit, "--", ACCOUNTS_FOLDER,
    )
    with closing(records):
        for record in records:
            if record.startswith(b"\x01"):
                author = record[1:].decode("utf-8", "replace")
            elif (id_ := account_id(record.removeprefix(b"\n").decode("utf-8", "replace"))) in wanted:
                wanted.discard(id_)
                found[id_] = author
                if not wanted:
                    break
    return found


def versions(git: Git, commit: str, path: str) -> Iterator[bytes | None]:
    """A file's contents along the first parents of a commit (a full id), newest first; None where it is missing."""
    records = Git(git.root, *_PLAINLY).lines(
        "log", "-m", "--first-parent", "--raw", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv",
        "--format=", commit, "--", path,
    )
    with closing(records):
        for record in records:
            if record:
                _, mode, _, blob, _ = record.split(b" ", 4)
                blob_id = blob.decode("ascii")
                yield read_blobs(git, [blob_id])[blob_id] if mode.startswith(b"100") else None


def versions_anywhere(git: Git, commit: str, paths: Collection[str]) -> list[bytes]:
    """The different contents that files ever had in all of a commit's history (a full id), merged lines included."""
    listed = Git(git.root, *_PLAINLY).run(
        "log", "-m", "--full-history", "--root", "--raw", "--no-abbrev", "--no-renames", "--no-ext-diff",
        "--no-textconv", "--format=", commit, "--", *paths,
    )
    records = (record.split(b" ", 4) for record in listed.splitlines() if record)
    blobs = dict.fromkeys(blob.decode("ascii") for _, mode, _, blob, _ in records if mode.startswith(b"100"))
    contents = read_blobs(git, blobs)
    return [contents[blob] for blob in blobs]


def last_touched(git: Git, commit: str, path: str) -> str | None:
    """The newest commit on the first parents of a commit that touched anything at or below a path."""
    found = git.run("rev-list", "--first-parent", "--max-count=1", commit, "--", path)
    return found.decode("ascii").strip() or None
