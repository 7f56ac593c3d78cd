"""A git repository around the configuration: what is asked of it, in one place."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Self

from emp_gitops.core.tree import Tree
from emp_gitops.errors import RepositoryError
from emp_gitops.repository.applications import ApplicationBranch, application_branches
from emp_gitops.repository.history import last_authors
from emp_gitops.repository.mainline import check_on_main
from emp_gitops.repository.process import Git
from emp_gitops.repository.revision import holds_exactly, read_tree

_COMMIT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class Repository:
    """Reads commits; never the work tree, and writes nothing.

    Paths in and out are relative to `root`, also where `root` is a folder inside the repository. Every method raises
    RepositoryError where git fails. Nothing stays open between calls.
    """

    def __init__(self, git: Git) -> None:
        self._git = git

    @classmethod
    def open(cls, root: Path) -> Self:
        """The repository around `root`. Raises RepositoryError without one, without git, or without git's trust."""
        if not root.is_dir():
            raise RepositoryError("there is no such folder", where=str(root))
        git = Git(root.absolute())
        git.run("rev-parse", "--git-dir")
        return cls(git)

    def resolve(self, ref: str) -> str:
        """The full commit id that a branch, tag, id or other git expression names.

        Raises RepositoryError for an unknown or ambiguous name, and for a repository without commits.
        """
        if not ref or ref.startswith("-") or not ref.isprintable():
            raise RepositoryError(f"{ref!r} cannot name a commit", hint="give a branch, a tag or a commit id")
        outcome = self._git.attempt("-c", "core.warnAmbiguousRefs=true", "rev-parse", "--verify", f"{ref}^{{commit}}")
        answer = outcome.output.decode("ascii", "replace").strip()
        if outcome.status or not _COMMIT_ID.fullmatch(answer):
            raise self._unresolved(ref, outcome.complaint)
        # HEAD and full ids always mean themselves; another name may be a tag that hides a branch.
        if "is ambiguous" in outcome.complaint and ref not in ("HEAD", answer):
            raise RepositoryError(
                f"{ref!r} names more than one thing", where=str(self._git.root),
                hint=f"say which: refs/heads/{ref} or refs/tags/{ref}",
            )
        return answer

    def tree(self, revision: str) -> Tree:
        """The account and policy files of a commit, given as anything that `resolve` takes."""
        return read_tree(self._git, self.resolve(revision))

    def on_main(self, ref: str) -> str:
        """The commit that a ref names, if main went through it; raises OffMainError, see `mainline.check_on_main`."""
        commit = self.resolve(ref)
        check_on_main(self._git, commit, ref)
        return commit

    def head_matches(self, tree: Tree) -> str | None:
        """HEAD's commit id if HEAD has exactly this tree's accounts, configuration and schemas, else None.

        None also where either holds files that are not read, and where there is no commit yet.
        """
        outcome = self._git.attempt("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        head = outcome.output.decode("ascii", "replace").strip()
        return head if head and holds_exactly(self._git, head, tree) else None

    def last_authors(self, revision: str, paths: Collection[str]) -> dict[str, str]:
        """The author of the last commit, up to `revision`, that touched each path; see `history.last_authors`."""
        return last_authors(self._git, self.resolve(revision), paths)

    def applications(self, base: str) -> list[ApplicationBranch]:
        """The branches that propose changes to `base`; see `applications.application_branches`."""
        return application_branches(self._git, self.resolve(base))

    def _unresolved(self, ref: str, complaint: str) -> RepositoryError:
        where = str(self._git.root)
        if not self._git.run("rev-list", "--max-count=1", "--all").strip():
            return RepositoryError(
                "the git repository has no commits yet", where=where,
                hint="commit the configuration first: git add --all && git commit",
            )
        if "is ambiguous" in complaint:
            return RepositoryError(f"{ref!r} begins more than one id", where=where, hint="give more digits")
        return RepositoryError(
            f"{ref!r} names no commit here", where=where, hint="`git branch --all` and `git tag` list what there is",
        )
