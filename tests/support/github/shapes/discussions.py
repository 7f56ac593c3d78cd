"""Issues, pull requests, their comments, labels and reviews."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from support.github.landing import commits_of
from support.github.model import Comment, Issue, Label, Pull, Review
from support.github.shapes.people import team, user, user_or_none
from support.github.shapes.repositories import repository
from support.github.state import State


def label(state: State, found: Label) -> dict[str, Any]:
    return {
        "id": found.id, "node_id": f"LA_{found.id}", "name": found.name,
        "url": f"{state.repository}/labels/{quote(found.name, safe='')}",
        # In lists of pull requests it may not be null, by the description.
        "color": found.color, "default": False, "description": found.description or "",
    }


def labels(state: State, issue: Issue) -> list[dict[str, Any]]:
    return [label(state, state.labels[name]) for name in issue.labels]


def issue(state: State, found: Issue) -> dict[str, Any]:
    """An issue, or a pull request as one."""
    url = f"{state.repository}/issues/{found.number}"
    pull = state.pulls.get(found.number)
    page = f"{state.page}/{'pull' if pull else 'issues'}/{found.number}"
    shown = {
        "id": found.id, "node_id": f"I_{found.id}", "number": found.number, "url": url, "repository_url": state.repository,
        "labels_url": f"{url}/labels{{/name}}", "comments_url": f"{url}/comments", "events_url": f"{url}/events",
        "html_url": page, "state": found.state, "state_reason": found.state_reason, "title": found.title, "body": found.body,
        "user": user(state, found.by), "labels": labels(state, found),
        "assignee": user(state, found.assignees[0]) if found.assignees else None,
        "assignees": [user(state, login) for login in found.assignees], "milestone": None, "locked": found.is_locked, "active_lock_reason": None, "comments": len(found.comments),
        "closed_at": found.closed_at, "created_at": found.created_at, "updated_at": found.updated_at, "closed_by": None,
        "author_association": _association(state, found.by),
    }
    if pull:
        shown["pull_request"] = {
            "url": f"{state.repository}/pulls/{found.number}", "html_url": page, "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch", "merged_at": pull.merged_at,
        }
    return shown


def comment(state: State, found: Comment, on: Issue) -> dict[str, Any]:
    url = f"{state.repository}/issues"
    kind = "pull" if on.number in state.pulls else "issues"
    return {
        "id": found.id, "node_id": f"IC_{found.id}", "url": f"{url}/comments/{found.id}", "issue_url": f"{url}/{on.number}",
        "html_url": f"{state.page}/{kind}/{on.number}#issuecomment-{found.id}", "body": found.body,
        "user": user(state, found.by), "created_at": found.created_at, "updated_at": found.updated_at,
        "author_association": _association(state, found.by), "performed_via_github_app": None,
    }


def review(state: State, found: Review, on: Pull) -> dict[str, Any]:
    pull = f"{state.repository}/pulls/{on.number}"
    page = f"{state.page}/pull/{on.number}#pullrequestreview-{found.id}"
    return {
        "id": found.id, "node_id": f"PRR_{found.id}", "user": user_or_none(state, found.by), "body": found.body,
        "state": found.state, "commit_id": found.commit, "html_url": page, "pull_request_url": pull,
        "submitted_at": found.submitted_at, "author_association": _association(state, found.by),
        "_links": {"html": {"href": page}, "pull_request": {"href": pull}},
    }


def pull(state: State, found: Pull) -> dict[str, Any]:
    """As lists show it."""
    url, issue_url = f"{state.repository}/pulls/{found.number}", f"{state.repository}/issues/{found.number}"
    page, on = f"{state.page}/pull/{found.number}", found.issue
    pages = {
        "self": url, "html": page, "issue": issue_url, "comments": f"{issue_url}/comments", "review_comments": f"{url}/comments",
        "review_comment": f"{state.repository}/pulls/comments{{/number}}", "commits": f"{url}/commits",
        "statuses": f"{state.repository}/statuses/{found.head}",
    }
    return {
        "id": on.id, "node_id": f"PR_{on.id}", "number": found.number, "url": url, "html_url": page, "state": on.state,
        "title": on.title, "body": on.body, "user": user(state, on.by), "labels": labels(state, on), "locked": False,
        "draft": found.is_draft, "diff_url": f"{page}.diff", "patch_url": f"{page}.patch", "issue_url": issue_url,
        **{f"{name}_url": pages[name] for name in ("comments", "review_comments", "review_comment", "commits", "statuses")},
        "assignee": None, "assignees": [], "milestone": None, "auto_merge": None, "active_lock_reason": None,
        "created_at": on.created_at, "updated_at": on.updated_at, "closed_at": on.closed_at, "merged_at": found.merged_at,
        "merge_commit_sha": found.merge_commit, "author_association": _association(state, on.by), **_asked(state, found),
        "head": _side(state, found.owner, found.branch, found.head),
        "base": _side(state, state.owner, found.base, found.base_tip),
        "_links": {name: {"href": href} for name, href in pages.items()},
    }


def full_pull(state: State, found: Pull) -> dict[str, Any]:
    commits = commits_of(state, found)
    files = state.bare.files(found.base_tip, found.head)
    base = f"refs/heads/{found.base}"
    mergeable = state.bare.merged_tree(base, found.head) is not None if found.is_open else None
    return {
        **pull(state, found), "merged": found.merged_at is not None, "mergeable": mergeable, "rebaseable": mergeable,
        "mergeable_state": {True: "clean", False: "dirty", None: "unknown"}[mergeable],
        "merged_by": user_or_none(state, found.merged_by), "comments": len(found.issue.comments), "review_comments": 0,
        "maintainer_can_modify": False, "commits": len(commits), "changed_files": len(files),
        "additions": sum(file.additions for file in files), "deletions": sum(file.deletions for file in files),
    }


def reviewers(state: State, found: Pull) -> dict[str, Any]:
    shown = _asked(state, found)
    return {"users": shown["requested_reviewers"], "teams": shown["requested_teams"]}


def _asked(state: State, found: Pull) -> dict[str, Any]:
    teams = [each for each in state.teams if each.slug in found.asked_teams]
    return {
        "requested_reviewers": [user(state, login) for login in found.asked],
        "requested_teams": [team(state, each) for each in teams],
    }


def _side(state: State, owner: str, branch: str, commit: str) -> dict[str, Any]:
    gone = owner != state.owner and owner not in state.forks
    return {
        "label": f"{owner}:{branch}", "ref": branch, "sha": commit, "user": user(state, owner),
        "repo": None if gone else repository(state, owner),
    }


def _association(state: State, login: str) -> str:
    return "MEMBER" if any(login in each.members for each in state.teams) else "COLLABORATOR"
