"""The repository itself, its branches and its commits."""

from __future__ import annotations

from support.github.bare import Commit
from support.github.landing import pulls_of
from support.github.model import RefusedError
from support.github.routing import REPO, Call, Listing, Reply, answers
from support.github.shapes import discussions, repositories
from support.github.state import State


@answers("GET", REPO)
def get_repository(state: State, _call: Call) -> Reply:
    return Reply(repositories.repository(state))


@answers("GET", f"{REPO}/commits/{{ref}}")
def get(state: State, call: Call) -> Reply:
    commit = known(state, call.path["ref"])
    before = commit.parents[0] if commit.parents else state.bare.git("hash-object", "-t", "tree", "--stdin", given=b"")
    return Reply(repositories.full_commit(state, commit.sha, state.bare.changed(before, commit.sha)))


@answers("GET", f"{REPO}/commits/{{commit_sha}}/pulls")
def pulls(state: State, call: Call) -> Listing:
    found = pulls_of(state, known(state, call.path["commit_sha"]).sha)
    return Listing(found, lambda pull: discussions.pull(state, pull))


def known(state: State, name: str) -> Commit:
    """The commit of an id or a branch. Refuses with 422, as GitHub does."""
    if found := state.bare.resolve(name):
        return state.bare.commit(found)
    raise RefusedError(422, f"No commit found for SHA: {name}")
