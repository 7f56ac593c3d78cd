"""What was written in issues, as GraphQL tells it: executed by the letter of GitHub's own description."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphql import GraphQLError, graphql_sync

from support.github.graphql_schema import graphql_schema
from support.github.model import Comment, Issue
from support.github.state import State

LARGEST_PAGE = 100
ELSEWHERE = "example-energy/elsewhere"
"""Where issues were moved to."""


def answer(state: State, question: str, variables: dict[str, Any]) -> dict[str, Any]:
    """The whole answer. What there is not is null beside an error, as on GitHub."""
    root = {"repository": lambda _info, owner, name, **_: _repository(state, owner, name)}
    found = graphql_sync(graphql_schema(), question, root, variable_values=variables)
    errors = [
        {"message": error.message, "path": error.path, **({"type": error.extensions["type"]} if error.extensions else {})}
        for error in found.errors or []
    ]
    return {"data": found.data, **({"errors": errors} if errors else {})}


def _repository(state: State, owner: str, name: str) -> dict[str, Any]:
    if (owner.lower(), name.lower()) != (state.owner.lower(), state.name.lower()):
        raise _not_found(f"Could not resolve to a Repository with the name '{owner}/{name}'.")
    return {"nameWithOwner": f"{state.owner}/{state.name}", "issue": lambda _info, number: _issue(state, number)}


def _issue(state: State, number: int) -> dict[str, Any]:
    found = state.issues.get(number)
    if found is None or number in state.pulls:
        raise _not_found(f"Could not resolve to an Issue with the number of {number}.")
    return {
        **_text(state, found), "number": number, "state": found.state.upper(), "locked": found.is_locked,
        "repository": {"nameWithOwner": ELSEWHERE if number in state.moved else f"{state.owner}/{state.name}"},
        "labels": _connection(found.labels, lambda name: {"name": name}, LARGEST_PAGE),
        "comments": _connection(
            found.comments, lambda each: {**_text(state, each), "fullDatabaseId": str(each.id)}, state.behaviour.page_limit
        ),
    }


def _text(state: State, found: Issue | Comment) -> dict[str, Any]:
    return {
        "body": found.body or "", "author": _actor(state, found.by),
        "editor": _actor(state, found.editors[-1]) if found.editors else None,
        "lastEditedAt": found.updated_at if found.editors else None,
    }


def _actor(state: State, login: str) -> dict[str, Any] | None:
    """Null for who left. A bot's login has no `[bot]` here."""
    user = state.users[login]
    return None if user.is_deleted else {"__typename": user.kind, "login": user.login.removesuffix("[bot]")}


def _connection(items: Sequence[Any], shape: Callable[[Any], Any], limit: int) -> Callable[..., Any]:
    def page(_info: Any, first: int | None = None, after: str | None = None, **_: Any) -> dict[str, Any]:
        if first is None or not 1 <= first <= LARGEST_PAGE:
            raise GraphQLError(f"`first` has to be between 1 and {LARGEST_PAGE}.")
        start = int(after or 0)
        end = min(start + min(first, limit), len(items))
        return {
            "nodes": [shape(each) for each in items[start:end]],
            "pageInfo": {"hasNextPage": end < len(items), "endCursor": str(end)},
        }

    return page


def _not_found(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"type": "NOT_FOUND"})
