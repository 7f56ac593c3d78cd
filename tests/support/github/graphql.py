"""The questions that only GraphQL answers: who is asking, who edited an issue, and all that was written in some issues."""

from __future__ import annotations

import re
from typing import Any

from support.github.model import Identity
from support.github.state import State


def graphql(state: State, identity: Identity, body: dict[str, Any]) -> dict[str, Any]:
    """Two are known by their words, spaces aside; any other is answered by GitHub's own description, where it is about
    issues.
    """
    question, variables = re.sub(r"\s+", " ", body["query"]), body.get("variables", {})
    if "viewer { login }" in question:
        return {"data": {"viewer": {"login": identity.login}}}
    if "userContentEdits" in question:
        return {"data": {"repository": _edits(state, variables)}}
    from support.github.graphql_issues import answer  # it takes a while to import

    return answer(state, body["query"], variables)


def _edits(state: State, variables: dict[str, Any]) -> dict[str, Any] | None:
    if (variables["owner"], variables["name"]) != (state.owner, state.name):
        return None
    issue = state.issues.get(variables["number"])
    if issue is None or issue.number in state.pulls:
        return {"issue": None}
    # GitHub counts the first version among the edits, once there is a second.
    editors = [issue.by, *issue.editors][::-1] if issue.editors else []
    nodes = [{"editor": None if state.users[login].is_deleted else {"login": login}} for login in editors]
    return {"issue": {"userContentEdits": {"nodes": nodes, "pageInfo": {"hasNextPage": False}}}}
