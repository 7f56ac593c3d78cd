"""A git repository around the configuration: what is asked of it, in one place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self

from emp_gitops.core.coverage import FileChange
from emp_gitops.core.tree import SIGNERS_FILE, Tree
from emp_gitops.errors import RepositoryError
from emp_gitops.repository import branches, history
from emp_gitops.repository.applications import ApplicationBranch, application_branches
from emp_gitops.repository.committing import Committing, Signing
from emp_gitops.repository.difference import Differences
from emp_gitops.repository.fetching import fetch, publish
from emp_gitops.repository.folder import read_folder
from emp_gitops.repository.mainline import LineCommit, check_on_main, check_whole, line_since
from emp_gitops.repository.merging import Merge, merge
from emp_gitops.repository.moving import check_movable, move_branch
from emp_gitops.repository.process import Git
from emp_gitops.repository.proposed import Proposed, proposed
from emp_gitops.repository.revision import POLICY, holds_exactly, read_blobs, read_tree
from emp_gitops.repository.side_branch import SideBranch
from emp_gitops.repository.signatures import signer
from emp_gitops.repository.trees import check_tree_of, check_trees

_COMMIT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class Repository:
    """Reads commits; never the work tree, and writes nothing.

    Paths in and out are relative to `root`, also where `root` is a folder inside the repository. Every method raises
    RepositoryError where git fails. Nothing stays open between calls.
    """

    def __init__(self, git: Git) -> None:
        self._git = git
        self._resolved: set[str] = set()

    @classmethod
    def open(cls, root: Path) -> Self:
        """The repository around `root`. Raises RepositoryError without one, without git, or without git's trust."""
        if not root.is_dir():
            raise RepositoryError("there is no such folder", where=str(root))
        git = Git(root.absolute())
        _ = git.place  # fails where there is none
        return cls(git)

    def resolve(self, ref: str) -> str:
        """The full commit id that a branch, tag, id or other git expression names.

        Raises RepositoryError for an unknown or ambiguous name, and for a repository without commits.
        """
        if ref in self._resolved:
            return ref  # a full id, which means itself for good
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
        self._resolved.add(answer)
        return answer

    def tree(self, revision: str) -> Tree:
        """The account and policy files of a commit, given as anything that `resolve` takes."""
        return read_tree(self._git, self.resolve(revision))

    def policy(self, commit: str) -> Tree:
        """The configuration and the schemas of a commit (a full id), without its accounts."""
        return read_tree(self._git, commit, limits=POLICY)

    def folder(self, commit: str, name: str) -> dict[str, bytes]:
        """All files below a folder in a commit (a full id), by path; see `folder.read_folder`."""
        return read_folder(self._git, commit, name)

    def on_main(self, ref: str) -> str:
        """The commit that a ref names, if main went through it; raises OffMainError, see `mainline.check_on_main`."""
        commit = self.resolve(ref)
        check_on_main(self._git, commit, ref)
        return commit

    def head(self) -> str | None:
        """HEAD's commit id; None where there is no commit yet."""
        return branches.commit_of(self._git, "HEAD")

    def head_matches(self, tree: Tree) -> str | None:
        """HEAD's commit id if HEAD has exactly this tree's accounts, configuration and schemas, else None.

        None also where either holds files that are not read, and where there is no commit yet.
        """
        head = self.head()
        return head if head and holds_exactly(self._git, head, tree) else None

    def last_authors(self, revision: str, paths: Collection[str]) -> dict[str, str]:
        """The author of the last commit, up to `revision`, that touched each path; see `history.last_authors`."""
        return history.last_authors(self._git, self.resolve(revision), paths)

    def last_removers(self, revision: str, ids: Collection[str]) -> dict[str, str]:
        """The author of the last commit, up to `revision`, that removed each account's file."""
        return history.last_removers(self._git, self.resolve(revision), ids)

    def versions(self, commit: str, path: str) -> Iterator[bytes | None]:
        """See `history.versions`."""
        return history.versions(self._git, commit, path)

    def versions_anywhere(self, commit: str, paths: Collection[str]) -> list[bytes]:
        """See `history.versions_anywhere`."""
        return history.versions_anywhere(self._git, commit, paths)

    def last_touched(self, commit: str, path: str) -> str | None:
        """See `history.last_touched`."""
        return history.last_touched(self._git, commit, path)

    def applications(self, base: str, *, merged: bool = False) -> list[ApplicationBranch]:
        """The branches that propose changes to `base`; see `applications.application_branches`."""
        return application_branches(self._git, self.resolve(base), merged=merged)

    def line_since(self, start: str, revision: str, *, what: str = "the trusted revision") -> list[LineCommit]:
        """The commits of main after the first one up to the revision; see `mainline.line_since`."""
        return line_since(self._git, start, revision, what=what)

    def check_whole(self) -> None:
        """See `mainline.check_whole`."""
        check_whole(self._git)

    def check_trees(self, commits: Sequence[str], *, without: Sequence[str] = ()) -> None:
        """See `trees.check_trees`."""
        check_trees(self._git, commits, without=without)

    def check_tree_of(self, commit: str) -> None:
        """See `trees.check_tree_of`."""
        check_tree_of(self._git, commit)

    def changes(self, parents: Mapping[str, str]) -> dict[str, tuple[FileChange, ...]]:
        """What each commit changed against the parent that is named for it; see `difference.Differences.steps`."""
        return Differences(self._git).steps(parents)

    def changes_between(self, before: str, after: str) -> tuple[FileChange, ...]:
        """What differs on account and policy files between two commits or trees, given by full ids."""
        return Differences(self._git).between(before, after)

    def merge(self, base: str, head: str) -> Merge:
        """The merge of one commit into another, as git computes it; see `merging.merge`."""
        return merge(self._git, base, head)

    def merge_base(self, one: str, other: str) -> str | None:
        """The newest commit that two commits have in common; None where they have no history in common."""
        outcome = self._git.attempt("merge-base", one, other)
        return None if outcome.status else outcome.output.decode("ascii").split()[0]

    def proposed(self, base: str, head: str) -> Proposed:
        """What merging `head` into `base` would make (refs or ids), judged by the policy of `base`."""
        return proposed(self._git, self.resolve(base), self.resolve(head))

    def contents(self, blobs: Collection[str]) -> dict[str, bytes]:
        """The content of blobs by their ids."""
        return read_blobs(self._git, blobs)

    def signers(self, commit: str) -> bytes | None:
        """The content of `allowed_signers` in a commit, None where there is no such file."""
        listed = self._git.run("ls-tree", "-z", commit, "--", SIGNERS_FILE).decode("utf-8", "replace").split()
        return self.contents([listed[2]])[listed[2]] if listed and listed[0] == "100644" else None

    def signer(self, commit: str, allowed_signers: bytes) -> str | None:
        """Whose key signed a commit; see `signatures.signer`."""
        return signer(self._git, commit, allowed_signers)

    def parents(self, commit: str) -> tuple[str, ...]:
        """The ids of a commit's parents, given its full id."""
        return tuple(self._git.run("rev-list", "--parents", "--max-count=1", commit).decode("ascii").split()[1:])

    def commits_between(self, base: str, head: str) -> tuple[str, ...]:
        """Every commit that `head` has and `base` has not, newest first."""
        return tuple(self._git.run("rev-list", f"{base}..{head}").decode("ascii").split())

    def has(self, commit: str) -> bool:
        """Whether the commit is in this clone."""
        return self._git.attempt("cat-file", "-e", f"{commit}^{{commit}}").status == 0

    def fetch(self, url: str, wanted: str, *, token: str) -> str | None:
        """Fetch a commit id or a full ref: why it failed, or None. Only this adds anything; see `fetching.fetch`."""
        return fetch(self._git, url, wanted, token=token)

    def publish(self, url: str, commit: str, *, branch: str, token: str) -> str | None:
        """Make a commit the branch's at a URL: why it failed, or None; see `fetching.publish`."""
        return publish(self._git, url, commit, branch=branch, token=token)

    def main(self) -> branches.Main:
        """Where main is; see `branches.find_main`."""
        return branches.find_main(self._git)

    def tip_of_main(self) -> str:
        """The commit that applications are merged into."""
        return self.main().commit

    def committing(self, signing: Signing | None = None, *, identity: str | None = None) -> Committing:
        """The one who makes commits here, in no branch yet; see `committing.Committing`."""
        return Committing(self._git.root, signing, identity=identity)

    def create_branch(self, name: str, commit: str) -> None:
        """See `branches.create_branch`."""
        branches.create_branch(self._git, name, commit)

    def taken_branches(self, prefix: str) -> set[str]:
        """See `branches.taken_branches`."""
        return branches.taken_branches(self._git, prefix)

    def check_movable(self, name: str, commit: str) -> None:
        """See `moving.check_movable`."""
        check_movable(self._git, name, commit)

    def move_branch(self, name: str, commit: str) -> None:
        """See `moving.move_branch`."""
        move_branch(self._git, name, commit)

    def has_remote(self) -> bool:
        """Whether there is an origin to push to."""
        return branches.has_remote(self._git)

    def push_to_origin(self, name: str, commit: str, *, again: str) -> bool:
        """See `branches.push_to_origin`."""
        return branches.push_to_origin(self._git, name, commit, again=again)

    def side_branch(self, name: str, identity: str) -> SideBranch:
        """A branch that the tool keeps for itself, by this identity; see `side_branch.SideBranch`."""
        return SideBranch(self._git, name, identity)

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
