"""From libyaml's events to a value, under the strict rules: each event is judged before anything is built from it."""

from __future__ import annotations

import re
from typing import Any, Final

from yaml import YAMLError
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # it is there, the stubs' __all__ leaves it out
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from emp_gitops.core.characters import is_nfc, refused_character
from emp_gitops.core.findings import WHOLE_FILE, Position
from emp_gitops.core.loading_problems import NO_DIRECTIVES, NO_TAGS, Problem, Words, position_of, syntax_problem

MAX_LEVELS: Final = 10
MAX_DIGITS: Final = 18

PLAIN_CONSTANTS: Final = {"true": True, "false": False, "null": None, "~": None, "": None}
PLAIN_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)")
MERGE_KEY: Final = "<<"

_is_integer = PLAIN_INTEGER.fullmatch


class _TooDeepError(Exception):
    """Ends the reading: libyaml's time grows with the square of the levels."""


class Reader:
    """Reads the one document of a text; `problems` tells, in no particular order, what was wrong with it.

    A syntax error or a level too many ends the reading; everything else is noted and the reading goes on.
    """

    def __init__(self, text: str) -> None:
        self.problems: list[Problem] = []
        self._text = text
        self._next = CParser(text).get_event
        self._last: Any = None

    def read(self) -> Any:
        """The document's value, meaningful only where no problem was found."""
        try:
            return self._documents()
        except _TooDeepError:
            pass
        except YAMLError as error:
            self.problems.append(syntax_problem(error, self._reached(), len(self._text.rstrip())))
        except UnicodeDecodeError:  # a tag can spell out bytes that are no text (!%FF); PyYAML stumbles on them
            self.problems.append(NO_TAGS.at(self._reached()))
        return None

    def _reached(self) -> Position:
        return position_of(self._last.end_mark) if self._last else WHOLE_FILE

    def _note(self, words: Words, event: Any) -> None:
        self.problems.append(words.at(position_of(event.start_mark)))

    def _documents(self) -> Any:
        self._next()  # the stream's start
        value, count, is_empty = None, 0, True
        while type(start := self._next()) is DocumentStartEvent:
            count += 1
            if count == 2:
                self._note(_SECOND_DOCUMENT, start)
            if start.version or start.tags:
                self._note(NO_DIRECTIVES, start)
            root = self._next()
            value = self._node(root, 1)
            is_empty = is_empty and type(root) is ScalarEvent and not root.value and not root.style
            self._next()  # the document's end
        if is_empty:
            self.problems.append(_EMPTY.at(WHOLE_FILE))
        return value

    def _node(self, event: Any, level: int) -> Any:
        """The value that begins with this event, on this level of nesting (the root's is 1)."""
        self._last = event
        kind = type(event)
        if event.anchor is not None:
            self._note(_NO_ALIASES if kind is AliasEvent else _NO_ANCHORS, event)
            if kind is AliasEvent:
                return None
        if event.tag is not None:
            self._note(NO_TAGS, event)
        if kind is ScalarEvent:
            return self._scalar(event)
        if level > MAX_LEVELS:
            self._note(_TOO_DEEP, event)
            raise _TooDeepError
        return self._mapping(level) if kind is MappingStartEvent else self._sequence(level)

    def _sequence(self, level: int) -> list[Any]:
        items = []
        while type(event := self._next()) is not SequenceEndEvent:
            items.append(self._node(event, level + 1))
        return items

    def _mapping(self, level: int) -> dict[str, Any]:
        value: dict[str, Any] = {}
        first_events: dict[str, Any] = {}
        while type(key_event := self._next()) is not MappingEndEvent:
            key = self._key(key_event, level + 1)
            item = self._node(self._next(), level + 1)
            if key is None:
                continue
            if key in first_events:
                self._note(_duplicate(key, position_of(first_events[key].start_mark).line), key_event)
                continue
            first_events[key] = key_event
            value[key] = item
        return value

    def _key(self, event: Any, level: int) -> str | None:
        """The key's text, or None where it was refused."""
        key = self._node(event, level)
        if type(event) is AliasEvent:
            return None
        if type(key) is not str or event.style in _BLOCK_STYLES:
            self._note(_KEY_NOT_TEXT, event)
            return None
        if key == MERGE_KEY and not event.style:
            self._note(_NO_MERGE_KEYS, event)
            return None
        return key

    def _scalar(self, event: Any) -> Any:
        value, style = event.value, event.style
        if not style:
            if value in PLAIN_CONSTANTS:
                return PLAIN_CONSTANTS[value]
            if _is_integer(value):
                return self._integer(value, event)
        elif style == '"':
            self._judge_escapes(value, event)
        return value

    def _integer(self, digits: str, event: Any) -> int:
        if len(digits.lstrip("-")) > MAX_DIGITS:  # before int(), whose time grows with the square of the digits
            self._note(_TOO_LONG, event)
            return 0
        return int(digits)

    def _judge_escapes(self, value: str, event: Any) -> None:
        """What is wrong in the value but not in the file's text came in by an escape."""
        if found := refused_character(value):
            self._note(_escaped(found[1]), event)
        if not is_nfc(value) and is_nfc(self._text[event.start_mark.index : event.end_mark.index]):
            self._note(_NOT_COMPOSED, event)


_BLOCK_STYLES: Final = ("|", ">")

_EMPTY: Final = Words("empty-file", "the file is empty", "write one 'key: value' a line")
_SECOND_DOCUMENT: Final = Words("several-documents", "a second document begins here", "keep one document in a file")
_NO_ANCHORS: Final = Words(
    "yaml-anchor",
    "anchors (&name) are not allowed",
    "write the value out where it is needed; a text that begins with & needs quotes",
)
_NO_ALIASES: Final = Words(
    "yaml-alias",
    "aliases (*name) are not allowed",
    "write the value out; a text that begins with * needs quotes",
)
_NO_MERGE_KEYS: Final = Words("merge-key", "merge keys (<<) are not allowed", "write the keys out")
_KEY_NOT_TEXT: Final = Words(
    "key-not-text",
    "a key must be a text on one line",
    "put a key such as true, null or 1 in quotes, if it is meant",
)
_TOO_DEEP: Final = Words("nested-too-deep", f"this is nested more than {MAX_LEVELS} levels deep", "nest it less")
_TOO_LONG: Final = Words(
    "number-too-long",
    f"this number has more than {MAX_DIGITS} digits",
    "mend it, or put it in quotes if it is a text",
)
_NOT_COMPOSED: Final = Words(
    "not-nfc",
    "an escape in this text stands for an accent apart from its letter",
    "write the letter with its accent",
)


def _duplicate(key: str, first_line: int) -> Words:
    return Words(
        "duplicate-key",
        f"the key {_shown(key)} is given twice; the first is in line {first_line}",
        "remove one of the two",
    )


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:39]}…")


def _escaped(description: str) -> Words:
    return Words("refused-character", f"an escape in this text stands for {description}", "remove the escape")
