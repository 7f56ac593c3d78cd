"""Who made the commits of a pull request: their authors, their committers, and the co-authors that they name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from github.Commit import Commit

from emp_gitops.forge.github.client import GitHub
from emp_gitops.forge.github.roles import login_of

_CO_AUTHOR = re.compile(r"^[ \t]*co-authored-by[ \t]*:(.*)$", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"<([^<>]*)>")
_LONGEST = 100
"""Characters of a co-author's address in a sentence."""

_AUTHORS = """
query($owner: String!, $name: String!, $commit: GitObjectID!) {
  repository(owner: $owner, name: $name) {
    object(oid: $commit) { ... on Commit { authors(first: 100) { nodes { email user { login } } } } }
  }
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Makers:
    """Everybody who made some commits, by login in small letters and by GitHub's own number where that is told.

    With `trouble` there is somebody whom GitHub does not know, who may be anybody; it ends a sentence.
    """

    logins: frozenset[str] = frozenset()
    ids: frozenset[int] = frozenset()
    trouble: str | None = None


def makers_of(commits: Sequence[Commit], client: GitHub) -> Makers:
    """All that the commits say of who made them, which is no proof: git lets everybody write any address.

    Raises what PyGithub raises: to be called inside `asking`.
    """
    logins, ids, known = set[str](), set[int](), dict[str, str | None]()
    try:
        for commit in commits:
            logins |= {_login(commit, "author", client), _login(commit, "committer", client)}
            for address in _co_authors(commit):
                if found := _noreply(address, client):
                    ids.add(int(found[1]))
                    logins.add(found[2])
                    continue
                if address not in known:
                    known |= _told(commit, client)
                logins.add(_known(known, address, commit))
    except _UnknownError as error:
        return Makers(trouble=str(error))
    return Makers(logins=frozenset(logins), ids=frozenset(ids))


class _UnknownError(Exception):
    """The message says of whom nothing is known, and what mends it."""


def _login(commit: Commit, role: str, client: GitHub) -> str:
    """Of the author or the committer; of a button on GitHub's pages it is GitHub who commits."""
    login = login_of(commit.author if role == "author" else commit.committer)
    if login is None and role == "committer" and commit.commit.committer.email in client.own_addresses:
        return ""
    if login is None:
        raise _UnknownError(
            f"GitHub knows no {role} of its commit {commit.sha[:12]}: whoever made it adds the commit's address to "
            "their GitHub account, or commits again with one of theirs"
        )
    return login.lower()


def _co_authors(commit: Commit) -> Iterator[str]:
    """Addresses in small letters; what follows the words where there is none."""
    for line in _CO_AUTHOR.findall(commit.commit.message or ""):
        address = _ADDRESS.search(line)
        yield (address[1] if address else line).strip().lower()


def _noreply(address: str, client: GitHub) -> re.Match[str] | None:
    """The number and the login in one of GitHub's own addresses; the number is the same after a change of the login."""
    return re.fullmatch(rf"([0-9]{{1,18}})\+([^@+]+)@{re.escape(client.noreply)}", address, re.ASCII)


def _told(commit: Commit, client: GitHub) -> Mapping[str, str | None]:
    """The logins of a commit's authors and co-authors by address, private ones too; only GitHub's GraphQL tells."""
    variables = {"owner": client.owner, "name": client.name, "commit": commit.sha}
    _, answer = client.api.requester.graphql_query(_AUTHORS, variables)
    try:
        actors: list[Any] = answer["data"]["repository"]["object"]["authors"]["nodes"]
        return {each["email"].lower(): each["user"]["login"].lower() if each["user"] else None for each in actors}
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("an answer without the authors") from error


def _known(known: Mapping[str, str | None], address: str, commit: Commit) -> str:
    login = known.get(address)
    if login is None:
        raise _UnknownError(
            f"its commit {commit.sha[:12]} names {address[:_LONGEST] or 'nobody'} as a co-author, and GitHub does not "
            "tell who that is: commit again with an address that its owner has on GitHub, or without the line"
        )
    return login
