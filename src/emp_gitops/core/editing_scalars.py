"""How one value is written in YAML so that it reads back as itself."""

from __future__ import annotations

import json
import re
from typing import Final

Scalar = str | int | bool

_INDICATORS: Final = frozenset("-?:,[]{}#&*!|>'\"%@`")
_FLOW_SIGNS: Final = frozenset(",[]{}:")

# Our own loader takes fewer of these for something else than text, but the editors that people use follow YAML 1.2.
_NOT_TEXT: Final = re.compile(
    r"true|True|TRUE|false|False|FALSE|null|Null|NULL|~|<<"
    r"|[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)


def written(value: Scalar, *, style: str = "", flow: bool = False) -> str:
    """The value as YAML on one line, in the given quoting style where it allows that, else in double quotes.

    `style` is that of a libyaml event: a quote, or anything else for plain. `flow` is true inside brackets and braces.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if style not in {"'", '"'} and _reads_as_text(value, flow=flow):
        return value
    return json.dumps(value, ensure_ascii=False)  # YAML knows every escape that JSON has


def written_list(values: list[str]) -> str:
    """A list of texts in brackets."""
    return f"[{', '.join(written(value, flow=True) for value in values)}]"


def _reads_as_text(text: str, *, flow: bool) -> bool:
    """Whether the text means itself when it stands without quotes. Says no to some that would."""
    return (
        text.isprintable()
        and text == text.strip()
        and text[:1] not in _INDICATORS | {""}
        and not text.endswith(":")
        and ": " not in text
        and " #" not in text
        and not (flow and _FLOW_SIGNS.intersection(text))
        and not _NOT_TEXT.fullmatch(text)
    )
