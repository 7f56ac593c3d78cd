"""Who is asking, users, organisations and the members of teams."""

from __future__ import annotations

from support.github.model import RefusedError, Team
from support.github.routing import REPO, Call, Listing, Reply, answers
from support.github.shapes import people
from support.github.state import State


@answers("GET", "/user")
def viewer(state: State, call: Call) -> Reply:
    """Tokens of Apps, and with them the token of a workflow, belong to nobody whom this could name."""
    if call.identity.is_installation:
        raise RefusedError(403, "Resource not accessible by integration")
    return Reply(people.full_user(state, state.user(call.identity.login)))


@answers("GET", "/users/{username}")
def user(state: State, call: Call) -> Reply:
    return Reply(people.full_user(state, state.user(call.path["username"])))


@answers("GET", "/orgs/{org}")
def organisation(state: State, call: Call) -> Reply:
    found = state.user(call.path["org"])
    if found.kind != "Organization":
        raise RefusedError(404, "Not Found")
    return Reply(people.organisation(state, found.login))


@answers("GET", "/orgs/{org}/teams/{team_slug}")
def team(state: State, call: Call) -> Reply:
    return Reply(people.full_team(state, _team(state, call)))


@answers("GET", "/orgs/{org}/teams/{team_slug}/members")
def members(state: State, call: Call) -> Listing:
    return _members(state, _team(state, call))


@answers("GET", "/teams/{team_id}/members")
def members_by_id(state: State, call: Call) -> Listing:
    for found in state.teams:
        if found.id == call.number("team_id"):
            return _members(state, _readable(found))
    raise RefusedError(404, "Not Found")


@answers("GET", f"{REPO}/collaborators/{{username}}/permission")
def permission(state: State, call: Call) -> Reply:
    login = state.user(call.path["username"]).login
    writes = any(each.login == login and each.can_write for each in state.tokens.values())
    return Reply({
        "permission": "write" if writes else "read", "role_name": "write" if writes else "read",
        "user": people.user(state, login),
    })


def _members(state: State, team: Team) -> Listing:
    staying = [login for login in team.members if not state.users[login].is_deleted]
    return Listing(staying, lambda login: people.user(state, login))


def _team(state: State, call: Call) -> Team:
    organisation, slug = call.path["org"].lower(), call.path["team_slug"].lower()
    for found in state.teams:
        if (found.organisation.lower(), found.slug) == (organisation, slug):
            return _readable(found)
    raise RefusedError(404, "Not Found")


def _readable(team: Team) -> Team:
    if team.is_readable:
        return team
    raise RefusedError(403, "Resource not accessible by integration")
