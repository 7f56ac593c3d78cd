"""Links from a review into the forge."""

from __future__ import annotations

import re
from urllib.parse import quote

from emp_gitops.forge.base import Application
from emp_gitops.render.escape import markdown
from emp_gitops.render.fitting import clipped, name, value

_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9._~:/%-]+")


def pull_request(application: Application) -> str:
    """`[#14](https://…)`, or the name of a branch."""
    if application.url is None:
        return name(application.id)
    return _linked(f"#{application.id}", application.url)


def file_line(application: Application, revision: str, path: str, line: int) -> str:
    """A file's line at a commit, linked where the forge shows files."""
    shown = f"{path}:{line}"
    if application.url is None:
        return name(shown)
    repository = application.url.partition("/pull/")[0]
    return _linked(shown, f"{repository}/blob/{revision}/{_path(path)}#L{line}")


def file_of(application: Application, path: str | None, text: str) -> str:
    """An id, linked to its file in what is proposed."""
    if application.url is None or path is None:
        return name(text)
    repository = application.url.partition("/pull/")[0]
    return f"[{name(text)}]({repository}/blob/{application.head}/{_path(path)})"


def _linked(text: str, url: str) -> str:
    plain, _, line = url.partition("#")
    if not _PLAIN_URL.fullmatch(plain) or (line and not re.fullmatch(r"L[0-9]+", line)):
        return value(text)
    return f"[{markdown(clipped(text, 300))}]({url})"


def _path(path: str) -> str:
    return quote(path.encode("utf-8", "surrogateescape"), safe="/")
