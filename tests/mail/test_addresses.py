"""Addresses as servers take them: one each, with the domain in ASCII."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emp_gitops.core.formats import email_trouble
from emp_gitops.mail.addresses import sorted_out, wire_form
from support import nasty

HOSTILE = (
    "", "a@b.example, c@d.example", "Ana <ana@acme.example>", "ana@acme.example\r\nBcc: b@evil.example", "ana@acme.example\0",
    "ana@acme.example>", "ana@acme.example NOTIFY=SUCCESS", '"a b"@acme.example', "ana", "@acme.example", "ana@acme", "ana@[127.0.0.1]",
    "ana\u202e@acme.example", "undisclosed-recipients:;", "ana@acme.example;b@evil.example",
)
"""What is not one bare address."""


@pytest.mark.parametrize(("address", "form"), [
    ("facilities@acme.example", "facilities@acme.example"), ("Ana@ACME.example", "Ana@acme.example"),
    ("ana@bücher.example", "ana@xn--bcher-kva.example"), ("josé@acme.example", "josé@acme.example"), ("o'b+x@acme.example", "o'b+x@acme.example"),
])
def test_only_the_domain_is_rewritten(address: str, form: str) -> None:
    assert wire_form(address) == form


@pytest.mark.parametrize("address", HOSTILE)
def test_what_is_not_one_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        wire_form(address)


@given(st.emails() | nasty.texts | st.from_regex(r"[a-z.@ ,<>\"éß]{1,20}@[a-z.éß\u3002-]{1,20}\.(com|example)", fullmatch=True))
def test_every_address_of_an_account_file_has_a_form(text: str) -> None:
    if email_trouble(text) is None:
        form = wire_form(text)
        assert form.count("@") == 1
        assert form.rpartition("@")[2].isascii()
        assert not set(form) & set(' \r\n\0,;:<>()[]"\\')
    else:
        with pytest.raises(ValueError, match=r"."):
            wire_form(text)


def test_the_usable_ones_keep_their_order_and_spelling() -> None:
    usable, unusable = sorted_out(["b@Bücher.example", "a@b, c@d", "a@acme.example", "b@Bücher.example"])
    assert usable == ("b@Bücher.example", "a@acme.example")
    assert list(unusable) == ["a@b, c@d"]
    assert unusable["a@b, c@d"].endswith(".")
