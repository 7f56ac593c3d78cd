"""The strict YAML loader: bytes in; a value, or every problem of the file, out."""

from __future__ import annotations

import re
from bisect import bisect_right
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from emp_gitops.core.characters import decomposed_at, is_nfc, refused_character, refused_runs, without_refused
from emp_gitops.core.findings import WHOLE_FILE, Position
from emp_gitops.core.loading_nodes import Node, Path, nodes_of
from emp_gitops.core.loading_problems import Problem, Words, position_of
from emp_gitops.core.loading_reader import Reader
from emp_gitops.core.tree import MAX_FILE_BYTES

__all__ = ["Loaded", "Path", "Positions", "Problem", "load", "locate"]

_LINE_BREAK: Final = re.compile(r"\r\n?|\n")
_WIDE_ENCODING: Final = re.compile(rb"(?:[^\0]\0){2}|(?:\0[^\0]){2}|[^\0]\0{3}|\0{3}[^\0]")

_TOO_LARGE: Final = Words(
    "file-too-large",
    f"the file has more than {MAX_FILE_BYTES // 1024} KiB",
    "keep to what an account needs",
)
_BYTE_ORDER_MARK: Final = Words(
    "byte-order-mark",
    "the file begins with a byte order mark",
    "save it as UTF-8 without a byte order mark (BOM)",
)
_WIDE: Final = Words("not-utf-8", "the file looks like UTF-16 or UTF-32, not UTF-8", "save it as UTF-8")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file's value, or its problems in order of position; the value is None where there are problems."""

    value: Any
    problems: tuple[Problem, ...]


def load(data: bytes) -> Loaded:
    """Load a file by the strict rules. Never raises, whatever the bytes are."""
    if len(data) > MAX_FILE_BYTES:
        return Loaded(None, (_TOO_LARGE.at(WHOLE_FILE),))
    if data.startswith((BOM_UTF16_BE, BOM_UTF16_LE)) or _WIDE_ENCODING.match(data):
        return Loaded(None, (_WIDE.at(WHOLE_FILE),))
    problems = [_BYTE_ORDER_MARK.at(WHOLE_FILE)] if data.startswith(BOM_UTF8) else []
    try:
        text = data.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        return Loaded(None, (*problems, _undecodable(error)))
    if refused_character(text) or not is_nfc(text):
        problems += _character_problems(text)
        text = without_refused(text)
    reader = Reader(text)
    value = reader.read()
    problems += reader.problems
    if problems:
        return Loaded(None, tuple(sorted(problems, key=_place)))
    return Loaded(value, ())


def _place(problem: Problem) -> tuple[int, int]:
    return problem.position.line, problem.position.column


def _undecodable(error: UnicodeDecodeError) -> Problem:
    before = error.object[: error.start].decode()
    words = Words("not-utf-8", f"the byte {error.object[error.start]:#04x} here is not UTF-8", "save the file as UTF-8")
    return words.at(_Lines(before).position(len(before)))


def _character_problems(text: str) -> Iterator[Problem]:
    """What is wrong with the text as characters, anywhere, also in comments."""
    lines = _Lines(text)
    for index, description in refused_runs(text):
        words = Words("refused-character", f"the file holds {description}", "remove it; it may be invisible")
        yield words.at(lines.position(index))
    for start, end in lines.spans():
        if (offset := decomposed_at(text[start:end])) is not None:
            yield _NOT_COMPOSED.at(lines.position(start + offset))


_NOT_COMPOSED: Final = Words(
    "not-nfc",
    "a letter and its accent are two characters here where one is usual (the text is not NFC)",
    "type the letter again",
)


class _Lines:
    """Positions in a text. As in libyaml, a line ends with LF, CR or both, and columns count characters."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in _LINE_BREAK.finditer(text))]
        self._length = len(text)

    def position(self, index: int) -> Position:
        line = bisect_right(self._starts, index)
        return Position(line, index - self._starts[line - 1] + 1)

    def spans(self) -> Iterator[tuple[int, int]]:
        """Where each line begins and ends."""
        return zip(self._starts, [*self._starts[1:], self._length], strict=True)


class Positions:
    """Where the values of a file stand. A path that does not exist has the place of its nearest existing ancestor."""

    def __init__(self, nodes: dict[Path, Node]) -> None:
        self._nodes = nodes

    def value(self, path: Path) -> Position:
        """Where the value begins; the root is the whole file, at 1:1."""
        path = self._existing(path)
        return position_of(self._nodes[path].first.start_mark) if path else WHOLE_FILE

    def key(self, path: Path) -> Position:
        """Where the mapping key that the path ends in begins; for an item of a list, the item."""
        path = self._existing(path)
        node = self._nodes[path]
        return position_of((node.key or node.first).start_mark) if path else WHOLE_FILE

    def _existing(self, path: Path) -> Path:
        while path and path not in self._nodes:
            path = path[:-1]
        return path


def locate(data: bytes) -> Positions:
    """Where everything in a file stands that `load` accepts. Of another file this may raise anything."""
    return Positions(nodes_of(data.decode()))
