"""The records of a ledger: what was about to be mailed, what was, and what was passed over, one line of text each.

A line is compact JSON in printable ASCII without `--`, so that it can stand hidden in a comment of HTML. Whatever
cannot be read, such as a line of a later version, is no record: a mail counts as sent only where that is plainly said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

VERSION = 1

_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,200}@[!-;=?-~]{1,200}>")
_LONGEST_LINE = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A mail that is about to be sent on the day `on`. `stage` is what it is about (`P1M`); `recipients` are those of
    its envelope.
    """

    stage: str
    on: date
    message_id: str
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A mail that somebody accepted. Recipients of the intent in neither list were put off: another try may reach
    them.
    """

    stage: str
    on: date
    message_id: str
    accepted: tuple[str, ...]
    rejected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A stage for which no mail goes out any more."""

    stage: str
    on: date


Record = Intent | Sent | Skipped


def to_line(record: Record) -> str:
    """The record as it stands in a ledger."""
    value: dict[str, Any] = {"v": VERSION, "what": type(record).__name__.lower(), "stage": record.stage}
    value["on"] = record.on.isoformat()
    if not isinstance(record, Skipped):
        value["id"] = record.message_id
    if isinstance(record, Intent):
        value["to"] = list(record.recipients)
    if isinstance(record, Sent):
        value |= {"accepted": list(record.accepted), "rejected": list(record.rejected)}
    text = json.dumps(value, separators=(",", ":")).replace("\x7f", "\\u007f")
    return re.sub("(?<=-)-", r"\\u002d", text)  # hyphens stand inside of JSON's texts only


def read_records(lines: Iterable[str]) -> tuple[Record, ...]:
    """The records among some lines, in their order."""
    found = (_record(line) for line in lines)
    return tuple(record for record in found if record)


def _record(line: str) -> Record | None:
    if len(line) > _LONGEST_LINE:
        return None
    try:
        value = json.loads(line)
        return _from_value(value) if isinstance(value, dict) else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _from_value(value: Mapping[str, Any]) -> Record | None:
    """Raises KeyError, TypeError or ValueError for what is no record of this version."""
    if type(value["v"]) is not int or value["v"] != VERSION:
        return None
    stage, on = _text(value["stage"]), date.fromisoformat(_text(value["on"]))
    match value["what"]:
        case "skipped":
            return Skipped(stage=stage, on=on)
        case "intent":
            return Intent(stage=stage, on=on, message_id=_message_id(value["id"]), recipients=_texts(value["to"]))
        case "sent":
            accepted, rejected = _texts(value["accepted"]), _texts(value["rejected"])
            return Sent(
                stage=stage, on=on, message_id=_message_id(value["id"]), accepted=accepted, rejected=rejected
            )
    return None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is no list")
    return tuple(map(_text, value))


def _message_id(value: Any) -> str:
    """It goes into the header of a mail again, so nothing else may."""
    if not _MESSAGE_ID.fullmatch(_text(value)):
        raise ValueError(f"{value!r} is no Message-ID")
    return str(value)
