"""Issues; pull requests are among them."""

from __future__ import annotations

from support.github.answering.comments import LONGEST
from support.github.answering.pulls import change_issue
from support.github.model import RefusedError
from support.github.routing import REPO, Call, Listing, Reply, answers
from support.github.shapes import discussions
from support.github.state import State

LONGEST_TITLE = 256
"""Characters."""


@answers("GET", f"{REPO}/issues")
def list_(state: State, call: Call) -> Listing:
    wanted, creator = call.query.get("state", "open"), call.query.get("creator")
    labels = {name.lower() for name in call.query.get("labels", "").split(",") if name}
    since = call.query.get("since", "")
    if creator and creator.endswith("[bot]") and not state.behaviour.knows_creators:
        return Listing([], dict)
    found = [
        issue for issue in state.issues.values()
        if issue.number not in state.moved and wanted in ("all", issue.state) and labels.issubset(name.lower() for name in issue.labels)
        and creator in (None, issue.by) and issue.updated_at >= since
    ]
    key = call.query.get("sort", "created")
    found.sort(
        key=lambda issue: {"created": issue.created_at, "updated": issue.updated_at}.get(key, f"{len(issue.comments):9}"),
        reverse=call.query.get("direction", "desc") == "desc",
    )
    return Listing(found, lambda issue: discussions.issue(state, issue))


@answers("POST", f"{REPO}/issues")
def create(state: State, call: Call) -> Reply:
    body = call.body
    if not str(body["title"]).strip():
        raise RefusedError(
            422, "Validation Failed", errors=[{"resource": "Issue", "code": "missing_field", "field": "title"}]
        )
    for field, longest in (("title", LONGEST_TITLE), ("body", LONGEST)):
        if len(str(body.get(field) or "")) > longest:
            message = f"{field} is too long (maximum is {longest} characters)"
            raise RefusedError(
                422, "Validation Failed",
                errors=[{"resource": "Issue", "code": "custom", "field": field, "message": message}],
            )
    assignees = [str(login) for login in body.get("assignees", [])]
    if strange := [login for login in assignees if not can_be_assigned(state, login)]:
        raise RefusedError(
            422, "Validation Failed",
            errors=[{"value": login, "resource": "Issue", "field": "assignees", "code": "invalid"} for login in strange],
        )
    labels = [each if isinstance(each, str) else each["name"] for each in body.get("labels", [])]
    issue = state.open_issue(str(body["title"]), body.get("body"), by=call.identity.login, labels=labels)
    issue.assignees = [state.user(login).login for login in assignees]
    return Reply(discussions.issue(state, issue), 201)


@answers("GET", f"{REPO}/assignees/{{assignee}}")
def assignee(state: State, call: Call) -> Reply:
    if can_be_assigned(state, call.path["assignee"]):
        return Reply(status=204)
    raise RefusedError(404, "Not Found")


def can_be_assigned(state: State, login: str) -> bool:
    """Whether somebody has access to the repository."""
    known = {each.login.lower(): each for each in state.users.values() if each.kind == "User" and not each.is_deleted}
    return login.lower() in known and login not in state.unassignable


@answers("GET", f"{REPO}/issues/{{issue_number}}")
def get(state: State, call: Call) -> Reply:
    return Reply(discussions.issue(state, state.issue(call.number("issue_number"))))


@answers("PATCH", f"{REPO}/issues/{{issue_number}}")
def update(state: State, call: Call) -> Reply:
    issue = state.issue(call.number("issue_number"))
    change_issue(state, call, issue.number)
    if "labels" in call.body:
        state.put_labels(issue, [each if isinstance(each, str) else each["name"] for each in call.body["labels"]])
    return Reply(discussions.issue(state, issue))
