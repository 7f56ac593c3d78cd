"""Who brought what to a side branch: the tool's own commits, told from everybody else's."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from emp_gitops.errors import RepositoryError
from emp_gitops.repository.applications import moment_of
from emp_gitops.repository.process import Git

# A person's own settings must not hide root commits, or bring in what a merge discarded (as following a file does).
_PLAINLY = ("-c", "log.showRoot=true", "-c", "log.follow=false")
_WHO = "--format=%H%x00%P%x00%an <%ae>%x00%cn <%ce>"
_DIFF = ("diff-tree", "--stdin", "-r", "-z", "--root", "--no-renames", "--relative", "--no-ext-diff", "--no-textconv")
_MISSING = "000000"
_LINK = ("120000", "160000")

# git compares each commit with each path that it is given; above this many it is faster to look at everything.
_FEW = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What one commit made of a file: the blobs before and after, None for no regular file. `is_own` for the tool's
    own commits.
    """

    path: str
    is_own: bool
    before: str | None
    after: str | None


class SideHistory:
    """Commits are the tool's own if both their author and their committer are `identity` and they merge nothing."""

    def __init__(self, git: Git, identity: str) -> None:
        self._git = Git(git.root, *_PLAINLY)
        self._identity = identity.encode()
        self._seen: tuple[str, frozenset[str]] | None = None

    def touched_by_others(self, tip: str) -> frozenset[str]:
        """Every path that a commit of anybody else ever touched. A merge touches what differs from either side.

        Raises RepositoryError in a shallow clone that hides where the branch begins.
        """
        since, known = self._seen if self._seen and self._contains(tip, self._seen[0]) else (None, frozenset[str]())
        if since != tip:
            commits = self._commits(tip, *([f"^{since}"] if since else []))
            given = b"".join(b"%s\n" % commit for commit, is_own in commits if not is_own)
            listed = self._git.run(*_DIFF, "-m", "--name-only", "--no-commit-id", given=given) if given else b""
            known |= frozenset(listed.decode("utf-8", "surrogateescape").split("\0")[:-1])
        self._seen = tip, known
        return known

    def versions(self, tip: str, paths: Collection[str]) -> list[Version]:
        """What each commit made of these files, in an order in which no commit comes before its parents. Merges are
        left out: what they bring is of commits that they merge, or nobody's.
        """
        if not paths:
            return []
        limits = ("--", *sorted(paths)) if len(paths) <= _FEW else ()
        # In full: by itself git follows only one side of a merge that agrees with it.
        commits = self._commits("--full-history", "--topo-order", "--reverse", tip, *limits)
        own = {commit.decode("ascii"): is_own for commit, is_own in commits}
        given = "".join(f"{commit}\n" for commit in own).encode("ascii")
        listed = self._git.run(*_DIFF, "--raw", "--no-abbrev", *limits, given=given)
        return [each for each in _versions(listed.decode("utf-8", "surrogateescape"), own) if each.path in paths]

    def last_own_time(self, tip: str, path: str) -> datetime | None:
        """When the tool itself last committed something to a file, in UTC."""
        listed = self._git.lines("log", "--full-history", "--format=%ct%x00%an <%ae>%x00%cn <%ce>", tip, "--", path)
        for line in listed:
            seconds, *people = line.split(b"\0")
            if people == [self._identity] * 2:
                listed.close()
                return moment_of(int(seconds))
        return None

    def _commits(self, *arguments: str) -> list[tuple[bytes, bool]]:
        """The ids of commits, each with whether it is the tool's own."""
        listed = self._git.run("log", "--encoding=UTF-8", _WHO, *arguments)
        found, ends = [], self._shallow_ends()
        for line in listed.split(b"\n")[:-1]:
            commit, parents, *people = line.split(b"\0")
            if commit in ends:
                raise RepositoryError(
                    "the clone is shallow, so it does not show who wrote the issues", where=str(self._git.root),
                    hint="git fetch --unshallow",
                )
            found.append((commit, people == [self._identity] * 2 and b" " not in parents))
        return found

    def _shallow_ends(self) -> frozenset[bytes]:
        """The commits whose parents the clone has not got."""
        if self._git.run("rev-parse", "--is-shallow-repository").strip() != b"true":
            return frozenset()
        file = self._git.run("rev-parse", "--git-path", "shallow").decode("utf-8", "surrogateescape").rstrip("\n")
        return frozenset(Path(self._git.root, file).read_bytes().split())

    def _contains(self, tip: str, commit: str) -> bool:
        return tip == commit or self._git.attempt("merge-base", "--is-ancestor", commit, tip).status == 0


def _versions(listed: str, own: dict[str, bool]) -> Iterator[Version]:
    """Read `diff-tree --stdin --raw -z`: a commit's id, then for each of its files the facts and the path."""
    records = iter(listed.split("\0")[:-1])
    is_own = False
    for record in records:
        if record in own:
            is_own = own[record]
            continue
        old_mode, new_mode, before, after, _ = record.removeprefix(":").split(" ")
        yield Version(path=next(records), is_own=is_own, before=_blob(old_mode, before), after=_blob(new_mode, after))


def _blob(mode: str, blob: str) -> str | None:
    return None if mode == _MISSING or mode in _LINK else blob
