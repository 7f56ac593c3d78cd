"""Fetching what was approved: the head of a pull request is on no branch once it is squashed or rebased."""

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
    url = f"{client.server_url}/{client.owner}/{client.name}.git"
    token, complaint = client.token(), ""
    for wanted in (commit, *(f"refs/pull/{number}/head" for number in pulls)):
        complaint = repository.fetch(url, wanted, token=token) or ""
        if repository.has(commit):
            return
    raise ForgeError(
        f"commit {commit[:12]} cannot be fetched{f': {complaint}' if complaint else ''}", where=client.where,
        hint="check that the token may read the repository's contents, and that GITHUB_SERVER_URL is right",
    )
