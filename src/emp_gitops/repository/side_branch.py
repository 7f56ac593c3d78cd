"""A branch beside main that the tool keeps for itself: read in bulk, and written without any work tree, also while
others write to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path

from emp_gitops.errors import ForgeError, RepositoryError
from emp_gitops.repository.branches import REMOTE, commit_of, has_remote, is_contained, push, push_failure
from emp_gitops.repository.committing import Committing, Signing
from emp_gitops.repository.process import Git
from emp_gitops.repository.revision import read_blobs
from emp_gitops.repository.side_history import SideHistory
from emp_gitops.repository.troubles import harmless

_FETCH = (
    "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-auto-maintenance",
    "--prune", "--refmap=",
)
_TRIES = 3
_REGULAR = ("100644", "100755")


class SideBranch:
    """The branch of a name, whose own commits are those by `identity` (`Name <address>`).

    Where there is a remote, what is there counts: it is fetched before each reading, and the branch here moves only
    after it. Paths are from the root of the repository's `git`. Methods raise ForgeError where the remote cannot be
    reached or refuses, and RepositoryError where git fails here.
    """

    def __init__(self, git: Git, name: str, identity: str) -> None:
        self._git = git
        self._name = name
        self._identity = identity
        self._local, self._tracked = f"refs/heads/{name}", f"refs/remotes/{REMOTE}/{name}"
        self.history = SideHistory(git, identity)

    def tip(self) -> str | None:
        """The commit to read and to go on from; None where there is no such branch yet."""
        local = commit_of(self._git, self._local)
        if not self._is_shared:
            return local
        theirs = self._fetched()
        if theirs is None or (local and is_contained(self._git, theirs, local)):
            return local
        if local is None or is_contained(self._git, local, theirs):
            return theirs
        raise ForgeError(
            f"the branch {self._name} here and on {REMOTE} have parted", where=REMOTE,
            hint=f"merge the two, push the result to {REMOTE}, and keep both sides' lines where they conflict",
        )

    def files(self, tip: str, *limits: str) -> dict[str, str]:
        """The ids of the blobs of all regular files, by path; only those that are one of the limits, or in a folder of
        them, which ends in a slash.
        """
        listed = self._git.run("ls-tree", "-r", "-z", tip, "--", *limits).decode("utf-8", "surrogateescape")
        entries = (record.split("\t", 1) for record in listed.split("\0")[:-1])
        return {path: facts.rpartition(" ")[2] for facts, path in entries if facts.startswith(_REGULAR)}

    def contents(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """The content of blobs by their ids, with one run of git."""
        return read_blobs(self._git, dict.fromkeys(blobs))

    def put(self, tip: str | None, files: Mapping[str, bytes], message: str, *, at: datetime) -> bool:
        """Commit these files on top of the tip and publish them. False where somebody else was faster, and nothing has
        happened: read again, and do it on top of that.
        """
        making = Committing(self._git.root, Signing(never=True), identity=self._identity, at=at)
        return self._published(making.commit(tip, files, message), after=tip)

    def share(self, tip: str) -> bool:
        """Publish what is only here, such as from before there was a remote. False as with `put`."""
        if not self._is_shared or commit_of(self._git, self._tracked) == tip:
            return True
        return self._published(tip, after=tip)

    def tidy(self) -> None:
        """Let git pack what so many commits leave lying about, if it is time."""
        self._git.attempt("-c", "gc.autoDetach=false", "gc", "--auto", "--quiet")

    @cached_property
    def _is_shared(self) -> bool:
        return has_remote(self._git)

    def _fetched(self) -> str | None:
        """Where the remote's branch is now. A pattern is asked for, since a branch that is not there is no failure."""
        for _ in range(_TRIES):  # another process may fetch the same at the same moment
            outcome = self._git.attempt(*_FETCH, REMOTE, f"+{self._local}*:{self._tracked}*")
            if not outcome.status:
                return commit_of(self._git, self._tracked)
            if "cannot lock ref" not in outcome.complaint:
                break
        lines = [line.strip() for line in outcome.complaint.splitlines() if line.strip()] or ["git gave no reason"]
        said = next((line for line in lines if line.startswith(("fatal: ", "error: "))), lines[0])
        raise ForgeError(
            f"{REMOTE} could not be reached: {harmless(said.removeprefix('fatal: ').removeprefix('error: '))}",
            where=REMOTE, hint=f"run again when it can be: git fetch {REMOTE}",
        )

    def _published(self, commit: str, *, after: str | None) -> bool:
        if not self._is_shared:
            return self._moved(commit, after=after)
        outcome = push(self._git, commit, self._name)
        if outcome.status:
            self._check_overtaken(push_failure(self._name, outcome, again="run again"), after)
            return False
        # Here it only saves others a look at the remote: whoever is faster, or has it checked out, may keep it behind.
        if not self._checked_out():
            local = commit_of(self._git, self._local)
            if local is None or is_contained(self._git, local, commit):
                self._git.attempt("update-ref", "-m", "emp-gitops: issues", self._local, commit, local or _zero(commit))
        return True

    def _check_overtaken(self, failure: ForgeError, after: str | None) -> None:
        """Raises the failure of a push, unless the remote has something that was not in `after`: of somebody else's, or
        what was pushed, if only the answer got lost.
        """
        try:
            theirs = self._fetched()
        except ForgeError as error:
            raise failure from error
        if theirs is None or (after and is_contained(self._git, theirs, after)):
            raise failure

    def _moved(self, commit: str, *, after: str | None) -> bool:
        """Move the branch here, with the files of a work tree where it is checked out."""
        if place := self._checked_out():
            outcome = Git(Path(place)).attempt(
                "merge", "--quiet", "--ff-only", "--no-verify-signatures", "--no-autostash", commit
            )
        else:
            outcome = self._git.attempt(
                "update-ref", "-m", "emp-gitops: issues", self._local, commit, after or _zero(commit)
            )
        if not outcome.status:
            return True
        if commit_of(self._git, self._local) != after:
            return False
        lines = [line for line in outcome.complaint.splitlines() if line.strip()] or ["git gave no reason"]
        raise RepositoryError(
            f"the branch {self._name} cannot move: {harmless(lines[0])}", where=place or str(self._git.root),
            hint="it may be checked out in a work tree with changes: commit them, or switch it away" if place else None,
        )

    def _checked_out(self) -> str:
        """The work tree in which the branch is checked out, nothing for none."""
        listed = self._git.run("for-each-ref", "--format=%(worktreepath)", self._local)
        return listed.decode("utf-8", "surrogateescape").strip("\n")


def _zero(commit: str) -> str:
    """What git takes for no commit at all."""
    return "0" * len(commit)
