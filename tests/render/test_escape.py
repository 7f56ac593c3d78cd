"""One escaper per sink: whatever a text holds, it shows as itself and does nothing."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from emp_gitops.render.escape import code, markdown, terminal, visible, workflow_data, workflow_property
from support.nasty import texts

unhurried = settings(deadline=None)

RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
INVISIBLE = "\u200c"
"""Put behind what would become a mention or a link; it takes no room."""


def tokens(source: str) -> list[Token]:
    return [child for token in RENDERER.parse(source) for child in (token, *(token.children or ()))]


def shown(source: str) -> str:
    """What a reader sees of a text in a table cell. Fails where the cell holds anything but text."""
    found = tokens(f"| a |\n|---|\n| x{source}x |\n\nafter\n")
    cells = [token for token in found if token.type == "inline" and token.content not in ("a", "after")]
    assert len(cells) == 1
    assert {child.type for child in cells[0].children or ()} <= {"text", "text_special"}
    assert not [token for token in found if token.type in ("html_block", "html_inline", "link_open", "image")]
    return "".join(child.content for child in cells[0].children or ()).removeprefix("x").removesuffix("x")


class TestTheTerminal:
    @unhurried
    @given(texts)
    def test_gets_one_line_without_control_characters(self, text: str) -> None:
        escaped = terminal(text)
        assert len(escaped.splitlines()) <= 1
        assert not [char for char in escaped if unicodedata.category(char) in ("Cc", "Cs", "Co", "Zl", "Zp")]
        assert not set(escaped) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

    @unhurried
    @given(st.text(st.characters(categories=("L", "Nd", "P", "Sm", "Sc"), exclude_characters="\u0640")))
    def test_gets_ordinary_text_as_it_is(self, text: str) -> None:
        assert terminal(unicodedata.normalize("NFC", text)) == unicodedata.normalize("NFC", text)

    @unhurried
    @given(texts)
    @example("  ::stop-commands::x")
    @example("a ##[group]b")
    def test_gets_no_command_of_a_log(self, text: str) -> None:
        escaped = terminal(text)
        assert not escaped.lstrip().startswith("::")
        assert "##[" not in escaped
        assert escaped.replace("\\x3a:", "::").replace("\\x23#[", "##[") == visible(text).replace("\\x3a:", "::").replace("\\x23#[", "##[")

    def test_shows_what_was_there(self) -> None:
        assert terminal("a\x1b[31mb\nc\u202ed") == "a\\x1b[31mb\\nc\\u202ed"


class TestMarkdown:
    @unhurried
    @given(texts)
    @example("\\")
    def test_is_shown_as_plain_text(self, text: str) -> None:
        assert shown(markdown(text)).replace(INVISIBLE, "").strip(" ") == visible(text).replace(INVISIBLE, "").strip(" ")

    @unhurried
    @given(texts)
    def test_stays_in_the_line_and_cell_where_it_stands(self, text: str) -> None:
        escaped = markdown(text)
        assert len(escaped.splitlines()) <= 1
        assert not re.search(r"(?<!\\)(\\\\)*\|", escaped)

    @unhurried
    @given(texts)
    def test_holds_nothing_that_a_forge_would_link(self, text: str) -> None:
        """GitHub links mentions, numbers and addresses in the text that is left when Markdown is done with it."""
        left = shown(markdown(text))
        assert not re.search(r"@\w|#\d|://|www\.|\bGH-\d|:\w+:", left, re.IGNORECASE | re.ASCII)

    @unhurried
    @given(texts)
    def test_code_is_one_span_of_that_text(self, text: str) -> None:
        found = tokens(f"| a |\n|---|\n| {code(text)} |\n")
        spans = [token for token in found if token.type == "code_inline"]
        cell = [token for token in found if token.type == "inline" and token.content != "a"]
        if visible(text).strip(" "):
            assert len(cell[0].children or ()) == len(spans) == 1
            assert spans[0].content.strip(" ") == visible(text).strip(" ")


class TestAWorkflowCommand:
    @unhurried
    @given(texts, texts)
    def test_is_one_line_that_parses_back(self, property_: str, message: str) -> None:
        line = f"::error file={workflow_property(property_)},line=1::{workflow_data(message)}"
        assert len(line.splitlines()) == 1
        parsed = re.fullmatch(r"::error file=([^,:]*),line=1::(.*)", line)
        assert parsed
        lines = message.replace("\r\n", "\n").split("\n")
        assert unescaped(parsed[2]) == "\n".join(map(visible, lines))
        assert unescaped(parsed[1]) == visible(property_)

    @unhurried
    @given(texts)
    def test_holds_no_control_characters(self, text: str) -> None:
        for escaped in (workflow_data(text), workflow_property(text)):
            assert not [char for char in escaped if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")]


def unescaped(text: str) -> str:
    """As GitHub's runner reads it."""
    for mark, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(mark, char)
    return text
