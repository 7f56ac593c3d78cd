"""The repository on the stand-in's side: a bare one, in which real git does what GitHub's buttons do."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.repos import git, git_environment

WEB_FLOW = ("GitHub", "noreply@github.com")
"""Who commits what a button of GitHub's makes."""

_SETTINGS = """
[http]
	receivepack = true
[uploadpack]
	allowAnySHA1InWant = true
[receive]
	hideRefs = refs/pull
"""
_FORMAT = "%H%n%T%n%P%n%an%n%ae%n%aI%n%cn%n%ce%n%cI%n%B"


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    date: str


@dataclass(frozen=True)
class Commit:
    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Person
    committer: Person
    message: str


@dataclass(frozen=True)
class File:
    status: str
    path: str
    before: str | None
    sha: str
    additions: int
    deletions: int


class Bare:
    """Takes the dates of new commits as ISO 8601 texts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True)
        self.git("init", "--quiet", "--bare", "--initial-branch=main", "--template=")
        with Path(path, "config").open("a", encoding="utf-8") as config:
            config.write(_SETTINGS)

    def git(self, *arguments: str, given: bytes | None = None, **environment: str) -> str:
        return git(self.path, *arguments, given=given, **environment)

    def resolve(self, name: str) -> str | None:
        """The commit that a branch, a full ref or an id names, or None."""
        for candidate in (f"refs/heads/{name}", name):
            if found := self._asked("rev-parse", "--verify", "--quiet", "--end-of-options", f"{candidate}^{{commit}}"):
                return found
        return None

    def point(self, ref: str, commit: str | None) -> None:
        """Make a full ref point to a commit, or delete it."""
        self.git("update-ref", *(("-d", ref) if commit is None else (ref, commit)))

    def contains(self, ancestor: str, commit: str) -> bool:
        return self._succeeds("merge-base", "--is-ancestor", ancestor, commit)

    def between(self, base: str, head: str, *options: str) -> list[str]:
        """The commits of the head that the base has not, oldest first."""
        return self.git("rev-list", "--reverse", "--topo-order", *options, head, f"^{base}").split()

    def commit(self, id_: str) -> Commit:
        lines = self.git("show", "-s", f"--format={_FORMAT}", id_).split("\n", 9)
        author, committer = Person(*lines[3:6]), Person(*lines[6:9])
        return Commit(lines[0], lines[1], tuple(lines[2].split()), author, committer, lines[9].rstrip("\n"))

    def files(self, base: str, head: str) -> list[File]:
        """What the head changes since it left the base."""
        start = self._asked("merge-base", base, head) or self.git("hash-object", "-t", "tree", "--stdin", given=b"")
        return self.changed(start, head)

    def changed(self, before: str, after: str) -> list[File]:
        raw = self.git("diff", "--raw", "--numstat", "--no-abbrev", "-z", "-M", before, after)
        return _files(raw.split("\0"))

    def merged_tree(self, base: str, head: str) -> str | None:
        """The tree that merging gives, None with conflicts."""
        return self._asked("merge-tree", "--write-tree", base, head)

    def make(self, tree: str, parents: list[str], message: str, author: Person, committer: Person) -> str:
        """A new commit, on no branch."""
        return self.git(
            "commit-tree", tree, *(word for parent in parents for word in ("-p", parent)), given=message.encode(),
            **_identity(author, committer),
        )

    def rebased(self, base: str, head: str, committer: Person) -> list[str] | None:
        """The head's commits made anew on top of the base, oldest first; None with conflicts."""
        with tempfile.TemporaryDirectory() as folder:
            self.git("worktree", "add", "--quiet", "--detach", folder, head)
            try:
                done = subprocess.run(
                    ["git", "-C", folder, "rebase", "--quiet", "--no-ff", "--onto", base, base],
                    env=git_environment(**_identity(None, committer)), capture_output=True, check=False,
                )
                return None if done.returncode else self.between(base, git(Path(folder), "rev-parse", "HEAD"))
            finally:
                self.git("worktree", "remove", "--force", folder)

    def tree_with(self, start: str | None, changes: dict[str, str | bytes | None]) -> str:
        """The tree of a commit with some files changed: their new content, or None to delete."""
        with tempfile.TemporaryDirectory() as folder:
            index: Any = {"GIT_INDEX_FILE": f"{folder}/index"}
            self.git("read-tree", *([start] if start else ["--empty"]), **index)
            for path, content in changes.items():
                if content is None:
                    self.git("update-index", "--force-remove", path, **index)
                    continue
                given = content.encode() if isinstance(content, str) else content
                blob = self.git("hash-object", "-w", "--stdin", given=given)
                self.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", **index)
            return self.git("write-tree", **index)

    def _asked(self, *arguments: str) -> str | None:
        done = subprocess.run(
            ["git", "-C", str(self.path), *arguments], env=git_environment(), capture_output=True, text=True, check=False,
        )
        return done.stdout.strip() if done.returncode == 0 else None

    def _succeeds(self, *arguments: str) -> bool:
        return self._asked(*arguments) is not None


def _identity(author: Person | None, committer: Person) -> dict[str, str]:
    found = {
        "GIT_COMMITTER_NAME": committer.name, "GIT_COMMITTER_EMAIL": committer.email, "GIT_COMMITTER_DATE": committer.date,
    }
    if author:
        found |= {"GIT_AUTHOR_NAME": author.name, "GIT_AUTHOR_EMAIL": author.email, "GIT_AUTHOR_DATE": author.date}
    return found


_STATUS = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "T": "changed"}


def _files(fields: list[str]) -> list[File]:
    """Read `git diff --raw --numstat -z -M`: first every file's raw entry, then every file's counts."""
    entries: dict[str, tuple[str, str | None, str]] = {}
    counts: dict[str, tuple[int, int]] = {}
    rest = iter(fields)
    for text in rest:
        if text.startswith(":"):
            _, _, before, after, letter = text.split(" ")
            first = next(rest)
            path, old = (next(rest), first) if letter[0] == "R" else (first, None)
            entries[path] = (_STATUS[letter[0]], old, before if letter[0] == "D" else after)
        elif text:
            added, removed, path = text.split("\t")
            if not path:  # a rename has its two paths in fields of their own
                next(rest)
                path = next(rest)
            counts[path] = (int(added.replace("-", "0")), int(removed.replace("-", "0")))
    return [File(status, path, old, sha, *counts[path]) for path, (status, old, sha) in entries.items()]
