"""Account-like YAML files in every style that people write them in, as hypothesis draws."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from emp_gitops.core.characters import is_nfc, refused_character

AWKWARD_TEXTS = (
    "", " ", "NO", "12", "-0", "true", "True", "~", "null", "1.0", "0x1F", "<<", "=", "---", "...", "-", "- x", "?", "? x",
    " lead", "trail ", "a: b", "a:b", "x:", ":x", "a #b", "a#b", "#c", "[x]", "]", "{", "a,b", "*a", "&a", "!t", "%d",
    "@x", "`x", "|", ">", "it's", "'", '"', '"q"', "\\", "\\n", "two\nlines", "\n", "end\n", "\r\n", "tab\tx", "\t",
    "\xa0x", "é", "\U0001f600", "http://x?y=[z]", "2026-03-01", "a  b",
)  # fmt: skip

texts = (
    st.sampled_from(AWKWARD_TEXTS)
    | st.from_regex(r"[A-Z][a-z]{1,6}( [a-z.@]{1,5}x){0,3}", fullmatch=True)
    | st.text(max_size=20).filter(lambda text: not refused_character(text) and is_nfc(text))
)
scalars = texts | st.booleans() | st.integers(-(10**18) + 1, 10**18 - 1)
text_lists = st.lists(texts, max_size=4)

TEXT_KEYS = ("name", "customer", "country", "comment", "language")
subscriptions = st.fixed_dictionaries({}, optional={"start": texts, "months": scalars})
accounts = st.fixed_dictionaries(
    {"name": texts},
    optional={
        **dict.fromkeys(TEXT_KEYS[1:], texts),
        "datapoints": scalars,
        "contacts": text_lists,
        "subscription": subscriptions,
    },
)

_comments = st.sampled_from(["", "", "  # why", " # 'quoted: [", "\t# - tab"])
_between = st.sampled_from(["", "", "", "\n", "# a comment: with - signs\n", "#\n\n"])


@dataclass(frozen=True)
class AccountDocument:
    """A file in pieces, each with the key whose entry it is, or None for what lies between; and what it says."""

    pieces: list[tuple[str | None, str]]
    value: dict[str, Any]
    line_break: str
    is_ended: bool

    @property
    def data(self) -> bytes:
        return self._encoded(self.pieces)

    def around(self, key: str) -> tuple[bytes, bytes]:
        """The bytes before and behind a key's entry."""
        index = [piece_key for piece_key, _ in self.pieces].index(key)
        before = self._encoded(self.pieces[:index], is_ended=True)
        return before, self._encoded(self.pieces[index + 1 :])

    def _encoded(self, pieces: list[tuple[str | None, str]], *, is_ended: bool = False) -> bytes:
        text = "".join(text for _, text in pieces)
        return (text if self.is_ended or is_ended else text.removesuffix("\n")).replace("\n", self.line_break).encode()


@st.composite
def account_documents(draw: st.DrawFn) -> AccountDocument:
    """Any of them; keys in any order, with or without an end of the last line, with LF or CRLF."""
    value = draw(accounts)
    pieces: list[tuple[str | None, str]] = [(None, draw(st.sampled_from(["", "# modeline\n", "---\n"])))]
    for key in draw(st.permutations(sorted(value))):
        pieces += [(key, _entry(draw, key, value[key])), (None, draw(_between))]
    while not pieces[-1][1]:
        pieces.pop()
    return AccountDocument(pieces, value, draw(st.sampled_from(["\n", "\r\n"])), draw(st.booleans()))


def _entry(draw: st.DrawFn, key: str, value: Any, indent: str = "") -> str:
    """A key and its value on whole lines, in any style."""
    head = indent + draw(st.sampled_from([key, key, f'"{key}"', f"'{key}' "])) + ":"
    lines = draw(st.sampled_from([_block_lines(draw, value, indent), None]))
    if lines is not None:
        return head + lines
    gap = draw(st.sampled_from([" ", " ", "   ", f"\n{indent}    "]))
    return f"{head}{gap}{_one_line(draw, value)}{draw(_comments)}\n"


def _block_lines(draw: st.DrawFn, value: Any, indent: str) -> str | None:
    """What follows the colon where the value is in block style; None where it cannot be."""
    comment = draw(_comments)
    if isinstance(value, dict) and value:
        above = draw(st.sampled_from(["", "\n", f"{indent}  # inner\n"]))
        return f"{comment}\n" + "".join(above + _entry(draw, key, value[key], indent + "  ") for key in value)
    if isinstance(value, list) and value:
        dash, above = indent + draw(st.sampled_from(["- ", "  - ", "  -   "])), draw(_between)
        return f"{comment}\n" + "".join(f"{above}{dash}{_one_line(draw, item)}{comment}\n" for item in value)
    if isinstance(value, str) and all(re.fullmatch(r"\S[^\t\r\x85\xa0]*", line) for line in value.split("\n")):
        lines = value.replace("\n", f"\n{indent}  ")
        return f" |-{comment}\n{indent}  {lines}\n" if lines.replace("\n", "").isprintable() else None
    return None


def _one_line(draw: st.DrawFn, value: Any) -> str:
    """The value in flow style; a scalar in any quotes that can hold it."""
    space = draw(st.sampled_from(["", " "]))
    if isinstance(value, dict):
        inner = ", ".join(f"{key}: {_one_line(draw, value[key])}" for key in value)
        return f"{{{space}{inner}{space}}}"
    if isinstance(value, list):
        inner = draw(st.sampled_from([", ", ",", ",\n      "])).join(_one_line(draw, item) for item in value)
        return f"[{space}{inner}{space}]"
    if not isinstance(value, str):
        return json.dumps(value)
    styles = [json.dumps(value, ensure_ascii=False)]
    if value.isprintable():
        styles.append("'" + value.replace("'", "''") + "'")
    if re.fullmatch(r"[A-Z][a-z]*( [a-z.@]+)*", value):
        styles.append(value)
    return draw(st.sampled_from(styles))
