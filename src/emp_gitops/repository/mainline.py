"""The line of commits that main itself went through: its first parents."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from emp_gitops.errors import OffMainError, RefusedError
from emp_gitops.repository.branches import tips_of_main
from emp_gitops.repository.process import Git

_UNSHALLOW = "git fetch --unshallow (in GitHub Actions: `fetch-depth: 0`)"


@dataclass(frozen=True, slots=True)
class LineCommit:
    """One commit of main, by its full id, and its parents; the first of them is the commit of main before it."""

    commit: str
    parents: tuple[str, ...]


def check_on_main(git: Git, commit: str, ref: str) -> None:
    """Raises OffMainError where there is a main, here or on the remote, and the commit never was its tip.

    A repository without a branch called main has no such line to be on.
    """
    mains = tips_of_main(git).values()
    lines = git.run("rev-list", "--first-parent", *mains).decode("ascii").split() if mains else [commit]
    if commit not in lines:
        raise OffMainError(
            f"{ref} ({commit[:12]}) is not on main's first-parent line",
            where=str(git.root),
            hint="reconcile takes what main is or was; merge first, or name a commit of main with --ref",
        )


def line_since(git: Git, start: str, revision: str, *, what: str) -> list[LineCommit]:
    """The first-parent commits after `start` up to `revision` (full ids), oldest first.

    Raises OffMainError where the revision is behind the first, RefusedError where the two have no line in common: the
    history was rewritten, or the clone does not reach back that far. `what` says what the first is.
    """
    if (found := _down_to(git, start, revision)) is not None:
        return found
    if git.attempt("cat-file", "-e", f"{start}^{{commit}}").status == 0:
        if _down_to(git, revision, start) is not None:
            raise OffMainError(
                f"{revision[:12]} is behind {what} {start[:12]}",
                where=str(git.root),
                hint="reconcile a newer commit of main; to undo a change, open an application that changes it back",
            )
    elif git.run("rev-parse", "--is-shallow-repository").strip() == b"true":
        raise RefusedError(
            f"the clone is shallow and does not reach back to {what} {start[:12]}",
            where=str(git.root),
            hint=_UNSHALLOW,
        )
    raise RefusedError(
        f"{revision[:12]} does not descend from {what} {start[:12]}: main's history was "
        "rewritten, or main was merged into another branch that took its place",
        where=str(git.root),
        hint="find out who rewrote it; when main is as it should be, an operator runs: "
        "emp-gitops reconcile --trust REVISION",
    )


def check_whole(git: Git) -> None:
    """Raises RefusedError in a shallow clone, where merges and their commits cannot be told from what was cut off."""
    if git.run("rev-parse", "--is-shallow-repository").strip() == b"true":
        raise RefusedError(
            "the clone is shallow, so it does not show what was approved", where=str(git.root), hint=_UNSHALLOW
        )


def _down_to(git: Git, end: str, start: str) -> list[LineCommit] | None:
    """The first-parent commits from `start` back to before `end`, oldest first; None where `end` is not among them."""
    line: list[LineCommit] = []
    lines = git.lines("rev-list", "--first-parent", "--parents", start)
    with closing(lines):
        for text in lines:
            commit, *parents = text.decode("ascii").split()
            if commit == end:
                return line[::-1]
            line.append(LineCommit(commit, tuple(parents)))
    return None
