"""How values and places are named in messages."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any


def did_you_mean(value: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the nearest known word, or nothing."""
    by_folded = {word.casefold(): word for word in known}
    near = get_close_matches(value.casefold(), list(by_folded), n=1, cutoff=0.6)
    return f"; did you mean {by_folded[near[0]]!r}?" if near else ""


def shown(value: Any) -> str:
    """A value as a person would point at it: texts quoted, long ones cut."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if len(str(value)) <= 60 else f"{str(value)[:57]!r}…"


def place(path: tuple[str | int, ...]) -> str:
    """`subscription.start`, `contacts[2]`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
