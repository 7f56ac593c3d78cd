"""Moving a branch on to a commit that was made beside it, with the work tree where it is checked out."""

from __future__ import annotations

from emp_gitops.errors import RepositoryError
from emp_gitops.repository.branches import commit_of, is_contained, plain
from emp_gitops.repository.process import Git


def check_movable(git: Git, name: str, commit: str) -> None:
    """Raises RepositoryError where `move_branch` would, as far as that can be known without moving anything."""
    ref = f"refs/heads/{name}"
    now = commit_of(git, ref)
    if now and not is_contained(git, now, commit):
        raise RepositoryError(
            f"{name} here has commits that {commit[:12]} does not go on from", where=str(git.root),
            hint=f"try again; where {name} here and on the remote have parted: git pull --rebase, or push what is here",
        )
    if _checked_out(git) != ref:
        if elsewhere := git.run("for-each-ref", "--format=%(worktreepath)", ref).decode("utf-8", "replace").strip():
            raise RepositoryError(
                f"{name} is checked out in another work tree", where=elsewhere, hint="do it there, or switch it away"
            )
        return
    if git.run("status", "--porcelain", "--untracked-files=no").strip():
        raise RepositoryError(
            f"the work tree has changes that are not committed, and {name} is checked out in it",
            where=str(git.root), hint="commit or stash them, or switch to another branch",
        )
    git.attempt("update-index", "-q", "--refresh")  # or files that were only touched would seem changed
    outcome = git.attempt("read-tree", "--dry-run", "-m", "-u", "HEAD", commit)
    if outcome.status:
        said = outcome.complaint.strip().splitlines() or ["git gave no reason"]
        raise RepositoryError(
            f"the work tree, in which {name} is checked out, cannot follow: {plain(said[0])}", where=str(git.root),
            hint="move the file away, or switch to another branch",
        )


def move_branch(git: Git, name: str, commit: str) -> None:
    """Move a branch to a commit that goes on from it; where it is checked out, an unchanged work tree follows.

    Raises RepositoryError otherwise; nothing has moved then.
    """
    check_movable(git, name, commit)
    ref = f"refs/heads/{name}"
    now = commit_of(git, ref) or "0" * len(commit)
    if _checked_out(git) == ref:
        outcome = git.attempt("merge", "--quiet", "--ff-only", "--no-verify-signatures", "--no-autostash", commit)
    else:
        outcome = git.attempt("update-ref", "-m", "emp-gitops: approve an application", ref, commit, now)
    if outcome.status:
        raise RepositoryError(f"{name} has moved, or is in use elsewhere", where=str(git.root), hint="try again")


def _checked_out(git: Git) -> str:
    """The full name of the branch whose files are in the work tree; nothing where that is none."""
    return git.attempt("symbolic-ref", "--quiet", "HEAD").output.decode("utf-8", "replace").strip()
