"""Labels of the repository, and those on issues and pull requests."""

from __future__ import annotations

from typing import Any

from support.github.model import Issue, Label, RefusedError
from support.github.routing import REPO, Call, Listing, Reply, answers
from support.github.shapes import discussions
from support.github.state import State

_ON_ISSUE = f"{REPO}/issues/{{issue_number}}/labels"
LONGEST_DESCRIPTION = 100
"""Characters."""


@answers("GET", f"{REPO}/labels")
def list_(state: State, _call: Call) -> Listing:
    return Listing([*state.labels.values()], lambda label: discussions.label(state, label))


@answers("POST", f"{REPO}/labels")
def create(state: State, call: Call) -> Reply:
    name, description = call.body["name"], call.body.get("description")
    if _named(state, name):
        raise _invalid("already_exists", "name")
    if len(description or "") > LONGEST_DESCRIPTION:
        raise _invalid("custom", "description")
    label = state.add_label(name, call.body.get("color", "ededed"), description)
    return Reply(discussions.label(state, label), 201)


@answers("GET", f"{REPO}/labels/{{name}}")
def get(state: State, call: Call) -> Reply:
    if label := _named(state, call.path["name"]):
        return Reply(discussions.label(state, label))
    raise RefusedError(404, "Not Found")


@answers("GET", _ON_ISSUE)
def of_issue(state: State, call: Call) -> Listing:
    return _listed(state, state.issue(call.number("issue_number")))


@answers("POST", _ON_ISSUE)
def add(state: State, call: Call) -> Listing:
    issue = state.issue(call.number("issue_number"))
    state.put_labels(issue, [*issue.labels, *_names(call)])
    return _listed(state, issue)


@answers("PUT", _ON_ISSUE)
def replace(state: State, call: Call) -> Listing:
    issue = state.issue(call.number("issue_number"))
    state.put_labels(issue, _names(call))
    return _listed(state, issue)


@answers("DELETE", _ON_ISSUE)
def remove_all(state: State, call: Call) -> Reply:
    state.issue(call.number("issue_number")).labels = []
    return Reply(status=204)


@answers("DELETE", f"{_ON_ISSUE}/{{name}}")
def remove(state: State, call: Call) -> Listing:
    issue = state.issue(call.number("issue_number"))
    kept = [name for name in issue.labels if name.lower() != call.path["name"].lower()]
    if len(kept) == len(issue.labels):
        raise RefusedError(404, "Label does not exist")
    issue.labels = kept
    return _listed(state, issue)


def _listed(state: State, issue: Issue) -> Listing:
    return Listing(issue.labels, lambda name: discussions.label(state, state.labels[name]))


def _names(call: Call) -> list[str]:
    """The labels of a body, which is a list or an object that holds one."""
    given: Any = call.body
    if isinstance(given, dict):
        given = given.get("labels", [])
    return [each if isinstance(each, str) else each["name"] for each in given]


def _named(state: State, name: str) -> Label | None:
    return {known.lower(): label for known, label in state.labels.items()}.get(name.lower())


def _invalid(code: str, field: str) -> RefusedError:
    return RefusedError(422, "Validation Failed", errors=[{"resource": "Label", "code": code, "field": field}])
