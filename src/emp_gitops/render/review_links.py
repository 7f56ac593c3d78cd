"""Links from a review into the forge."""

from __future__ import annotations

import re
from urllib.parse import quote

from emp_gitops.forge.base import Application
from emp_gitops.render.fitting import name, value

_PULL_REQUEST = re.compile(r"(https?://[A-Za-z0-9._~:/-]+)/pull/[0-9]+", re.ASCII)


def pull_request(application: Application) -> str:
    """`[#14](https://…)`, or the name of a branch."""
    if not _repository(application):
        return name(application.id)
    return f"[{value(f'#{application.id}')}]({application.url})"


def file_line(application: Application, revision: str, path: str, line: int) -> str:
    """A file's line at a commit, linked where the forge shows files."""
    shown = f"{path}:{line}"
    if not (repository := _repository(application)):
        return name(shown)
    return f"[{value(shown, 300)}]({repository}/blob/{revision}/{_quoted(path)}#L{line})"


def file_of(application: Application, path: str | None, text: str) -> str:
    """An id, linked to its file in what is proposed."""
    if path is None or not (repository := _repository(application)):
        return name(text)
    return f"[{name(text)}]({repository}/blob/{application.head}/{_quoted(path)})"


def _repository(application: Application) -> str | None:
    """Where the forge shows the repository, None for one that has no pages."""
    found = _PULL_REQUEST.fullmatch(application.url or "")
    return found and found[1]


def _quoted(path: str) -> str:
    return quote(path.encode("utf-8", "surrogateescape"), safe="/")
