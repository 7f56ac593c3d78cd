"""Comments on issues and pull requests."""

from __future__ import annotations

from support.github.model import Comment, Issue, RefusedError
from support.github.routing import REPO, Call, Listing, Reply, answers
from support.github.shapes import discussions
from support.github.state import State

_COMMENTS = f"{REPO}/issues/{{issue_number}}/comments"
_COMMENT = f"{REPO}/issues/comments/{{comment_id}}"

LONGEST = 65_536
"""Characters of a comment."""


@answers("GET", _COMMENTS)
def list_(state: State, call: Call) -> Listing:
    issue = state.issue(call.number("issue_number"))
    since = call.query.get("since", "")
    found = [comment for comment in issue.comments if comment.updated_at >= since]
    return Listing(found, lambda comment: discussions.comment(state, comment, issue))


@answers("POST", _COMMENTS)
def create(state: State, call: Call) -> Reply:
    issue = state.issue(call.number("issue_number"))
    if issue.is_locked and call.identity.is_installation:  # such a token may write issues, and nothing else
        raise RefusedError(403, "Unable to create comment because issue is locked.")
    comment = add(state, issue, call.body["body"], by=call.identity.login)
    return Reply(discussions.comment(state, comment, issue), 201)


def add(state: State, issue: Issue, body: str, *, by: str) -> Comment:
    now = state.tick()
    comment = Comment(state.new_id(), by, _checked(body), now, now)
    issue.comments.append(comment)
    issue.updated_at = now
    return comment


@answers("GET", _COMMENT)
def get(state: State, call: Call) -> Reply:
    comment, issue = _found(state, call)
    return Reply(discussions.comment(state, comment, issue))


@answers("PATCH", _COMMENT)
def update(state: State, call: Call) -> Reply:
    comment, issue = _found(state, call)
    edit(state, comment, _checked(call.body["body"]), by=call.identity.login)
    return Reply(discussions.comment(state, comment, issue))


def edit(state: State, comment: Comment, body: str, *, by: str) -> None:
    """GitHub remembers who made another text of it."""
    if body != comment.body:
        comment.body, comment.updated_at = body, state.tick()
        comment.editors.append(by)


@answers("DELETE", _COMMENT)
def delete(state: State, call: Call) -> Reply:
    comment, issue = _found(state, call)
    issue.comments.remove(comment)
    return Reply(status=204)


def _found(state: State, call: Call) -> tuple[Comment, Issue]:
    for issue in state.issues.values():
        for comment in issue.comments:
            if comment.id == call.number("comment_id"):
                return comment, issue
    raise RefusedError(404, "Not Found")


def _checked(body: str) -> str:
    """The text as GitHub keeps it."""
    if not body.strip():
        raise RefusedError(
            422, "Validation Failed", errors=[{"resource": "IssueComment", "code": "missing_field", "field": "body"}]
        )
    if len(body) > LONGEST:
        message = f"body is too long (maximum is {LONGEST} characters)"
        raise RefusedError(
            422, "Validation Failed",
            errors=[{"resource": "IssueComment", "code": "custom", "field": "body", "message": message}],
        )
    return body
