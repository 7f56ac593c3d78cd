"""Dates and numbers as people write them in the languages of the mails."""

from __future__ import annotations

from datetime import date

from emp_gitops.core.config import Language

_MONTHS: dict[Language, tuple[str, ...]] = {
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
    "es": (
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
        "diciembre",
    ),
}
_WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}


def long_date(day: date, language: Language) -> str:
    """`10 December 2026`, `10 de diciembre de 2026`."""
    of = " de " if language == "es" else " "
    return of.join((str(day.day), _MONTHS[language][day.month - 1], str(day.year)))


def weekday_date(day: date, language: Language) -> str:
    """`Thursday, 10 December 2026`, `jueves 10 de diciembre de 2026`."""
    comma = " " if language == "es" else ", "
    return f"{_WEEKDAYS[language][day.weekday()]}{comma}{long_date(day, language)}"


def short_month(day: date, language: Language) -> str:
    """`Dec`, `dic`: for a sheet of a calendar."""
    return _MONTHS[language][day.month - 1][:3]


def number(value: int, language: Language) -> str:
    """`3,200` and `14,500`; in Spanish, which groups from five digits on, `3200` and `14.500`."""
    if language == "es":
        return str(value) if abs(value) < 10_000 else f"{value:,}".replace(",", ".")
    return f"{value:,}"


def expires(name: str, language: Language) -> str:
    """What a calendar calls the day on which a term ends."""
    return f"{name} vence" if language == "es" else f"{name} expires"


def expiry_dates(organisation: str, language: Language) -> str:
    """The name of the calendar of them all."""
    return f"{organisation}: vencimientos" if language == "es" else f"{organisation}: expiry dates"


def contract(customer: str, license_: str, datapoints: int, language: Language) -> str:
    """What a calendar says about it."""
    amount = f"{number(datapoints, language)} {'puntos de datos' if language == 'es' else 'datapoints'}"
    return f"{customer}: {license_}, {amount}."
