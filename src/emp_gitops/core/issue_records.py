"""The records of a ledger that are about its whole term: the renewal was proposed, the account left it, or is back.

Nothing stands of an issue that a person closed, so that it stays closed, whatever becomes of the account.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Literal

from emp_gitops.core.reminder_records import VERSION

What = Literal["proposed", "ended", "resumed"]


def proposed_line(on: date) -> str:
    """The record that the term's renewal was proposed: once, whatever became of it since. Printable ASCII without `--`,
    as the other lines here.
    """
    return _line("proposed", on)


def ended_line(on: date) -> str:
    """The record that the account left the term, with which the issue is closed."""
    return _line("ended", on)


def resumed_line(on: date) -> str:
    """The record that the account is in the term again."""
    return _line("resumed", on)


def is_proposed(lines: Iterable[str]) -> bool:
    """Whether one of the lines says so."""
    return any(_what(line) == "proposed" for line in lines)


def is_ended(lines: Iterable[str]) -> bool:
    """Whether the lines, oldest first, say that the account left the term, and not since that it is back."""
    told = [what for line in lines if (what := _what(line)) in ("ended", "resumed")]
    return told[-1:] == ["ended"]


def _line(what: What, on: date) -> str:
    return json.dumps({"v": VERSION, "what": what, "on": on.isoformat()}, separators=(",", ":"))


def _what(line: str) -> object:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value.get("what") if isinstance(value, dict) and value.get("v") == VERSION else None
