"""One escaper per sink: whatever a text holds, it shows as itself and does nothing."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from emp_gitops.forge.issue_text import title_of
from emp_gitops.forge.plain.issue_file import LONGEST_TITLE, new_file
from emp_gitops.render.escape import code, markdown, terminal, title, visible, workflow_data, workflow_property
from support.mails import LINK
from support.nasty import texts

unhurried = settings(deadline=None)

RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
INVISIBLE = "\u200c"
"""Put behind what would become a mention or a link; it takes no room."""
ACTING = re.compile(r"@\w|#\d|://|www\.|\bGH-\d|:\w+:", re.IGNORECASE | re.ASCII)
"""What GitHub makes mentions, references, links and emoji of, in the text that is left when Markdown is done with it."""


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
        assert not ACTING.search(shown(markdown(text)))

    @unhurried
    @given(texts)
    def test_code_is_one_span_of_that_text(self, text: str) -> None:
        found = tokens(f"| a |\n|---|\n| {code(text)} |\n")
        spans = [token for token in found if token.type == "code_inline"]
        cell = [token for token in found if token.type == "inline" and token.content != "a"]
        if visible(text).strip(" "):
            assert len(cell[0].children or ()) == len(spans) == 1
            assert spans[0].content.strip(" ") == visible(text).strip(" ")


class TestATitle:
    @unhurried
    @given(texts)
    def test_is_one_line_that_reads_as_the_text_does(self, text: str) -> None:
        line = title(text)
        assert len(line.splitlines()) <= 1
        assert line.replace(INVISIBLE, "") == visible(text).replace(INVISIBLE, "").replace("`", "\u02cb")

    @unhurried
    @given(texts)
    @example("@carla #12 GH-5 http://x.example www.x.example :tada: ana@x.example acme/accounts#3 1://x")
    def test_holds_nothing_that_a_forge_or_a_mail_program_would_link(self, text: str) -> None:
        line = title(text)
        assert not ACTING.search(line)
        assert not LINK.search(line)

    @unhurried
    @given(texts)
    @example("[a](https://evil.example) [b][c] <b>x</b> <!-- x --> `@ana` <https://evil.example>")
    def test_is_no_link_and_no_html_where_it_is_shown_as_markdown(self, text: str) -> None:
        kinds = {token.type for token in tokens(f"x{title(text)}x")}
        assert not kinds & {"link_open", "image", "html_inline", "html_block", "code_inline"}

    @unhurried
    @given(texts)
    @example("@carla #12 GH-5 http://x.example www.x.example")
    @example("#`")
    def test_is_not_broken_twice(self, text: str) -> None:
        assert title(title(text)) == title(text)

    @unhurried
    @given(texts)
    @example("@carla #12 GH-5 http://x.example www.x.example *b* `c` [d](e) <f>")
    def test_is_the_same_text_as_the_heading_of_a_file(self, text: str) -> None:
        """Plain git escapes a heading on its own, on top of this."""
        heading, _, rest = new_file(title=f"x{title(text)}x", body="", labels=[], assignees=[], records=[]).partition("\n")
        assert rest == "\n- state: open\n"
        (found,) = (token for token in RENDERER.parse(heading) if token.type == "inline")
        assert {child.type for child in found.children or ()} <= {"text", "text_special"}
        shown = "".join(child.content for child in found.children or ())
        assert shown.replace(INVISIBLE, "") == " ".join(title_of(f"x{title(text)}x", longest=LONGEST_TITLE).replace(INVISIBLE, "").split())
        assert not ACTING.search(shown)

    @pytest.mark.parametrize("text", [
        "Acme S.A.", "Müller & Söhne GmbH", "Ñandú, S.L.U. (Cádiz)", "O'Brien: Nord", "A-B/C_D*E 50 % @ 12:30 # 3", "St. Gallen", "gh-pages", "株式会社 能源",
        "a < b > c [d] (e)",
    ])
    def test_without_such_things_is_as_it_was(self, text: str) -> None:
        assert title(text) == text


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
