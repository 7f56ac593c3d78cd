"""Schema findings on account files: in words for a SuperAdmin, at the place that is to be mended."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from emp_gitops.core.findings import Finding
from schema_folder import ACCOUNT, parts
from support.accounts import check_file

FILE = """\
name: Acme Lyon
customer: Acme S.A.
license: advanced
datapoints: 100
subscription:
  start: 2026-03-01
  months: 12
sector: offices
country: ES
rtc_lines: 4
email_domain: energy.acme.example
contacts:
  - facilities@acme.example
  - energy@acme.example
comment: Pilot
language: es
auto_renew: propose
"""
DOMAINS = """\
organisation: Example Energy
timezone: Europe/Madrid
mail: {domains: {energy.acme.example: {customer: Acme S.A.}}}
"""
CONTACTS = FILE[FILE.index("contacts"):FILE.index("comment")]
SUBSCRIPTION = FILE[FILE.index("subscription"):FILE.index("sector")]


def told(old: str, new: str) -> list[str]:
    """The findings on the file after an edit, as lines of place, rule and message."""
    assert FILE.count(old) == 1
    return [in_one_line(finding) for finding in sorted(check_file(FILE.replace(old, new), config=DOMAINS), key=str)]


def in_one_line(finding: Finding) -> str:
    return f"{finding.line}:{finding.column} {finding.rule}: {finding.message}"


def test_the_file_itself_is_fine() -> None:
    assert check_file(FILE, config=DOMAINS) == []


@pytest.mark.parametrize(("old", "new", "line"), [
    ("100", "12", "4:13 number-too-small: datapoints is 12; an account has at least 20"),
    ("100", "10000001", "4:13 number-too-large: datapoints is 10000001; an account has at most 10000000"),
    ("100", "1.5", "4:13 field-type: datapoints is '1.5' (a text); it must be a whole number"),
    ("100", "true", "4:13 field-type: datapoints is true; it must be a whole number"),
    (" 100", "", "4:12 field-empty: datapoints is empty; it must be a whole number"),
    ("rtc_lines: 4", "rtc_lines: -1", "10:12 number-too-small: rtc_lines is -1; an account has at least 0"),
    ("months: 12", "months: 121", "7:11 number-too-large: subscription.months is 121; it must be at most 120"),
    ("license: advanced", "license: advnced", "3:10 license-unknown: license 'advnced' is unknown; did you mean 'advanced'?"),
    ("license: advanced", "license: gold", "3:10 license-unknown: license 'gold' is unknown"),
    ("license: advanced", "license: 5", "3:10 license-unknown: license 5 is unknown"),
    (" advanced", "", "3:9 field-empty: license is empty; it must be one of: essential, advanced, enterprise"),
    (" advanced", " [advanced]", "3:10 field-type: license is a list; it must be one of: essential, advanced, enterprise"),
    ("offices", "office", "8:9 sector-unknown: sector 'office' is unknown; did you mean 'offices'?"),
    ("country: ES", "country: es", "9:10 country-unknown: country 'es' is unknown; did you mean 'ES'?"),
    ("country: ES", "country: Spain", "9:10 country-unknown: country 'Spain' is unknown"),
    ("country: ES", "country:", "9:9 field-empty: country is empty"),
    ("country: ES", "country: {}", "9:10 field-type: country is a mapping; it must be a single value"),
    ("language: es", "language: fr", "16:11 language-unknown: language 'fr' is unknown"),
    ("propose", "true", "17:13 auto-renew-unknown: auto_renew true is unknown"),
    ("Acme Lyon", "", "1:6 field-empty: name is empty; it must be a text"),
    ("Acme Lyon", "''", "1:7 text-blank: name is blank"),
    ("Acme Lyon", "\u00a0", "1:7 text-blank: name is blank"),
    ("Acme Lyon", "5", "1:7 field-type: name is 5; it must be a text"),
    ("Acme Lyon", "x" * 121, "1:7 text-too-long: name has 121 characters; at most 120 are allowed"),
    ("energy.acme.example", "acme", "11:15 text-form: email_domain is 'acme', which does not have the right form"),
    ("energy.acme.example", "''", "11:15 text-blank: email_domain is blank"),
    ("2026-03-01", "01/03/2026", "6:10 date-invalid: subscription.start is '01/03/2026'; a date is written YYYY-MM-DD"),
    ("2026-03-01", "2026-02-30", "6:10 date-invalid: subscription.start is '2026-02-30'; that day does not exist"),
    ("2026-03-01", "3000-01-01",
     "6:10 date-invalid: subscription.start is '3000-01-01'; a date lies between 1970-01-01 and 2999-12-31"),
    ("2026-03-01", "20260301", "6:10 field-type: subscription.start is 20260301; it must be a date, written YYYY-MM-DD"),
    (SUBSCRIPTION, "subscription: 2026\n", "5:15 field-type: subscription is 2026; it must be a mapping of fields"),
    (SUBSCRIPTION, "subscription: {}\n", "5:15 field-missing: subscription.start is missing; subscription needs it"),
    (SUBSCRIPTION, "", "1:1 field-missing: subscription is missing; an account needs it"),
    ("  start: 2026-03-01\n", "", "6:3 field-missing: subscription.start is missing; subscription needs it"),
    ("months: 12", "weeks: 2", "7:3 field-unknown: unknown field 'subscription.weeks'"),
    ("auto_renew", "auto-renew", "17:1 field-unknown: unknown field 'auto-renew'; did you mean 'auto_renew'?"),
    (CONTACTS, "contacts: []\n", "12:11 list-too-short: contacts is an empty list; at least 1 needed"),
    (CONTACTS, "contacts: a@acme.example\n", "12:11 field-type: contacts is 'a@acme.example' (a text); it must be a list"),
    (CONTACTS, f"contacts: [{', '.join(f'a{n}@b.example' for n in range(51))}]\n",
     "12:11 list-too-long: contacts has 51 entries; at most 50 are allowed"),
    ("facilities@", "energy@", "13:3 list-repeats: contacts names 'energy@acme.example' twice"),
    (" facilities@acme.example", "", "13:4 field-empty: contacts[0] is empty; it must be a text"),
    ("facilities@acme.example", "[a]", "13:5 field-type: contacts[0] is a list; it must be a text"),
    ("facilities@acme.example", "a@b..c",
     "13:5 email-invalid: contacts[0] is 'a@b..c', which is no email address: An email address cannot have two periods in a row."),
], ids=lambda value: value.partition("\n")[0][:40])
def test_one_mistake_is_one_finding(old: str, new: str, line: str) -> None:
    assert told(old, new) == [line]


@pytest.mark.parametrize(("old", "new", "lines"), [
    ("datapoints", "datapoint", [
        "1:1 field-missing: datapoints is missing; an account needs it",
        "4:1 field-unknown: unknown field 'datapoint'; did you mean 'datapoints'?",
    ]),
    ("comment: Pilot\n", "coment: Pilot\nnote: Pilot\n", [
        "15:1 field-unknown: unknown field 'coment'; did you mean 'comment'?",
        "16:1 field-unknown: unknown field 'note'",
    ]),
    (SUBSCRIPTION, "subscription: {begin: 2026-03-01, months: 0}\n", [
        "5:15 field-missing: subscription.start is missing; subscription needs it",
        "5:16 field-unknown: unknown field 'subscription.begin'",
        "5:43 number-too-small: subscription.months is 0; it must be at least 1",
    ]),
    ("100\n", "5\nlicense_: x\n", [
        "4:13 number-too-small: datapoints is 5; an account has at least 20",
        "5:1 field-unknown: unknown field 'license_'; did you mean 'license'?",
    ]),
])
def test_all_mistakes_are_told_in_one_run(old: str, new: str, lines: list[str]) -> None:
    assert sorted(told(old, new), key=lambda line: [int(part) for part in line.split()[0].split(":")]) == lines


@pytest.mark.parametrize(("text", "line"), [
    ("text", "1:1 not-a-mapping: this file holds 'text'; an account is a mapping of fields"),
    ("- name: x", "1:1 not-a-mapping: this file holds a list; an account is a mapping of fields"),
    ("5", "1:1 not-a-mapping: this file holds 5; an account is a mapping of fields"),
    ("null", "1:1 not-a-mapping: this file is empty; an account is a mapping of fields"),
    ("", "1:1 empty-file: the file is empty"),
])
def test_a_file_that_is_no_mapping_is_one_finding(text: str, line: str) -> None:
    assert [in_one_line(finding) for finding in check_file(text)] == [line]


@pytest.mark.parametrize(("old", "new", "hint"), [
    ("100", '"60"', "write it without quotes: 60"), ("months: 12", "months: '12'", "write it without quotes: 12"),
    ("name: Acme Lyon", "name: 12", 'write it in quotes: "12"'), ("name: Acme Lyon", "name: true", 'write it in quotes: "true"'),
    ("100", '"060"', ACCOUNT["properties"]["datapoints"]["description"]),
    ("100", "12", "write a number from 20 to 10000000"), ("100", "10000001", "write a number from 20 to 10000000"),
    ("Acme Lyon", "x" * 121, "shorten it by 1"), (CONTACTS, f"contacts: [{', '.join(f'a{n}@b.example' for n in range(51))}]\n", "remove 1 of them"),
])
def test_a_hint_says_how_to_write_it(old: str, new: str, hint: str) -> None:
    finding, = check_file(FILE.replace(old, new), config=DOMAINS)
    assert finding.hint == hint


def test_a_hint_tells_the_choices_or_the_purpose_of_the_field() -> None:
    licenses = check_file(FILE.replace("license: advanced", "license: gold"), config=DOMAINS)
    assert [finding.hint for finding in licenses] == ["one of: essential, advanced, enterprise"]
    missing = check_file(FILE.replace("sector: offices\n", ""), config=DOMAINS)
    assert [finding.hint for finding in missing] == [ACCOUNT["properties"]["sector"]["description"]]


def test_every_keyword_of_the_account_schema_is_broken_above() -> None:
    """A keyword that joins the schema needs a message of its own, and a line in the table."""
    annotations = {"title", "description", "examples", "default", "x-limits", "$comment", "$schema", "const"}
    schemas = [part for place, part in parts(ACCOUNT) if not re.search("/(x-limits|examples|properties)(/[0-9]+)?$", place)]
    used = {key for part in schemas for key in part} - annotations
    assert used == {
        "type", "properties", "additionalProperties", "required", "oneOf", "enum", "minimum", "maximum", "minLength",
        "maxLength", "pattern", "format", "items", "minItems", "maxItems", "uniqueItems",
    }


def raw_texts(node: Any) -> set[str]:
    """Patterns and nested parts of the schema as Python or JSON would print them."""
    inner = [part for place, part in parts(node) if place and part]
    return {str(part) for part in inner} | {json.dumps(part) for part in inner} | {part["pattern"] for part in inner if "pattern" in part}


def test_no_message_shows_the_schema() -> None:
    edits = [("100", "x"), ("energy.acme.example", "acme"), (SUBSCRIPTION, ""), (CONTACTS, "contacts: {}\n"), ("offices", "[]")]
    for old, new in edits:
        for finding in check_file(FILE.replace(old, new), config=DOMAINS):
            assert not [text for text in raw_texts(ACCOUNT) if text in finding.message], finding.message
