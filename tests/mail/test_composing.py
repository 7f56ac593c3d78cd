"""What mails say, in both languages, as golden files that a person finds good to read (`tests/golden/mail`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from emp_gitops.core.config import LANGUAGES
from emp_gitops.mail.base import MailError
from emp_gitops.mail.composing import LINE, Composer, wrapped
from emp_gitops.mail.facts import Renewal
from support.golden import assert_golden
from support.mails import AT, a_config, a_reminder, a_removal, composed, html_of, parsed, text_of, visible

END = date(2026, 12, 10)
COMMANDS = Renewal(commands=("emp-gitops account renew acme-lyon --open",))

SITUATIONS: dict[str, dict[str, Any]] = {
    "month": {"rtc_lines": 4, "issue_url": "https://github.com/example-energy/accounts/issues/12"},
    "week-over-quota": {"today": END - timedelta(7), "used_datapoints": 14_731, "datapoints": 14_500, "license": "enterprise"},
    "tomorrow-by-commands": {"today": END - timedelta(1), "renewal": COMMANDS},
    "day-by-answering": {"today": END, "used_datapoints": None, "renewal": Renewal()},
    "yesterday": {"today": END + timedelta(1), "datapoints": 3200, "used_datapoints": 3199},
    "late": {"today": END + timedelta(7)},
    "pending": {"today": END - timedelta(7), "pending": "#14"},
    "late-pending": {"today": END + timedelta(2), "pending": "application/renew-acme-lyon"},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_reminder_says_what_ends_when_and_how_to_go_on(situation: str, language: str) -> None:
    mail = composed(a_reminder(language=language, **SITUATIONS[situation]))
    assert_golden(f"mail/{language}/{situation}.txt", f"Subject: {mail.message['Subject']}\n\n{text_of(mail)}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_former_contact_is_told_that_and_nothing_else(language: str) -> None:
    mail = composed(a_removal(language=language, rtc_lines=4, comment="Pilot site."))
    assert_golden(f"mail/{language}/removed.txt", f"Subject: {mail.message['Subject']}\n\n{text_of(mail)}")
    everything = (text_of(mail), visible(html_of(mail)), " ".join(mail.message.values()))
    assert "attachment" not in str(mail.message)
    for word in ("acme-lyon", "dvanced", "60", "RTC", "facilities@", "Pilot", "2025", "December", "diciembre"):
        assert not any(word in shown for shown in everything), word


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_text_has_short_lines_and_no_leftovers(situation: str, language: str) -> None:
    text = text_of(composed(a_reminder(language=language, **SITUATIONS[situation])))
    assert [line for line in text.split("\n") if len(line) > (78 if line.startswith(" ") else LINE) and "://" not in line] == []
    assert "\n\n\n" not in text
    assert not text.startswith("\n")
    assert text.endswith("\n")
    assert [mark for mark in ("{{", "{%", "None", "&amp;", "  ,") if mark in text] == []


class TestTheLanguage:
    def test_is_the_accounts(self) -> None:
        assert text_of(composed(a_reminder(language="es"))).startswith("Hola:")

    def test_is_the_customers(self) -> None:
        assert text_of(composed(config=a_config(languages={"Acme S.A.": "es"}))).startswith("Hola:")

    def test_is_that_of_all(self) -> None:
        assert text_of(composed(config=a_config(language="es"))).startswith("Hola:")
        assert text_of(composed()).startswith("Hello,")


class TestTheLicense:
    def test_has_its_title_from_the_catalogue(self) -> None:
        assert "Advanced" in text_of(composed())

    def test_has_its_name_without_a_catalogue_or_where_that_has_none(self) -> None:
        assert "advanced" in text_of(Composer(a_config()).reminder(a_reminder(), at=AT))
        assert "legacy" in text_of(composed(a_reminder(license="legacy")))


class TestTheSameFacts:
    def test_make_the_same_bytes(self) -> None:
        assert composed().message.as_bytes() == composed().message.as_bytes()

    def test_make_the_same_mail_for_fewer_recipients(self) -> None:
        both = a_reminder(to=("a@acme.example", "b@acme.example"))
        one, other = composed(both), composed(replace(both, to=("b@acme.example",)))
        assert one.message_id == other.message_id
        assert text_of(one) == text_of(other)


class TestRecipients:
    def test_are_all_contacts_of_the_facts_and_the_copies(self) -> None:
        mail = composed(a_reminder(to=("a@acme.example", "B@Bücher.example")), config=a_config(cc=["success@example.com"]))
        assert mail.recipients == ("a@acme.example", "B@Bücher.example", "success@example.com")
        message = parsed(mail)
        assert message["To"] == "a@acme.example, B@xn--bcher-kva.example"
        assert message["Cc"] == "success@example.com"
        assert mail.unusable == {}

    def test_are_written_to_once(self) -> None:
        mail = composed(a_reminder(to=("a@acme.example",)), config=a_config(cc=["a@ACME.example"]))
        assert mail.recipients == ("a@acme.example",)
        assert "Cc" not in mail.message

    def test_that_are_none_are_left_out_and_told(self) -> None:
        mail = composed(a_reminder(to=("a@b.example, c@d.example", "a@acme.example", "Ana <b@acme.example>")))
        assert mail.recipients == ("a@acme.example",)
        assert list(mail.unusable) == ["a@b.example, c@d.example", "Ana <b@acme.example>"]
        assert parsed(mail)["To"] == "a@acme.example"

    @pytest.mark.parametrize("to", [(), ("a@b.example, c@d.example",), ("a@acme.example\r\nBcc: b@evil.example",)])
    def test_must_not_all_be_none(self, to: tuple[str, ...]) -> None:
        with pytest.raises(MailError, match="there is nobody to write to") as caught:
            composed(a_reminder(to=to), config=a_config(cc=["success@example.com"]))
        assert "\n" not in caught.value.message


class TestTheWrapping:
    def test_keeps_what_is_indented_and_short(self) -> None:
        long = "word " * 40
        assert wrapped(f"\n\na\nb\n\n\n\n  {long}\n-- \nc") == f"a\nb\n\n  {long}\n-- \nc\n"

    def test_breaks_lines_between_words_only(self) -> None:
        word = "a-b" * 40
        assert wrapped(f"{'word ' * 16}{word} end").split("\n") == [" ".join(["word"] * 14), "word word", word, "end", ""]
