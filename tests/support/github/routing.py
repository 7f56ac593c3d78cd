"""Which function answers which operation; the templates are those of GitHub's description."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import unquote

from support.github.model import Identity
from support.github.state import State

REPO = "/repos/{owner}/{repo}"


@dataclass(frozen=True)
class Call:
    """A request that fits an operation. `path` are the parameters in its template, decoded; `body` is `{}` for none."""

    path: dict[str, str]
    query: dict[str, str]
    body: dict[str, Any]
    identity: Identity

    def number(self, name: str) -> int:
        return int(self.path[name])


@dataclass(frozen=True)
class Reply:
    value: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Listing:
    """Many values, of which the dispatcher gives a page. `key` is the member that holds the list, None for the list alone."""

    items: Sequence[Any]
    shape: Callable[[Any], Any]
    key: str | None = None


Handler = Callable[[State, Call], Reply | Listing]
HANDLERS: dict[tuple[str, str], Handler] = {}


def answers(method: str, template: str) -> Callable[[Handler], Handler]:
    """Names the operation that a function answers."""

    def remember(handler: Handler) -> Handler:
        assert (method, template) not in HANDLERS
        HANDLERS[method, template] = handler
        return handler

    return remember


def find(method: str, path: str) -> tuple[str, dict[str, str]] | None:
    """The template of an operation that is answered here, and its parameters."""
    for template, pattern in _patterns(method):
        if match := pattern.fullmatch(path):
            return template, {name: unquote(text) for name, text in match.groupdict().items()}
    return None


@cache
def _patterns(method: str) -> list[tuple[str, re.Pattern[str]]]:
    """The most telling ones first, since branches may have slashes."""
    templates = sorted((template for known, template in HANDLERS if known == method), key=lambda text: (-text.count("/"), text.count("{")))
    return [(template, re.compile(re.sub(r"\{(\w+)\}", _group, template))) for template in templates]


def _group(name: re.Match[str]) -> str:
    return f"(?P<{name[1]}>{'.+' if name[1] in ('ref', 'branch') else '[^/]+'})"
