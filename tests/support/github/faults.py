"""What goes wrong on purpose, and what happens between two requests."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

SERVER_ERRORS = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}


@dataclass(frozen=True)
class Answer:
    """What goes over the wire; no status at all where the connection drops."""

    status: int | None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def json_answer(status: int, value: Any, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, {"content-type": "application/json; charset=utf-8", **(headers or {})}, json.dumps(value).encode())


DROPPED = Answer(None)


def failure(status: int, message: str | None = None) -> Answer:
    """An error as GitHub words it: of a failing server it is a page and no JSON."""
    if status in SERVER_ERRORS:
        page = f"<html><body><h1>{status} {SERVER_ERRORS[status]}</h1></body></html>"
        return Answer(status, {"content-type": "text/html"}, page.encode())
    said = message or {401: "Bad credentials", 404: "Not Found", 422: "Validation Failed"}.get(status, "Forbidden")
    return json_answer(status, {"message": said, "documentation_url": "https://docs.github.com/rest", "status": str(status)})


def primary_limit(seconds: int) -> Answer:
    """The hour's requests are used up, for as many more seconds."""
    answer = failure(403, "API rate limit exceeded for installation ID 1.")
    reset = str(int(time.time()) + seconds)
    return Answer(403, {**answer.headers, "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}, answer.body)


def secondary_limit(seconds: int | None) -> Answer:
    """Too much at once. GitHub says for how many seconds to wait, or nothing."""
    answer = failure(403, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")
    return Answer(403, answer.headers | ({} if seconds is None else {"retry-after": str(seconds)}), answer.body)


class Outage:
    """From a write on, counted from 0, nothing is answered any more; the first of those still happens if it `has_effect`."""

    answer = DROPPED
    action = None

    def __init__(self, number: int, *, has_effect: bool) -> None:
        self._left = number
        self._has_effect = has_effect
        self.after_effect = False

    def comes(self, method: str, path: str) -> bool:
        if self._left < 0:
            self.after_effect = False
            return True
        if method == "GET" or path == "/graphql":
            return False
        self._left -= 1
        self.after_effect = self._has_effect
        return self._left < 0


@dataclass
class Plan:
    """One thing to happen when requests match: an answer instead of the real one, or an action before it."""

    method: str
    pattern: str
    skip: int
    times: int
    answer: Answer | None = None
    after_effect: bool = False
    action: Callable[[], object] | None = None

    def comes(self, method: str, path: str) -> bool:
        """Whether this request is one of those; each is counted once."""
        if self.times == 0 or self.method not in ("*", method) or not fnmatchcase(path, self.pattern):
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return True
