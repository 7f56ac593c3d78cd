"""Applications in plain git: branches named `application/…`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from emp_gitops.errors import RepositoryError
from emp_gitops.repository.process import Git

PREFIX = "application/"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_SECOND = int((datetime(9999, 12, 31, tzinfo=UTC) - _EPOCH).total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationBranch:
    """A branch that proposes changes: its name (`application/…`, without a remote's) and its newest commit.

    `author` (`Name <email>`), `opened_at` (UTC) and `title` (the first line of the message) are those of the oldest
    commit that the base does not have; of the newest one where the base has them all.
    """

    name: str
    commit: str
    author: str
    opened_at: datetime
    title: str


def application_branches(git: Git, base: str, *, merged: bool = False) -> list[ApplicationBranch]:
    """The branches that `base` (a full commit id) does not contain, by name; with `merged`, those that it contains.

    Where a branch is both here and on a remote, the one with the newer commit counts. What a branch changes, if
    anything, is not looked at. Raises RepositoryError, also where a shallow clone hides where a branch begins.
    """
    found = []
    for name, commit in sorted(_tips(git, base, merged=merged).items()):
        _check_depth(git, base, commit)
        author, opened_at, title = _opening(git, base, commit)
        found.append(ApplicationBranch(name=name, commit=commit, author=author, opened_at=opened_at, title=title))
    return found


def _tips(git: Git, base: str, *, merged: bool) -> dict[str, str]:
    """The newest commit of each application branch."""
    listed = git.run(
        "for-each-ref", "--sort=-refname", "--sort=committerdate", f"--{'' if merged else 'no-'}merged={base}",
        "--format=%(refname)%00%(objectname)", f"refs/remotes/*/{PREFIX}**", f"refs/heads/{PREFIX}**",
    )
    tips: dict[str, str] = {}
    for line in listed.decode("utf-8", "replace").splitlines():  # in order of age; on a tie a local branch comes last
        ref, commit = line.split("\0")
        _, place, name = ref.split("/", 2)
        tips[name.partition("/")[2] if place == "remotes" else name] = commit
    return tips


def _check_depth(git: Git, base: str, commit: str) -> None:
    if git.attempt("merge-base", base, commit).status == 0:
        return
    if git.run("rev-parse", "--is-shallow-repository").strip() == b"true":
        raise RepositoryError(
            "the clone is shallow, so it does not show where an application begins", where=str(git.root),
            hint="git fetch --unshallow (in GitHub Actions: `fetch-depth: 0`)",
        )


def _opening(git: Git, base: str, commit: str) -> tuple[str, datetime, str]:
    """Author, time and title of the oldest commit of an application."""
    pretty = ("--encoding=UTF-8", "--format=%at%x00%an <%ae>%x00%s")
    output = git.run("log", *pretty, f"{base}..{commit}") or git.run("log", "--max-count=1", *pretty, commit)
    seconds, author, title = output.decode("utf-8", "replace").rstrip("\n").rpartition("\n")[2].split("\0")
    return author, moment_of(int(seconds or 0)), title


def moment_of(seconds: int) -> datetime:
    """The time of a commit, in UTC. A commit may claim any, also one that no calendar has."""
    return _EPOCH + timedelta(seconds=min(seconds, _LATEST_SECOND))
