"""Commits to and from GitHub: the head of a pull request is on no branch once it is squashed or rebased."""

from __future__ import annotations

from collections.abc import Iterable

from emp_gitops.errors import ForgeError
from emp_gitops.forge.github.client import GitHub
from emp_gitops.repository import Repository


def fetch(client: GitHub, repository: Repository, commit: str, *, pulls: Iterable[int] = ()) -> None:
    """Make a commit available in the local repository, by its id or else with the heads of these pull requests.

    Raises ForgeError where it is not to be had.
    """
    if repository.has(commit):
        return
    token, complaint = client.token(), ""
    for wanted in (commit, *(f"refs/pull/{number}/head" for number in pulls)):
        complaint = repository.fetch(_url(client), wanted, token=token) or ""
        if repository.has(commit):
            return
    raise ForgeError(
        f"commit {commit[:12]} cannot be fetched{f': {complaint}' if complaint else ''}", where=client.where,
        hint="check that the token may read the repository's contents, and that GITHUB_SERVER_URL is right",
    )


def push(client: GitHub, repository: Repository, commit: str, *, branch: str) -> None:
    """Make the commit the branch's on GitHub, never by force. Raises ForgeError."""
    complaint = repository.publish(_url(client), commit, branch=branch, token=client.token())
    if complaint:
        raise ForgeError(
            f"the branch {branch} cannot be pushed: {complaint}", where=client.where,
            hint="check that the token may write the repository's contents; where there is a branch of that name with "
            "other commits, close its application and delete it",
        )


def _url(client: GitHub) -> str:
    return f"{client.server_url}/{client.owner}/{client.name}.git"
