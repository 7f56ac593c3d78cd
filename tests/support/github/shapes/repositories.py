"""Repositories, commits and changed files."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from support.github.bare import Bare, File, Person
from support.github.shapes.people import SINCE, user, user_or_none
from support.github.state import State

_PAGES = {
    "archive_url": "/{archive_format}{/ref}", "assignees_url": "/assignees{/user}", "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}", "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}", "commits_url": "/commits{/sha}", "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}", "contributors_url": "/contributors", "deployments_url": "/deployments",
    "downloads_url": "/downloads", "events_url": "/events", "forks_url": "/forks", "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}", "git_tags_url": "/git/tags{/sha}", "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}", "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}", "keys_url": "/keys{/key_id}", "labels_url": "/labels{/name}",
    "languages_url": "/languages", "merges_url": "/merges", "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}", "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}", "stargazers_url": "/stargazers", "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers", "subscription_url": "/subscription", "tags_url": "/tags", "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}
_COUNTS = (
    "forks", "forks_count", "stargazers_count", "watchers", "watchers_count", "size", "network_count", "subscribers_count",
)
_FEATURES = ("has_projects", "has_wiki", "has_pages", "has_discussions", "archived", "disabled")
_NOTHING = ("description", "homepage", "language", "license", "mirror_url")


def repository(state: State, owner: str | None = None) -> dict[str, Any]:
    """The repository, or somebody's fork of it."""
    owner = owner or state.owner
    name = f"{owner}/{state.name}"
    url = f"{state.api}/repos/{name}"
    issues = sum(issue.state == "open" for issue in state.issues.values())
    bare = list(state.forks).index(owner) + 1 if owner != state.owner else 0
    return {
        "id": 7001 + bare, "node_id": f"R_{7001 + bare}", "name": state.name, "full_name": name, "owner": user(state, owner),
        "private": state.behaviour.is_private, "visibility": "private" if state.behaviour.is_private else "public",
        "html_url": f"{state.url}/{name}", "fork": owner != state.owner, "url": url, "default_branch": "main",
        "clone_url": f"{state.url}/{name}.git", "git_url": f"{state.url}/{name}.git", "svn_url": f"{state.url}/{name}",
        "ssh_url": f"git@127.0.0.1:{name}.git", "has_issues": True, "has_downloads": True, "open_issues": issues,
        "open_issues_count": issues, "created_at": SINCE, "updated_at": SINCE, "pushed_at": SINCE,
        "allow_merge_commit": True, "allow_squash_merge": True, "allow_rebase_merge": True, "allow_auto_merge": False,
        **dict.fromkeys(_COUNTS, 0), **dict.fromkeys(_FEATURES, False), **dict.fromkeys(_NOTHING),
        **{key: url + page for key, page in _PAGES.items()},
    }


def commit(state: State, id_: str, bare: Bare | None = None) -> dict[str, Any]:
    """As lists of commits show it. Its people are told by their addresses, as far as GitHub knows those."""
    found = (bare or state.bare).commit(id_)
    url = f"{state.repository}/commits"
    return {
        "sha": found.sha, "node_id": f"C_{found.sha}", "url": f"{url}/{found.sha}", "html_url": f"{state.page}/commit/{found.sha}",
        "comments_url": f"{url}/{found.sha}/comments",
        "commit": {
            "author": _person(found.author), "committer": _person(found.committer), "message": found.message,
            "tree": {"sha": found.tree, "url": f"{state.repository}/git/trees/{found.tree}"},
            "url": f"{state.repository}/git/commits/{found.sha}", "comment_count": 0,
            "verification": {
                "verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None,
            },
        },
        "author": user_or_none(state, state.login_of(found.author.email)),
        "committer": user_or_none(state, state.login_of(found.committer.email)),
        "parents": [
            {"sha": parent, "url": f"{url}/{parent}", "html_url": f"{state.page}/commit/{parent}"} for parent in found.parents
        ],
    }


def full_commit(state: State, id_: str, files: list[File]) -> dict[str, Any]:
    added, removed = sum(file.additions for file in files), sum(file.deletions for file in files)
    return {
        **commit(state, id_), "stats": {"additions": added, "deletions": removed, "total": added + removed},
        "files": [changed_file(state, file, id_) for file in files],
    }


def _person(found: Person) -> dict[str, Any]:
    return {"name": found.name, "email": found.email, "date": found.date}


def changed_file(state: State, found: File, at: str) -> dict[str, Any]:
    path = quote(found.path.encode(errors="surrogateescape"))
    renamed = {"previous_filename": readable(found.before)} if found.before else {}
    return {
        "sha": found.sha, "filename": readable(found.path), "status": found.status, "additions": found.additions,
        "deletions": found.deletions, "changes": found.additions + found.deletions,
        "blob_url": f"{state.page}/blob/{at}/{path}", "raw_url": f"{state.page}/raw/{at}/{path}",
        "contents_url": f"{state.repository}/contents/{path}?ref={at}", **renamed,
    }


def readable(path: str) -> str:
    """A path as text: bytes that are none become question marks."""
    return path.encode(errors="surrogateescape").decode(errors="replace")
