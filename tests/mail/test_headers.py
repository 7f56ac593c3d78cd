"""The headers of mails, as somebody else's program reads them back."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emp_gitops.mail.base import Mail
from emp_gitops.mail.identity import message_id
from emp_gitops.mail.plain import in_header, unlinked
from support import nasty
from support.mails import AT, a_config, a_reminder, a_removal, composed, parsed
from support.thorough import examples

VERIFIED = {"email_domain": "energy.acme.example"}
WORDS = ("Energía", "Acme", "S.A.", "(Ñ)", "=?utf-8?q?a?=", "能源", "a" * 30, "a" * 70, "é" * 50)


class TestAReminder:
    def test_has_these_headers_and_no_others(self) -> None:
        facts = a_reminder(**VERIFIED, to=("a@acme.example", "b@acme.example"))
        message = parsed(composed(facts, config=a_config(cc=["success@example.com"])))
        name = message_id(a_config(), account="acme-lyon", expires_on=facts.value.term.expires_on, stage="P1M")
        boundary = message.get_boundary()
        assert {**message} == {
            "Date": "Mon, 23 Nov 2026 09:30:00 +0100",
            "From": "Example Energy <accounts@energy.acme.example>",
            "To": "a@acme.example, b@acme.example",
            "Cc": "success@example.com",
            "Reply-To": "Example Energy <accounts@example.com>",
            "Subject": "Acme Lyon Part-Dieu expires in 30 days, on 10 December 2026",
            "Message-ID": name,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "OOF, AutoReply",
            "MIME-Version": "1.0",
            "Content-Type": f'multipart/mixed; boundary="{boundary}"',
            "Content-Language": "en",
        }

    def test_has_each_of_them_once(self) -> None:
        names = [name.lower() for name in parsed(composed()).keys()]  # noqa: SIM118 - a mapping by name has each once
        assert len(names) == len(set(names)) == 10

    def test_is_what_its_message_id_says(self) -> None:
        mail = composed()
        assert mail.message_id == parsed(mail)["Message-ID"]

    @pytest.mark.parametrize(("fields", "language"), [({}, "en"), ({"language": "es"}, "es")])
    def test_names_its_language(self, fields: dict[str, Any], language: str) -> None:
        assert parsed(composed(a_reminder(**fields)))["Content-Language"] == language

    def test_has_the_moment_of_the_caller(self) -> None:
        at = datetime(2026, 7, 1, 23, 59, 59, 999_999, UTC)
        assert parsedate_to_datetime(parsed(composed(at=at))["Date"]) == at.replace(microsecond=0)

    def test_needs_a_moment_with_a_time_zone(self) -> None:
        with pytest.raises(ValueError, match="time zone"):
            composed(at=AT.replace(tzinfo=None))

    def test_comes_in_parts_that_travel_everywhere(self) -> None:
        message = parsed(composed())
        assert [part.get_content_type() for part in message.walk()] == [
            "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar",
        ]
        assert max(map(len, composed().message.as_bytes().split(b"\r\n"))) <= 78 + 20
        assert composed().message.as_bytes().isascii()


class TestTheSender:
    def test_is_the_default_without_a_place_for_answers(self) -> None:
        message = parsed(composed())
        assert message["From"] == "Example Energy <accounts@example.com>"
        assert "Reply-To" not in message

    def test_on_the_envelope_is_always_the_default(self) -> None:
        assert composed().sender == composed(a_reminder(**VERIFIED)).sender == "accounts@example.com"

    def test_comes_with_a_warning_where_it_had_to_be_replaced(self) -> None:
        assert composed(a_reminder(**VERIFIED)).warning is None
        mail = composed(a_reminder(email_domain="energia.brisa.example", customer="Hoteles Brisa S.L."))
        assert mail.warning == "email_domain energia.brisa.example is not verified for sending; the mail comes from accounts@example.com"
        assert parsed(mail)["From"] == "Example Energy <accounts@example.com>"

    @pytest.mark.parametrize(("sender", "name", "address"), [
        ("Energía Ejemplo <cuentas@energía.example>", "Energía Ejemplo", "cuentas@xn--energa-7va.example"),
        ('"Energy, Example (Madrid)" <a@example.com>', "Energy, Example (Madrid)", "a@example.com"),
        ('"Energía, S.A. <ventas>; \\"Norte\\"" <a@example.com>', 'Energía, S.A. <ventas>; "Norte"', "a@example.com"),
        ("a@example.com", "", "a@example.com"),
        ("Энергия Пример 能源 ⚡ <a@example.com>", "Энергия Пример 能源 ⚡", "a@example.com"),
        (f"{'Energía ' * 20}<a@example.com>", "Energía " * 19 + "Energía", "a@example.com"),
        (f"{'Energy ' * 20}<a@example.com>", "Energy " * 19 + "Energy", "a@example.com"),
        ("=?utf-8?q?=0D=0ABcc:_x?= <a@example.com>", "=\u200c?utf-8?q?=0D=0ABcc:_x?=", "a@example.com"),
    ])
    def test_may_have_a_name_of_any_letters(self, sender: str, name: str, address: str) -> None:
        mail = composed(a_reminder(**VERIFIED), config=a_config(from_=sender))
        message = parsed(mail)
        assert [each.addr_spec for each in message["Reply-To"].addresses] == [address]
        for header in ("From", "Reply-To"):
            assert decoded(parseaddr(raw(mail, header))[0]) == name


def raw(mail: Mail, header: str) -> str:
    """The header as it travels, unfolded."""
    return str(message_from_bytes(mail.message.as_bytes())[header]).replace("\r\n", "")


def decoded(text: str) -> str:
    """As the older half of the standard library reads it, which joins encoded words as RFC 2047 has it."""
    return str(make_header(decode_header(text)))


class TestASubject:
    @settings(deadline=None, max_examples=examples(60))
    @given(nasty.texts | st.text('aé =?_ñ能,<>"', max_size=150) | st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
    def test_is_read_back_blank_by_blank(self, name: str) -> None:
        mail = composed(a_reminder(name=name))
        subject = in_header(f"{unlinked(name)} expires in 30 days, on 10 December 2026", limit=300)
        assert parsed(mail)["Subject"] == decoded(raw(mail, "Subject")) == subject
        assert mail.message.as_bytes().isascii()


class TestOtherLetters:
    def test_in_a_subject_are_encoded(self) -> None:
        mail = composed(a_reminder(name="Cádiz — Ñandú 能源 ⚡", language="es"))
        raw = mail.message.as_bytes()
        assert raw.isascii()
        assert b"\r\nSubject: =?utf-8?" in raw
        assert parsed(mail)["Subject"] == "Cádiz — Ñandú 能源 ⚡ vence en 30 días, el 10 de diciembre de 2026"

    def test_in_a_domain_become_ascii(self) -> None:
        mail = composed(a_reminder(to=("ana@bücher.example",)))
        assert mail.message.as_bytes().isascii()
        assert parsed(mail)["To"] == "ana@xn--bcher-kva.example"

    def test_before_the_at_sign_stay_what_they_are(self) -> None:
        mail = composed(a_reminder(to=("josé@bücher.example", "a@acme.example")))
        assert parsed(mail)["To"] == "josé@xn--bcher-kva.example, a@acme.example"
        assert "josé@xn--bcher-kva.example".encode() in mail.message.as_bytes()


def test_a_notice_to_former_contacts_has_headers_of_its_own() -> None:
    message = parsed(composed(a_removal(removed=("a@acme.example", "b@acme.example")), config=a_config(cc=["success@example.com"])))
    assert message["To"] == "a@acme.example, b@acme.example"
    assert message["Cc"] == "success@example.com"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].startswith("<contact-removed.")
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
