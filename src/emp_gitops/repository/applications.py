"""Applications in plain git: branches named `application/…` that change account files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from emp_gitops.core.tree import ACCOUNT_SUFFIX, ACCOUNTS_FOLDER, account_id, account_id_trouble
from emp_gitops.errors import RepositoryError
from emp_gitops.repository.process import Git

PREFIX = "application/"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_SECOND = int((datetime(9999, 12, 31, tzinfo=UTC) - _EPOCH).total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationBranch:
    """A branch that proposes changes: its name (`application/…`, without a remote's) and its newest commit.

    `author` (`Name <email>`) and `opened_at` (UTC) are those of the oldest commit that the base does not have;
    `accounts` are the ids whose files it changes, sorted.
    """

    name: str
    commit: str
    author: str
    opened_at: datetime
    accounts: tuple[str, ...]


def application_branches(git: Git, base: str) -> list[ApplicationBranch]:
    """The open applications against `base` (a full commit id), by name.

    Where a branch is both here and on a remote, the one with the newer commit counts. A branch without history in
    common with the base is none. Raises RepositoryError, also where a shallow clone hides what they have in common.
    """
    found = []
    for name, commit in sorted(_tips(git, base).items()):
        common = _common_commit(git, base, commit)
        accounts = _changed_accounts(git, common, commit) if common else ()
        if accounts:
            author, opened_at = _opening(git, base, commit)
            found.append(ApplicationBranch(
                name=name, commit=commit, author=author, opened_at=opened_at, accounts=accounts,
            ))
    return found


def _tips(git: Git, base: str) -> dict[str, str]:
    """The newest commit of each application branch that is not contained in the base."""
    listed = git.run(
        "for-each-ref", "--sort=-refname", "--sort=committerdate", f"--no-merged={base}",
        "--format=%(refname)%00%(objectname)", f"refs/remotes/*/{PREFIX}**", f"refs/heads/{PREFIX}**",
    )
    tips: dict[str, str] = {}
    for line in listed.decode("utf-8", "replace").splitlines():  # in order of age; on a tie a local branch comes last
        ref, commit = line.split("\0")
        _, place, name = ref.split("/", 2)
        tips[name.partition("/")[2] if place == "remotes" else name] = commit
    return tips


def _common_commit(git: Git, base: str, commit: str) -> str | None:
    outcome = git.attempt("merge-base", base, commit)
    if outcome.status == 0:
        return outcome.output.decode("ascii").split()[0]
    if git.run("rev-parse", "--is-shallow-repository").strip() == b"true":
        raise RepositoryError(
            "the clone is shallow, so it does not show where an application begins", where=str(git.root),
            hint="git fetch --unshallow (in GitHub Actions: `fetch-depth: 0`)",
        )
    return None


def _changed_accounts(git: Git, before: str, after: str) -> tuple[str, ...]:
    """The ids whose files differ, in content or mode; compared by id, so that moving a file is no change."""
    old: dict[str, set[str]] = defaultdict(set)
    new: dict[str, set[str]] = defaultdict(set)
    for path, was, is_now in _changed_files(git, before, after):
        id_ = account_id(path)
        if path.endswith(ACCOUNT_SUFFIX) and not account_id_trouble(id_):
            old[id_].add(was)
            new[id_].add(is_now)
    return tuple(sorted(id_ for id_ in old if old[id_] != new[id_]))


def _changed_files(git: Git, before: str, after: str) -> Iterator[tuple[str, str, str]]:
    """Path, mode and blob before, mode and blob after."""
    output = git.run(
        "diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-ext-diff", "--no-textconv",
        before, after, "--", ACCOUNTS_FOLDER,
    )
    records = output.decode("utf-8", "surrogateescape").split("\0")
    for facts, path in zip(records[0:-1:2], records[1::2], strict=True):
        old_mode, new_mode, old_blob, new_blob, _ = facts.removeprefix(":").split(" ")
        yield path, f"{old_mode} {old_blob}", f"{new_mode} {new_blob}"


def _opening(git: Git, base: str, commit: str) -> tuple[str, datetime]:
    """Author and time of the oldest commit of an application."""
    output = git.run("log", "--encoding=UTF-8", "--format=%at %an <%ae>", f"{base}..{commit}")
    seconds, _, author = output.decode("utf-8", "replace").rstrip("\n").rpartition("\n")[2].partition(" ")
    # A commit may claim any time, also none or one that no calendar has.
    return author, _EPOCH + timedelta(seconds=min(int(seconds or 0), _LATEST_SECOND))
