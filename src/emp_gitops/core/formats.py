"""The text formats that a schema may ask for, decided here so that every validator gives the same answer."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

EARLIEST, LATEST = date(1970, 1, 1), date(2999, 12, 31)
"""Starts of terms lie between these two days; what lies outside is a typing error."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

# Plainly valid addresses, so that the thorough and slower library sees only the unusual ones. A test holds it to be a
# subset of what email-validator accepts. Lengths: RFC 5321, section 4.5.3.1.
_PLAIN_ADDRESS = re.compile(
    r"[a-z0-9_+-]{1,32}(?:\.[a-z0-9_+-]{1,31}){0,1}@(?:[a-z][a-z0-9]{0,20}(?:-[a-z0-9]{1,20}){0,2}\.){1,3}"
    r"(?:example|com|net|org|es|fr|de|eu|pt|it)",
    re.ASCII,
)


def parse_date(text: str) -> date | None:
    """The day that `YYYY-MM-DD` names, or None where the form is another, no such day exists, or it is out of range."""
    if not _DATE.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def is_date(value: object) -> bool:
    """JSON Schema's `format: date`, within the years of a term. True for what is no text, as the standard says."""
    return not isinstance(value, str) or parse_date(value) is not None


def date_trouble(text: str) -> str:
    """Why `parse_date` refuses a text, as the end of a sentence."""
    if not _DATE.fullmatch(text):
        return "a date is written YYYY-MM-DD"
    try:
        date.fromisoformat(text)
    except ValueError:
        return "that day does not exist"
    return f"a date lies between {EARLIEST} and {LATEST}"


def is_email(value: object) -> bool:
    """One bare address, as email-validator understands it; no display name, no list. True for what is no text."""
    return not isinstance(value, str) or email_trouble(value) is None


@lru_cache(maxsize=65_536)
def email_trouble(text: str) -> str | None:
    """Why a text is no email address, as a sentence, or None for a good one."""
    if _PLAIN_ADDRESS.fullmatch(text):
        return None
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - 0.1 s, seldom needed

    try:
        validate_email(text, check_deliverability=False, strict=True)  # strict about the length before the @, too
    except EmailNotValidError as error:
        return str(error)
    return None


@lru_cache(maxsize=4_096)
def domain_key(text: str) -> str | None:
    """A domain in lower case and IDNA form (RFC 5891, UTS 46 mapping), for comparing; None where it is no domain."""
    import idna  # noqa: PLC0415 - tables of 1 MB, needed only where accounts name a domain

    try:
        return idna.encode(text, uts46=True, std3_rules=True).decode("ascii").lower().removesuffix(".")
    except idna.IDNAError:
        return None


FORMATS = {"date": is_date, "email": is_email}
