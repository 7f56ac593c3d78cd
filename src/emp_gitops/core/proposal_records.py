"""The record of a ledger that the renewal of its term was proposed: once, whatever became of it since."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

from emp_gitops.core.reminder_records import VERSION


def proposed_line(on: date) -> str:
    """The record as it stands in a ledger, printable ASCII without `--`."""
    return json.dumps({"v": VERSION, "what": "proposed", "on": on.isoformat()}, separators=(",", ":"))


def is_proposed(lines: Iterable[str]) -> bool:
    """Whether one of the lines is such a record."""
    return any(_is_record(line) for line in lines)


def _is_record(line: str) -> bool:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and (value.get("v"), value.get("what")) == (VERSION, "proposed")
