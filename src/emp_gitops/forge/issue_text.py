"""What the issues of all forges have in common: their keys, the lines that nobody sees, and bodies that hold none.

Markers and records are comments of HTML, each on a line of its own, so that neither a quotation nor a value in the
middle of a sentence is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

LABEL = "emp-gitops"
"""What every issue of ours is labelled with, where a forge has labels."""

HEARTBEAT = "heartbeat"
"""No issue is called so: plain git keeps another file under that name."""

LONGEST_KEY = 200

_WORD = "[a-z0-9][a-z0-9-]*"
_KEY = re.compile(f"{_WORD}(?: {_WORD})*")
_RECORD = "[!-~](?:[ -~]*[!-~])?"
_HIDDEN = re.compile(rf"^<!-- emp-gitops:(issue|record) ({_RECORD}) -->\r?$", re.MULTILINE)
_LIKE_HIDDEN = re.compile(r"<!--(?=\s*emp-gitops\s*:)", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def check_key(key: str) -> str:
    """The key. Raises ValueError unless it is words of small letters, digits and dashes with single spaces between."""
    if not _KEY.fullmatch(key) or len(key) > LONGEST_KEY or key == HEARTBEAT:
        raise ValueError(f"{key!r} is no key of an issue")
    return key


def hidden(key: str | None, records: Iterable[str]) -> str:
    """The lines to put below a text: the marker, unless there is no key to mark it with, and the records.

    Raises ValueError for a record that is not one line of printable ASCII without `--`.
    """
    lines = [] if key is None else [f"<!-- emp-gitops:issue {check_key(key)} -->"]
    for record in records:
        if not re.fullmatch(_RECORD, record) or "--" in record:
            raise ValueError(f"{record!r} is no record")
        lines.append(f"<!-- emp-gitops:record {record} -->")
    return "\n".join(lines)


def keys_in(text: str) -> tuple[str, ...]:
    """The keys of all markers in a text."""
    found = [value for kind, value in _HIDDEN.findall(text) if kind == "issue"]
    return tuple(key for key in found if _KEY.fullmatch(key))


def records_in(text: str) -> tuple[str, ...]:
    return tuple(value for kind, value in _HIDDEN.findall(text) if kind == "record" and "--" not in value)


def neutral(body: str) -> str:
    """A body in which nothing counts as a marker or a record, with plain line ends and no control characters."""
    lines = _CONTROLS.sub("", body.replace("\r\n", "\n").replace("\r", "\n"))
    return _LIKE_HIDDEN.sub("&lt;!--", lines).strip("\n")


def title_of(title: str, *, longest: int) -> str:
    """A title on one line, cut where it is too long."""
    line = " ".join(_CONTROLS.sub(" ", title).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
