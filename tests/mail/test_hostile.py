"""Accounts as an attacker would have them: no field adds a header, a link, markup or a line, or is taken for a template."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from emp_gitops.mail.base import Mail, MailError
from emp_gitops.mail.facts import ReminderFacts, Renewal
from emp_gitops.mail.plain import LONGEST, unlinked
from support import nasty
from support.mails import (
    FORM,
    LINK,
    Page,
    a_config,
    a_reminder,
    a_removal,
    calendar_of,
    composed,
    html_of,
    parsed,
    text_of,
)
from support.thorough import examples

HOSTILE = (
    "a\r\nBcc: evil@evil.example", "a\nBcc: evil@evil.example\n\nbody", "a\0b", "\u202ekcatta", "<script>alert(1)</script>",
    "<img src=https://evil.example/x.png>", '"><a href="https://evil.example">click</a>', "https://evil.example/login", "www.evil.example",
    "{{ 7 * 7 }}", "{% include 'en/reminder.txt' %}", "{{ config }}", "{#", "}}", "=?utf-8?q?=0D=0ABcc:_evil=40evil.example?=",
    "ana@evil.example", "mailto:ana@evil.example", "\u2028Bcc: x", "\x85Bcc: x", "\ud800", "BEGIN:VEVENT", "a;b,c\\n", "-- ", ".",
)
hostile = st.sampled_from(HOSTILE) | nasty.texts
unhurried = settings(deadline=None, max_examples=examples(60))

HEADERS = [name for name, _ in parsed(composed()).items()]


@st.composite
def reminders(draw: st.DrawFn) -> ReminderFacts:
    """Facts with anything in every field that a platform could hold."""
    return a_reminder(
        account=draw(hostile), name=draw(hostile), customer=draw(hostile), license=draw(hostile), email_domain=draw(st.none() | hostile),
        language=draw(st.sampled_from([None, "en", "es"]) | hostile), comment=draw(hostile), sector=draw(hostile), country=draw(hostile),
        pending=draw(st.none() | hostile), used_datapoints=draw(st.none() | st.integers(0, 10**12)),
        datapoints=draw(st.integers(0, 10**12)), rtc_lines=draw(st.integers(0, 10**9)), stage=draw(hostile),
        to=("facilities@acme.example", *draw(st.lists(hostile.filter("ana@evil.example".__ne__), max_size=2))),  # which would be one to write to
        renewal=draw(st.sampled_from([Renewal(url=FORM), Renewal()]) | st.builds(Renewal, commands=st.lists(hostile, max_size=2).map(tuple))),
    )


def assert_is_ours(mail: Mail) -> None:
    """It has our headers and links, and none besides."""
    message = parsed(mail)
    assert [name for name, _ in message.items()] == HEADERS
    assert message["To"].addresses[0].addr_spec == "facilities@acme.example"
    assert "evil" not in " ".join(address.addr_spec for address in message["To"].addresses)
    assert message["From"] == "Example Energy <accounts@example.com>"
    assert len(message["Subject"].splitlines()) == 1
    assert not LINK.search(message["Subject"])
    page = Page(html_of(mail))
    assert {tag for tag, _ in page.tags} <= TAGS
    assert {attributes["href"] for tag, attributes in page.tags if tag == "a"} <= {FORM}
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on") or name == "src"]
    assert not LINK.search(unescape(" ".join(page.words)))
    assert not LINK.search(without_commands(text_of(mail).replace(FORM, "")))


TAGS = {tag for facts in (a_reminder(), a_reminder(pending="#14"), a_reminder(renewal=Renewal(commands=("a", "b"))))
        for tag, _ in Page(html_of(composed(facts))).tags}


def without_commands(text: str) -> str:
    """Commands are ours and to be copied; they stand indented, as do facts, which begin with two blanks and a label."""
    return "\n".join(line for line in text.split("\n") if not line.startswith("  ") or re.match(r"  \w[^:]*   ", line))


class TestAReminder:
    @unhurried
    @given(reminders())
    def test_is_ours_whatever_the_account_holds(self, facts: ReminderFacts) -> None:
        assert_is_ours(composed(facts))

    @pytest.mark.parametrize("text", HOSTILE)
    def test_shows_a_name_as_a_name(self, text: str) -> None:
        mail = composed(a_reminder(name=text, customer=text, account=text, license=text, pending=text))
        assert_is_ours(mail)
        assert "49" not in visible_lines(mail)

    @pytest.mark.parametrize("text", HOSTILE)
    def test_has_the_same_lines_whatever_the_name(self, text: str) -> None:
        lines = text_of(composed(a_reminder(license=text))).count("\n")
        assert lines == text_of(composed()).count("\n")

    @pytest.mark.parametrize("to", [
        "a@b.example, evil@evil.example", "Ana <evil@evil.example>", "a@acme.example\r\nBcc: evil@evil.example", "evil@evil.example\0",
        "evil@evil.example NOTIFY=SUCCESS", "a@acme.example>, <evil@evil.example", "undisclosed-recipients:;",
    ])
    def test_goes_to_nobody_that_is_smuggled_in(self, to: str) -> None:
        mail = composed(a_reminder(to=("facilities@acme.example", to)))
        assert mail.recipients == ("facilities@acme.example",)
        assert list(mail.unusable) == [to]
        assert b"evil" not in mail.message.as_bytes()
        with pytest.raises(MailError):
            composed(a_reminder(to=(to,)))

    @pytest.mark.parametrize("url", [
        "javascript:alert(1)", "data:text/html,x", "https://", "//evil.example", "https://a b", 'https://a"onclick="x', "https://a/\r\nx",
        "https://a/<b>", "mailto:a@b.example", "", "https://[", "https://a/\u202e",
    ])
    @pytest.mark.parametrize("field", ["renewal", "issue_url"])
    def test_links_to_web_pages_only(self, field: str, url: str) -> None:
        with pytest.raises(Exception, match="a mail can only link to a web page"):
            composed(replace(a_reminder(), **{field: Renewal(url=url) if field == "renewal" else url}))

    def test_is_of_bearable_size_whatever_the_account_holds(self) -> None:
        huge = "<" * 10**6
        assert len(composed(a_reminder(name=huge, customer=huge, account=huge, license=huge)).message.as_bytes()) < 100_000


@unhurried
@given(hostile, hostile, st.sampled_from(["en", "es"]))
def test_a_notice_to_former_contacts_is_ours_too(name: str, customer: str, language: str) -> None:
    mail = composed(a_removal(name=name, customer=customer, language=language))
    message, page = parsed(mail), Page(html_of(mail))
    assert [header for header, _ in message.items()] == HEADERS
    assert not [tag for tag, _ in page.tags if tag in ("a", "script", "img")]
    assert not LINK.search(message["Subject"])
    assert not LINK.search(text_of(mail))
    assert not LINK.search(unescape(" ".join(page.words)))


@unhurried
@given(hostile, hostile, hostile)
def test_a_calendar_has_one_entry_and_our_lines(name: str, customer: str, license_: str) -> None:
    data = calendar_of(composed(a_reminder(name=name, customer=customer, license=license_)))
    event, = Calendar.from_ical(data).events
    for text in (event["SUMMARY"], event["DESCRIPTION"], event.subcomponents[0]["DESCRIPTION"]):
        assert not LINK.search(text)
    lines = data.decode().replace("\r\n ", "").split("\r\n")
    assert [re.split("[;:]", line)[0] for line in lines] == [
        re.split("[;:]", line)[0] for line in calendar_of(composed()).decode().replace("\r\n ", "").split("\r\n")
    ]


@pytest.mark.parametrize("name", [
    "Acme S.A.", "Müller & Söhne GmbH", "Ñandú, S.L.U. (Cádiz)", "O'Brien: Nord", "A-B/C_D 50 % @ 12:30 #3", "株式会社 能源",
])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_name_that_is_only_a_name_is_shown_as_it_is(name: str, language: str) -> None:
    """Wherever it is: no invisible character stands in it."""
    for mail in (composed(a_reminder(name=name, customer=name, language=language)), composed(a_removal(name=name, customer=name, language=language))):
        assert name in parsed(mail)["Subject"]
        assert name in " ".join(text_of(mail).split())
        assert name in "".join(Page(html_of(mail)).words)
    event, = Calendar.from_ical(calendar_of(composed(a_reminder(name=name, customer=name)))).events
    assert event["SUMMARY"] == f"{name} expires"
    assert event["DESCRIPTION"].startswith(f"{name}: ")


def test_a_link_is_broken_in_the_subject_as_in_the_text() -> None:
    mail = composed(a_reminder(name="http://evil.example www.evil.example a@b.example हिन्दी.भारत"))
    shown = "http:|//evil.|example www.|evil.|example a@|b.|example हिन्दी.|भारत"
    assert parsed(mail)["Subject"].replace("\u200c", "|") == f"{shown} expires in 30 days, on 10 December 2026"
    assert shown in " ".join(text_of(mail).replace("\u200c", "|").split())
    assert Page(html_of(mail)).title.replace("\u200c", "|") == f"{shown} expires in 30 days, on 10 December 2026"


@unhurried
@given(hostile)
def test_what_is_broken_is_not_broken_again(text: str) -> None:
    text = text[: LONGEST // 2]  # what is broken is longer, and may be cut
    assert unlinked(unlinked(text)) == unlinked(text)


def test_a_hostile_organisation_is_harmless_too() -> None:
    mail = composed(config=a_config(organisation="<b>https://evil.example</b>\r\nBcc: x"))
    assert not LINK.search(text_of(mail).replace(FORM, ""))
    assert "&lt;b&gt;" in html_of(mail)


def visible_lines(mail: Mail) -> str:
    return text_of(mail) + " ".join(Page(html_of(mail)).words)
