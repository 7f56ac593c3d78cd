"""Reading the file of code owners as GitHub does: which line decides about a path, and whom it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where GitHub looks for the file; the first that is there is the only one it reads."""

_FIELD = re.compile(r"(?:\\.|[^\s\\])+")
_OWNER = re.compile(r"@[^@/\s]+(?:/[^@/\s]+)?|[^@\s]+@[^@\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerLine:
    """A line of the file. Without `owners` it takes away what lines before it gave."""

    number: int
    owners: tuple[str, ...]
    matches: re.Pattern[str]


def owner_lines(text: str) -> list[OwnerLine]:
    """The lines that GitHub reads; it skips those that it does not understand."""
    lines = []
    for number, line in enumerate(text.split("\n"), 1):
        pattern, *owners = _FIELD.findall(re.sub(r"(^|\s)#.*", "", line)) or ("",)
        # Of what .gitignore knows, exclusions and ranges of characters are nothing here.
        if pattern and pattern[0] != "!" and not set(pattern) & set("[]") and all(map(_OWNER.fullmatch, owners)):
            lines.append(OwnerLine(number=number, owners=tuple(owners), matches=_matcher(pattern)))
    return lines


def deciding(lines: Sequence[OwnerLine], path: str) -> OwnerLine | None:
    """The line that decides about a file: the last that matches. `path` is from the repository's top."""
    return next((line for line in reversed(lines) if line.matches.fullmatch(path)), None)


def _matcher(pattern: str) -> re.Pattern[str]:
    """What the pattern matches, as one of .gitignore: a folder with all that is in it, but behind `/*` files alone."""
    parts = pattern.removesuffix("/").removeprefix("/").split("/")
    is_anywhere = not pattern.startswith("/") and len(parts) == 1
    ending = "/.*" if pattern.endswith("/") else "" if parts[-1] == "*" and not is_anywhere else "(?:/.*)?"
    text = "(?:.*/)?" if is_anywhere else ""
    for at, part in enumerate(parts):
        is_last = at == len(parts) - 1
        if part == "**":
            text += ".*" if is_last else "(?:.*/)?"
        else:
            text += _segment(part) + ("" if is_last else "/")
    return re.compile(text + ending, re.DOTALL)


def _segment(part: str) -> str:
    """A pattern between two slashes; a backslash takes the meaning from what follows it."""
    wild = {"*": "[^/]*", "?": "[^/]"}
    tokens = re.findall(r"\\?.", part, re.DOTALL)
    return "".join(wild.get(token) or re.escape(token.removeprefix("\\") or "\\") for token in tokens)
