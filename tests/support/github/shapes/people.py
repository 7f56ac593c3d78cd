"""Users, organisations, teams and Apps."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from support.github.model import App, Team, User
from support.github.state import State

_USER_PAGES = {
    "followers_url": "/followers", "following_url": "/following{/other_user}", "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}", "subscriptions_url": "/subscriptions", "organizations_url": "/orgs",
    "repos_url": "/repos", "events_url": "/events{/privacy}", "received_events_url": "/received_events",
}
_ORGANISATION_PAGES = {
    "repos_url": "/repos", "events_url": "/events", "hooks_url": "/hooks", "issues_url": "/issues",
    "members_url": "/members{/member}", "public_members_url": "/public_members{/member}",
}
_COUNTS = ("public_repos", "public_gists", "followers", "following")
SINCE = "2024-01-01T00:00:00Z"


def user(state: State, login: str) -> dict[str, Any]:
    """Somebody, or the ghost of somebody who left."""
    found = state.shown(login)
    url = f"{state.api}/users/{quote(found.login)}"
    return {
        "login": found.login, "id": found.id, "node_id": f"U_{found.id}", "gravatar_id": "", "type": found.kind,
        "site_admin": False, "user_view_type": "public", "url": url, "avatar_url": f"{state.url}/avatars/{found.id}",
        "html_url": f"{state.url}/{'apps/' + found.login[:-5] if found.kind == 'Bot' else found.login}",
        **{name: url + page for name, page in _USER_PAGES.items()},
    }


def user_or_none(state: State, login: str | None) -> dict[str, Any] | None:
    """As reviews and commits show people: not at all once they left."""
    return None if login is None or state.users[login].is_deleted else user(state, login)


def full_user(state: State, found: User) -> dict[str, Any]:
    """As asking for a user gives it. An address is not told."""
    unknown = ("name", "company", "blog", "location", "email", "hireable", "bio")
    return {
        **user(state, found.login), **dict.fromkeys(unknown), **dict.fromkeys(_COUNTS, 0), "created_at": SINCE,
        "updated_at": SINCE,
    }


def organisation(state: State, login: str) -> dict[str, Any]:
    found = state.user(login)
    url = f"{state.api}/orgs/{login}"
    return {
        "login": login, "id": found.id, "node_id": f"O_{found.id}", "url": url, "description": None, "type": "Organization",
        "avatar_url": f"{state.url}/avatars/{found.id}", "html_url": f"{state.url}/{login}", "created_at": SINCE,
        "updated_at": SINCE, "archived_at": None, "has_organization_projects": True, "has_repository_projects": True,
        **dict.fromkeys(_COUNTS, 0), **{name: url + page for name, page in _ORGANISATION_PAGES.items()},
    }


def team(state: State, found: Team) -> dict[str, Any]:
    url = f"{state.api}/teams/{found.id}"
    return {
        "id": found.id, "node_id": f"T_{found.id}", "name": found.slug.replace("-", " ").title(), "slug": found.slug,
        "description": None, "privacy": "closed", "notification_setting": "notifications_enabled", "permission": "push",
        "url": url, "html_url": f"{state.url}/orgs/{found.organisation}/teams/{found.slug}", "type": "organization",
        "members_url": f"{url}/members{{/member}}", "repositories_url": f"{url}/repos", "parent": None,
    }


def full_team(state: State, found: Team) -> dict[str, Any]:
    return {
        **team(state, found), "members_count": len(found.members), "repos_count": 1, "created_at": SINCE, "updated_at": SINCE,
        "organization": organisation(state, found.organisation),
    }


def app(state: State, found: App) -> dict[str, Any]:
    return {
        "id": found.id, "slug": found.slug, "node_id": f"A_{found.id}", "owner": user(state, state.owner),
        "name": found.slug.replace("-", " ").title(), "description": None, "external_url": state.url,
        "html_url": f"{state.url}/apps/{found.slug}", "created_at": SINCE, "updated_at": SINCE,
        "permissions": found.permissions, "events": [],
    }


def installation(state: State, found: App) -> dict[str, Any]:
    url = f"{state.api}/app/installations/{found.installation}"
    owner = user(state, state.owner)
    return {
        "id": found.installation, "account": owner, "repository_selection": "selected", "app_id": found.id,
        "app_slug": found.slug, "target_id": owner["id"], "target_type": "Organization", "single_file_name": None,
        "access_tokens_url": f"{url}/access_tokens", "repositories_url": f"{state.api}/installation/repositories",
        "html_url": f"{state.url}/organizations/{state.owner}/settings/installations/{found.installation}",
        "permissions": found.permissions, "events": [], "created_at": SINCE, "updated_at": SINCE, "suspended_by": None,
        "suspended_at": None,
    }
