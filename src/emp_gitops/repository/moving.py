"""Moving main on to a commit that was made beside it, with the work tree where main is checked out."""

from __future__ import annotations

from emp_gitops.errors import RepositoryError
from emp_gitops.repository.process import Git


def move_branch(git: Git, name: str, commit: str, *, before: str) -> None:
    """Move a branch that still is where it was; where it is checked out, an unchanged work tree follows.

    Raises RepositoryError otherwise; nothing has moved then.
    """
    head = git.attempt("symbolic-ref", "--quiet", "HEAD").output.decode("utf-8", "replace").strip()
    if head == f"refs/heads/{name}":
        if git.run("status", "--porcelain", "--untracked-files=no").strip():
            raise RepositoryError(
                f"the work tree has changes that are not committed, and {name} is checked out in it",
                where=str(git.root), hint="commit or stash them, or switch to another branch",
            )
        outcome = git.attempt("merge", "--quiet", "--ff-only", "--no-verify-signatures", commit)
    else:
        outcome = git.attempt("update-ref", f"refs/heads/{name}", commit, before)
    if outcome.status:
        raise RepositoryError(f"{name} has moved, or is in use elsewhere", where=str(git.root), hint="try again")
