"""Dates and numbers in both languages."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from emp_gitops.core.config import LANGUAGES, Language
from emp_gitops.mail.wording import contract, expires, long_date, number, short_month, weekday_date


@pytest.mark.parametrize(("language", "long", "weekday", "month"), [
    ("en", "10 December 2026", "Thursday, 10 December 2026", "Dec"),
    ("es", "10 de diciembre de 2026", "jueves 10 de diciembre de 2026", "dic"),
])
def test_a_day_is_written_out(language: Language, long: str, weekday: str, month: str) -> None:
    day = date(2026, 12, 10)
    assert (long_date(day, language), weekday_date(day, language), short_month(day, language)) == (long, weekday, month)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_day_of_a_year_has_words_of_its_own(language: Language) -> None:
    days = [date(2026, 1, 1) + timedelta(each) for each in range(365)]
    assert len({long_date(day, language) for day in days}) == 365
    assert len({weekday_date(day, language).split()[0] for day in days}) == 7
    assert len({short_month(day, language) for day in days}) == 12


@pytest.mark.parametrize(("value", "english", "spanish"), [
    (0, "0", "0"), (58, "58", "58"), (3200, "3,200", "3200"), (9999, "9,999", "9999"), (14500, "14,500", "14.500"),
    (1234567, "1,234,567", "1.234.567"),
])
def test_a_number_is_grouped_as_the_language_does(value: int, english: str, spanish: str) -> None:
    assert (number(value, "en"), number(value, "es")) == (english, spanish)


def test_a_calendar_says_what_ends_and_what_it_was() -> None:
    assert expires("Acme Lyon", "en") == "Acme Lyon expires"
    assert expires("Acme Lyon", "es") == "Acme Lyon vence"
    assert contract("Acme S.A.", "Advanced", 14500, "en") == "Acme S.A.: Advanced, 14,500 datapoints."
    assert contract("Acme S.A.", "Advanced", 14500, "es") == "Acme S.A.: Advanced, 14.500 puntos de datos."
