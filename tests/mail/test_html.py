"""The HTML of mails: complete in itself, one button, readable without its style sheet and in the dark."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from emp_gitops.core.config import LANGUAGES
from emp_gitops.mail.facts import Renewal
from support.mails import FORM, Page, a_reminder, a_removal, composed, html_of, visible

END = date(2026, 12, 10)


def page(**fields: Any) -> Page:
    return Page(html_of(composed(a_reminder(**fields))))


@pytest.mark.parametrize("language", LANGUAGES)
class TestEveryMail:
    def test_asks_for_nothing_from_elsewhere(self, language: str) -> None:
        for facts in (a_reminder(language=language), a_removal(language=language)):
            html = html_of(composed(facts))
            assert {tag for tag, _ in Page(html).tags} & {"img", "link", "script", "iframe", "form", "input", "video", "object"} == set()
            assert not re.search(r"url\(|@import|src=|background=", html)

    def test_has_its_style_in_its_elements(self, language: str) -> None:
        tags = page(language=language).tags
        classed = [(tag, attributes) for tag, attributes in tags if "class" in attributes]
        assert len(classed) > 20
        assert [attributes for _, attributes in classed if "style" not in attributes] == []

    def test_can_be_read_in_the_dark_and_on_a_phone(self, language: str) -> None:
        html = html_of(composed(a_reminder(language=language)))
        assert '<meta name="color-scheme" content="light dark">' in html
        assert re.search(r"@media \(prefers-color-scheme: dark\) \{\s*body, \.page \{ background-color: #0e1513 !important", html)
        assert "@media (max-width: 480px)" in html
        assert ("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}) in Page(html).tags

    def test_names_its_language(self, language: str) -> None:
        assert ("html", {"lang": language}) in page(language=language).tags

    def test_stays_below_what_mail_programs_cut_off(self, language: str) -> None:
        assert len(html_of(composed(a_reminder(language=language))).encode()) < 50_000


class TestTheButton:
    def buttons(self, **fields: Any) -> list[str | None]:
        return [attributes["href"] for tag, attributes in page(**fields).tags if tag == "a"]

    def test_is_the_only_one_and_leads_to_the_form(self) -> None:
        assert self.buttons() == [FORM]
        assert "Renew this account" in visible(html_of(composed()))

    def test_makes_way_for_commands(self) -> None:
        commands = ("emp-gitops account renew acme-lyon --open", "git push")
        html = html_of(composed(a_reminder(renewal=Renewal(commands=commands))))
        assert re.search(r"<pre[^>]*>emp-gitops account renew acme-lyon --open\ngit push</pre>", html)
        assert self.buttons(renewal=Renewal(commands=commands)) == []

    def test_is_not_there_while_a_renewal_waits(self) -> None:
        assert self.buttons(pending="#14") == []
        assert "A renewal is already waiting for approval (#14). There is nothing you need to do." in visible(html_of(composed(a_reminder(pending="#14"))))

    def test_makes_way_for_an_answer(self) -> None:
        assert self.buttons(renewal=Renewal()) == []
        assert "simply answer this mail" in visible(html_of(composed(a_reminder(renewal=Renewal()))))

    def test_stands_beside_a_quiet_link_to_the_issue(self) -> None:
        issue = "https://github.com/example-energy/accounts/issues/12"
        assert self.buttons(issue_url=issue) == [FORM, issue]


@pytest.mark.parametrize(("days", "english", "spanish"), [
    (30, "30 days left The subscription expires on Thursday", "Quedan 30 días La suscripción vence el jueves"),
    (1, "Expires tomorrow", "Vence mañana"), (0, "Expires today The subscription expires today, Thursday", "Vence hoy La suscripción vence hoy, jueves"),
    (-1, "Expired yesterday The subscription expired on Thursday", "Venció ayer La suscripción venció el jueves"),
    (-3, "Expired 3 days ago", "Venció hace 3 días"),
])
def test_the_day_is_told_in_words(days: int, english: str, spanish: str) -> None:
    for language, words in (("en", english), ("es", spanish)):
        assert words in visible(html_of(composed(a_reminder(language=language, today=END - timedelta(days)))))


@pytest.mark.parametrize(("used", "datapoints", "words", "widths"), [
    (58, 60, "58 of 60 in use, 2 left", ["97%", "3%"]), (0, 60, "0 of 60 in use, 60 left", ["1%", "99%"]),
    (60, 60, "60 of 60 in use, 0 left", ["100%"]), (75, 60, "75 in use, 15 more than the 60 contracted", ["100%"]),
    (None, 60, "60 contracted", []), (5, 0, "5 in use, 5 more than the 0 contracted", ["100%"]),
])
def test_the_bar_is_as_full_as_the_account(used: int | None, datapoints: int, words: str, widths: list[str]) -> None:
    shown = page(used_datapoints=used, datapoints=datapoints)
    assert words in " ".join(" ".join(shown.words).split())
    assert [attributes["width"] for tag, attributes in shown.tags if tag == "td" and "width" in attributes] == widths
