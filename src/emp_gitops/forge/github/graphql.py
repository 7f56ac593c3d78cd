"""Questions in GraphQL, for what GitHub's REST API does not tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests
from github.GithubException import GithubException, RateLimitExceededException

from emp_gitops.forge.github.client import GitHub

_PAUSES = (0.5, 1.0)
"""Seconds before asking a second and a third time."""

_REFUSED = 400
"""Stands for an error that GraphQL answers with 200."""


def ask(client: GitHub, question: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The `data` of the answer, in which what there is not is null. To be called inside `asking`.

    A question changes nothing, so it is asked again where the server fails or cannot be reached, as a GET is.
    """
    for pause in _PAUSES:
        try:
            return _asked(client, question, variables)
        except GithubException as error:
            if error.status < 500:
                raise
        except requests.exceptions.ConnectionError as error:
            if isinstance(error, requests.exceptions.SSLError):
                raise
        client.patience.pause(pause)
    return _asked(client, question, variables)


def _asked(client: GitHub, question: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    requester = client.api.requester
    headers, answer = requester.requestJsonAndCheck(
        "POST", requester.graphql_url, input={"query": question, "variables": dict(variables)}
    )
    try:
        kinds = {error.get("type") for error in answer.get("errors") or ()} - {"NOT_FOUND"}
        data: dict[str, Any] | None = answer.get("data")
    except AttributeError as error:
        raise ValueError("an answer that is none of GraphQL's") from error
    if "RATE_LIMITED" in kinds:
        raise RateLimitExceededException(_REFUSED, answer, headers)
    if kinds:
        raise requester.createException(_REFUSED, headers, answer)
    if not data:
        raise ValueError("an answer without data")
    return data
