"""The line of commits that main itself went through: its first parents."""

from __future__ import annotations

from emp_gitops.errors import OffMainError
from emp_gitops.repository.process import Git

_MAINS = ("refs/heads/main", "refs/remotes/origin/main")


def check_on_main(git: Git, commit: str, ref: str) -> None:
    """Raises OffMainError where there is a main, here or on the remote, and the commit never was its tip.

    A repository without a branch called main has no such line to be on.
    """
    mains = [name for name in _MAINS if git.attempt("show-ref", "--verify", "--quiet", name).status == 0]
    lines = git.run("rev-list", "--first-parent", *mains).decode("ascii").split() if mains else [commit]
    if commit not in lines:
        raise OffMainError(
            f"{ref} ({commit[:12]}) is not on main's first-parent line",
            where=str(git.root),
            hint="reconcile takes what main is or was; merge first, or name a commit of main with --ref",
        )
