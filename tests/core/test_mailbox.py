"""The sender of mails: exactly one address, with or without a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emp_gitops.core.mailbox import Mailbox, read_mailbox
from support.accounts import texts


@pytest.mark.parametrize(("text", "name", "address"), [
    ("accounts@example.com", "", "accounts@example.com"),
    ("<accounts@example.com>", "", "accounts@example.com"),
    ("Example Energy <accounts@example.com>", "Example Energy", "accounts@example.com"),
    ("  Example   Energy<accounts@example.com> ", "Example Energy", "accounts@example.com"),
    ("Énergie S.A. (Madrid) <accounts@énergie.example>", "Énergie S.A. (Madrid)", "accounts@énergie.example"),
    ('"Example, Energy" <accounts@example.com>', "Example, Energy", "accounts@example.com"),
    (r'"The \"Energy\" \\ Co" <accounts@example.com>', r'The "Energy" \ Co', "accounts@example.com"),
    ('"a@b <c>" <accounts@example.com>', "a@b <c>", "accounts@example.com"),
])
def test_a_sender_is_a_name_and_an_address(text: str, name: str, address: str) -> None:
    assert read_mailbox(text) == Mailbox(name, address)


def test_its_address_has_two_parts() -> None:
    mailbox = read_mailbox("Example Energy <accounts@example.com>")
    assert (mailbox.local_part, mailbox.domain) == ("accounts", "example.com")


@pytest.mark.parametrize("text", [
    "", "@", "Example Energy", "Example <>", "a@localhost", "a@example.com, b@example.com", "A <a@example.com>, B <b@example.com>",
    "a@example.com <b@example.com>", "A <a@example.com> <b@example.com>", "A <a@example.com", "A a@example.com>", "A <a@example.com> B",
    'A "B" <a@example.com>', '"A <a@example.com>', "a@example.com\nBcc: b@example.com", "josé@example.com", '"a b"@example.com', "A <A <a@example.com>>",
])
def test_what_is_not_one_address_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(ValueError, match=r"^it .*[^.]$"):
        read_mailbox(text)


@given(texts | st.text('ab@.,<>" \\\n;:', max_size=30))
def test_any_text_is_a_sender_or_refused(text: str) -> None:
    try:
        mailbox = read_mailbox(text)
    except ValueError:
        return
    assert mailbox.address.count("@") == 1
    assert mailbox.name == " ".join(mailbox.name.split())
