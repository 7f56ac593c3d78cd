"""Branches, here and on the remote: where main is, making one, moving main, pushing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from emp_gitops.errors import EmpError, ForgeError, RepositoryError
from emp_gitops.repository.process import Git, Outcome
from emp_gitops.repository.troubles import harmless

REMOTE = "origin"
_MAIN = "main"
_LOCAL, _TRACKED = f"refs/heads/{_MAIN}", f"refs/remotes/{REMOTE}/{_MAIN}"
MAINS = (_LOCAL, _TRACKED)
"""Where main can be: here, and on the remote as last fetched."""


@dataclass(frozen=True, slots=True)
class Main:
    """Where main is: the commit that counts, the name it was found under, and the branch's own commit here, if any."""

    commit: str
    name: str
    local: str | None


def find_main(git: Git) -> Main:
    """The newer of main here and main on the remote, as last fetched; of two that parted the remote's, for that is
    where applications are merged. Without a main, what is checked out. Raises RepositoryError.
    """
    tips = tips_of_main(git)
    local, tracked = tips.get(_LOCAL), tips.get(_TRACKED)
    if local and (tracked is None or is_contained(git, tracked, local)):
        return Main(local, _MAIN, local)
    if tracked:
        return Main(tracked, f"{REMOTE}/{_MAIN}", local)
    head = commit_of(git, "HEAD")
    if head is None:
        raise RepositoryError(
            "the git repository has no commits yet", where=str(git.root),
            hint="commit the configuration first: git add --all && git commit",
        )
    return Main(head, "HEAD", None)


def tips_of_main(git: Git) -> dict[str, str]:
    """The commits of those of `MAINS` that there are, by full name. Raises RepositoryError."""
    listed = git.run("for-each-ref", "--format=%(objectname) %(refname)", *MAINS).decode("utf-8", "replace")
    found = (line.split(" ", 1) for line in listed.splitlines())
    return {name: commit for commit, name in found if name in MAINS}


def is_contained(git: Git, commit: str, other: str) -> bool:
    """Whether the history of the other commit has the first one in it (full ids)."""
    return git.attempt("merge-base", "--is-ancestor", commit, other).status == 0


def is_branch_name(git: Git, name: str) -> bool:
    """Whether git lets a branch have the name."""
    return name.isprintable() and git.attempt("check-ref-format", "--branch", name).status == 0


def create_branch(git: Git, name: str, commit: str) -> None:
    """Make a branch, unless it is there with this very commit. Raises EmpError where the name is taken or none."""
    if not is_branch_name(git, name):
        raise EmpError(f"{name!r} cannot be the name of a branch")
    ref = f"refs/heads/{name}"
    outcome = git.attempt("update-ref", "-m", "emp-gitops: open an application", ref, commit, "0" * len(commit))
    if outcome.status and commit_of(git, ref) != commit:
        raise EmpError(f"the branch {name} exists already, or stands in the way of another", hint="git branch --list")


def taken_branches(git: Git, prefix: str) -> set[str]:
    """The names of branches that begin with `prefix`, here and on the remote as last fetched."""
    listed = git.run(
        "for-each-ref", "--format=%(refname)", f"refs/heads/{prefix}*", f"refs/remotes/{REMOTE}/{prefix}*",
        f"refs/heads/{prefix}*/**", f"refs/remotes/{REMOTE}/{prefix}*/**",
    )
    refs = listed.decode("utf-8", "replace").splitlines()
    return {ref.removeprefix("refs/heads/").removeprefix(f"refs/remotes/{REMOTE}/") for ref in refs}


def has_remote(git: Git) -> bool:
    """Whether there is a remote to push to."""
    return git.attempt("remote", "get-url", REMOTE).status == 0


def push_to_origin(git: Git, name: str, commit: str, *, again: str) -> bool:
    """Push a commit to the remote's branch; False where there is no remote. Raises ForgeError, see `push_failure`."""
    if not has_remote(git):
        return False
    outcome = push(git, commit, name)
    if outcome.status:
        raise push_failure(name, outcome, again=again)
    return True


def push(git: Git, commit: str, branch: str) -> Outcome:
    """Make the remote's branch this commit, where that only adds to it."""
    ours = ("--porcelain", "--no-verify", "--no-follow-tags")
    return git.attempt("push", *ours, REMOTE, f"{commit}:refs/heads/{branch}")


def push_failure(branch: str, outcome: Outcome, *, again: str) -> ForgeError:
    """Why a push failed, with `again` as what to do once nothing stands in the way any more."""
    complaint = f"{outcome.output.decode('utf-8', 'replace')}\n{outcome.complaint}"
    if re.search(r"\[rejected\]|\(fetch first\)|\(non-fast-forward\)|stale info", complaint):
        return ForgeError(
            f"the push was rejected: {branch} on {REMOTE} has commits that are not here",
            where=REMOTE, hint=f"git fetch {REMOTE}, look at what changed there; then: {again}",
        )
    if match := re.search(r"\[remote rejected\][^\n]*\(([^\n]*)\)", complaint):
        return ForgeError(
            f"{REMOTE} refused the push to {branch}: {plain(match[1])}", where=REMOTE,
            hint=f"the branch may be protected; once that is settled: {again}",
        )
    lines = [line.strip() for line in complaint.splitlines() if line.strip()]
    said = [line for line in lines if line.startswith(("fatal: ", "error: ", "remote: ", "ERROR: "))] or lines or ["?"]
    if re.search(r"\b(403|401)\b|ermission|ould not read (Username|Password)|uthentication|not authorized", complaint):
        return ForgeError(
            f"{REMOTE} does not let you push: {plain(said[0])}", where=REMOTE,
            hint=f"ask for the right to push, or log in again; then: {again}",
        )
    return ForgeError(
        f"{REMOTE} could not be reached: {plain(said[0])}", where=REMOTE, hint=f"when it can be: {again}"
    )


def plain(text: str) -> str:
    """A line of git's or of a remote's as a bounded text that does nothing on a terminal."""
    return harmless(text.removeprefix("fatal: ").removeprefix("error: ").removeprefix("remote: "))


def commit_of(git: Git, ref: str) -> str | None:
    """The commit of a full ref or an expression; None where there is none."""
    outcome = git.attempt("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
    return outcome.output.decode("ascii", "replace").strip() or None
