"""Values of accounts as mails show them: one line, nothing hidden, no links."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emp_gitops.mail.plain import LONGEST, one_line, unlinked
from support import nasty
from support.mails import LINK

INVISIBLE = "\u200c"

texts = nasty.texts | st.text("abcWw.:/@12 -\u3002", max_size=30)


class TestOneLine:
    @given(texts)
    def test_is_one_without_anything_that_acts(self, text: str) -> None:
        line = one_line(text)
        assert len(line.splitlines()) <= 1
        assert not [char for char in line if unicodedata.category(char) in ("Cc", "Cs", "Co", "Zl", "Zp")]
        assert not set(line) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
        assert len(line) <= LONGEST
        assert one_line(line) == line

    @given(st.lists(st.text(st.characters(categories=("L", "Nd", "P", "S")), min_size=1), max_size=5).map(" ".join))
    def test_shows_ordinary_text_as_it_is(self, text: str) -> None:
        assert one_line(text) == (text if len(text) <= LONGEST else text[: LONGEST - 1] + "…")

    @pytest.mark.parametrize(("text", "line"), [
        ("a\r\nBcc: b@evil.example", "a Bcc: b@evil.example"), ("a\0b", "a\ufffdb"), (" a \t b ", "a b"), ("a\u202eb", "a\ufffdb"),
        ("a\u2028b\x85c", "a b c"), ("\ud800", "\ufffd"),
    ])
    def test_shows_where_something_was(self, text: str, line: str) -> None:
        assert one_line(text) == line

    def test_may_be_longer_where_that_is_said(self) -> None:
        assert one_line("a" * 300, limit=250) == "a" * 249 + "…"


class TestUnlinked:
    @given(texts)
    def test_holds_nothing_that_becomes_a_link(self, text: str) -> None:
        assert not LINK.search(unlinked(text))

    @given(texts)
    def test_looks_like_the_line_that_it_is(self, text: str) -> None:
        assert unlinked(text).replace(INVISIBLE, "") == one_line(text).replace(INVISIBLE, "")

    @pytest.mark.parametrize("text", ["Acme S.A.", "Officine Ferro S.p.A.", "Kestrel Logistics B.V.", "Nr. 5", "1.250,00", "Unit 3: west", "3.5"])
    def test_leaves_ordinary_names_alone(self, text: str) -> None:
        assert unlinked(text) == text

    @pytest.mark.parametrize("text", [
        "https://evil.example", "www.evil.example", "evil.example", "ana@evil.example", "mailto:ana@evil.example", "Booking.com",
        "evil\u3002example", "WWW.1", "tel:+34600000000",
    ])
    def test_breaks_what_a_mail_program_would_link(self, text: str) -> None:
        assert LINK.search(text)
        assert INVISIBLE in unlinked(text)
