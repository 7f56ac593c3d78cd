"""What can be wrong with a file before anyone looks at what it says; and libyaml's errors in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from yaml import Mark, YAMLError

from emp_gitops.core.findings import Position


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a file is refused. `rule` is a stable id; `hint` says how to mend it."""

    rule: str
    message: str
    position: Position
    hint: str | None


@dataclass(frozen=True, slots=True)
class Words:
    """A problem that has no place yet."""

    rule: str
    message: str
    hint: str | None

    def at(self, position: Position) -> Problem:
        return Problem(self.rule, self.message, position, self.hint)


def position_of(mark: Mark) -> Position:
    """Marks count from 0, people from 1; columns are characters."""
    return Position(mark.line + 1, mark.column + 1)


NO_TAGS: Final = Words(
    "yaml-tag",
    "tags (!name) are not allowed",
    "remove the tag; a text that begins with ! needs quotes",
)
NO_DIRECTIVES: Final = Words(
    "yaml-directive",
    "directives (lines that begin with %) are not allowed",
    "remove the line; a text that begins with % needs quotes",
)


def _syntax(message: str, hint: str) -> Words:
    return Words("yaml-syntax", f"this is not valid YAML: {message}", hint)


_ONE_LEVEL: Final = "begin the keys of one level in the same column, and put a text that holds ': ' in quotes"
_ESCAPES: Final = r"write \\ for a backslash, or put the text in single quotes"
_BRACKETS: Final = "write a list as [one, two] and a mapping as {key: value}, with a comma between any two"

_WORDS: Final = {
    "mapping values are not allowed in this context": _syntax(
        "no value can begin with the colon here, or the line is indented too far", _ONE_LEVEL
    ),
    "did not find expected key": _syntax(
        "here should be a 'key: value', in the same column as the keys above it", _ONE_LEVEL
    ),
    "did not find expected '-' indicator": _syntax(
        "here should be the next item of the list", "begin each item with '- ', all in the same column"
    ),
    "block sequence entries are not allowed in this context": _syntax(
        "a list cannot begin on the line of its key", "begin it on the next line, or write [one, two]"
    ),
    "found character that cannot start any token": _syntax(
        "a text cannot begin with this character, nor a line with a tab",
        "indent with spaces, and put a text that begins with a special character in quotes",
    ),
    "did not find expected node content": _syntax("a bracket or comma stands where a value should be", _BRACKETS),
    "found unknown escape character": _syntax("this backslash begins no escape that YAML knows", _ESCAPES),
    "did not find expected hexdecimal number": _syntax("this escape lacks hexadecimal digits", _ESCAPES),
    "found invalid Unicode character escape code": _syntax("this escape stands for no character", _ESCAPES),
    "did not find expected comment or line break": _syntax(
        "nothing but a comment can follow | or > on its line", "begin the text on the next line"
    ),
    "did not find expected <document start>": _syntax(
        "the document has ended before this line", "keep one document in a file"
    ),
    "found incompatible YAML document": NO_DIRECTIVES,
}

# libyaml often notices these some lines further down; its context is where a person must look.
_WORDS_AT_CONTEXT: Final = {
    "could not find expected ':'": _syntax(
        "there is no colon after the key on this line", "write 'key: value', with a space after the colon"
    ),
    "found unexpected end of stream": _syntax(
        "the quoted text that begins here is never closed", "write the closing quote"
    ),
    "did not find expected ',' or ']'": _syntax(
        "the list that begins here is never closed, or lacks a comma", _BRACKETS
    ),
    "did not find expected ',' or '}'": _syntax(
        "the mapping that begins here is never closed, or lacks a comma", _BRACKETS
    ),
    "did not find expected alphabetic or numeric character": _syntax(
        "a text cannot begin with & or *", "put the text in quotes"
    ),
    "found undefined tag handle": NO_TAGS,
}

# An error within what is not allowed at all is not worth telling.
_FORBIDDEN: Final = {" a tag": NO_TAGS, "directive": NO_DIRECTIVES}


_UNFINISHED: Final = _syntax("the file ends in the middle of a list or mapping", _BRACKETS)


def syntax_problem(error: YAMLError, reached: Position, end: int) -> Problem:
    """What libyaml stopped at, in plain words.

    `reached` is the place where the error itself names none, and where it names one at or behind `end`, the index
    from which the text holds nothing more.
    """
    said, context = getattr(error, "problem", None) or str(error), getattr(error, "context", None) or ""
    place, context_place = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    at_context = _WORDS_AT_CONTEXT.get(said) or next((w for what, w in _FORBIDDEN.items() if what in context), None)
    if at_context:
        words, place = at_context, context_place or place
    else:
        if said == "did not find expected node content" and place and place.index >= end:
            return _UNFINISHED.at(reached)
        words = _WORDS.get(said) or _syntax(said, "look at the indentation, the colons and the quotes around here")
    return words.at(position_of(place) if place and place.index < end else reached)
