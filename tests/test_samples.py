"""The sample accounts: valid, and telling every story that the documentation promises."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from email_validator import validate_email
from jsonschema import Draft202012Validator

from emp_gitops.core.term import DEFAULT_MONTHS, Term

ROOT = Path(__file__).parents[1]
FILES = {path.stem: path for path in sorted((ROOT / "accounts").rglob("*.yaml"))}
TODAY = date(2026, 11, 23)


class PlainLoader(yaml.SafeLoader):
    """The scalars of the strict loader, by independent means: booleans, whole numbers and null; all else is text."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))
PlainLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^-?(0|[1-9][0-9]*)$"), list("-0123456789"))
PlainLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^(null|~|)$"), ["n", "~", ""])


def read_yaml(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=PlainLoader)


@cache
def accounts() -> Mapping[str, dict[str, Any]]:
    return {account: read_yaml(path) for account, path in FILES.items()}


@cache
def terms() -> Mapping[str, Term]:
    return {
        account: Term(date.fromisoformat(value["subscription"]["start"]), value["subscription"].get("months", DEFAULT_MONTHS))
        for account, value in accounts().items()
    }


@cache
def usage() -> Mapping[str, int]:
    with (ROOT / "examples" / "usage.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["account", "used_datapoints"]
    assert len({account for account, _ in rows[1:]}) == len(rows) - 1
    return {account: int(used) for account, used in rows[1:]}


def configuration() -> Any:
    return read_yaml(ROOT / "emp-gitops.yaml")


def problems(schema: str, value: Any) -> list[str]:
    document = json.loads((ROOT / "schemas" / schema).read_text(encoding="utf-8"))
    validator = Draft202012Validator(document, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def schema_of_modeline(path: Path) -> Path:
    """The schema that an editor finds through the file's first line."""
    match = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", path.read_text(encoding="utf-8").partition("\n")[0])
    assert match, f"{path.name} does not begin with a modeline"
    return (path.parent / match[1]).resolve()


def in_state(state: str, today: date = TODAY) -> set[str]:
    return {account for account, term in terms().items() if term.state(today) == state}


@pytest.mark.parametrize("account", FILES)
class TestEverySample:
    def test_is_valid_under_the_schema(self, account: str) -> None:
        assert problems("account.schema.json", accounts()[account]) == []

    def test_leads_an_editor_to_the_schema(self, account: str) -> None:
        assert schema_of_modeline(FILES[account]) == ROOT / "schemas" / "account.schema.json"

    def test_lies_in_the_folder_of_its_customer(self, account: str) -> None:
        assert FILES[account].parent.parent == ROOT / "accounts"
        assert account.startswith(f"{FILES[account].parent.name}-")

    def test_has_contacts_that_belong_to_nobody(self, account: str) -> None:
        for contact in accounts()[account]["contacts"]:
            assert validate_email(contact, check_deliverability=False).domain.endswith(".example")

    def test_has_rtc_lines_only_in_spain(self, account: str) -> None:
        value = accounts()[account]
        assert value.get("rtc_lines", 0) == 0 or value["country"] == "ES"

    def test_sends_from_a_domain_of_its_customer(self, account: str) -> None:
        value = accounts()[account]
        if "email_domain" in value:
            assert configuration()["mail"]["domains"][value["email_domain"]]["customer"] == value["customer"]


class TestTheSamplesTogether:
    def test_are_of_several_customers_in_a_folder_each(self) -> None:
        folders = {account: FILES[account].parent.name for account in FILES}
        pairs = {(folders[account], value["customer"]) for account, value in accounts().items()}
        assert len(FILES) >= 16
        assert len(pairs) == len({folder for folder, _ in pairs}) == len({customer for _, customer in pairs}) >= 5

    def test_have_unique_ids_and_names(self) -> None:
        assert len(FILES) == len(list((ROOT / "accounts").rglob("*.yaml")))
        names = Counter((value["customer"], value["name"].casefold()) for value in accounts().values())
        assert set(names.values()) == {1}

    def test_use_every_license_and_every_field(self) -> None:
        schema = json.loads((ROOT / "schemas" / "account.schema.json").read_text(encoding="utf-8"))
        licenses = {choice["const"] for choice in schema["properties"]["license"]["oneOf"]}
        assert {value["license"] for value in accounts().values()} == licenses
        assert {field for value in accounts().values() for field in value} == set(schema["properties"])

    def test_keep_within_their_licenses(self) -> None:
        schema = json.loads((ROOT / "schemas" / "account.schema.json").read_text(encoding="utf-8"))
        limits = {choice["const"]: choice.get("x-limits", {}) for choice in schema["properties"]["license"]["oneOf"]}
        for value in accounts().values():
            assert all(value.get(field, 0) <= most for field, most in limits[value["license"]].items())

    def test_have_a_reading_each(self) -> None:
        assert usage().keys() == FILES.keys()
        assert {usage()[account] for account in in_state("scheduled")} == {0}
        assert all(usage()[account] > 0 for account in FILES.keys() - in_state("scheduled"))


class TestOnTheDayOfTheStory:
    def test_there_are_active_expired_and_scheduled_accounts(self) -> None:
        assert len(in_state("active")) >= 8
        assert len(in_state("expired")) >= 2
        assert len(in_state("scheduled")) >= 2

    def test_one_expires_that_day_one_within_a_week_and_one_within_a_month(self) -> None:
        days = sorted(term.days_left(TODAY) for term in terms().values() if term.is_expiring(TODAY))
        assert len(days) == 3
        assert days[0] == 0 < days[1] <= 7 < days[2]

    def test_one_expired_recently_and_one_long_ago(self) -> None:
        days = sorted(-terms()[account].days_left(TODAY) for account in in_state("expired"))
        late_days = int(configuration()["renewal"]["late_days"])
        assert 0 < days[0] <= late_days < days[1]
        assert days[-1] > 365

    def test_one_is_over_quota(self) -> None:
        over = {account for account in in_state("active") if usage()[account] > accounts()[account]["datapoints"]}
        assert len(over) == 1

    def test_one_customer_can_move_datapoints_to_where_they_run_out(self) -> None:
        left = {account: accounts()[account]["datapoints"] - usage()[account] for account in in_state("active")}
        assert any(
            left[full] < 5 and left[roomy] >= 30 and accounts()[roomy]["customer"] == accounts()[full]["customer"]
            for full in left for roomy in left
        )

    def test_some_have_rtc_lines_spanish_mails_and_a_proposed_renewal(self) -> None:
        active = [accounts()[account] for account in in_state("active")]
        assert any(value.get("rtc_lines", 0) > 0 for value in active)
        assert any(value.get("language") == "es" for value in active)
        assert any(
            value.get("auto_renew") == "propose" and terms()[account].is_expiring(TODAY)
            for account, value in accounts().items()
        )

    def test_one_sender_domain_is_verified_and_one_is_not(self) -> None:
        domains = configuration()["mail"]["domains"]
        assert domains.keys() == {value["email_domain"] for value in accounts().values() if "email_domain" in value}
        assert sorted(domain["verified"] for domain in domains.values()) == [False, True]

    def test_some_terms_end_on_a_day_that_the_calendar_moved(self) -> None:
        assert any(term.expires_on.day != term.start.day for term in terms().values())


def test_no_zone_is_empty_on_any_day_until_2030() -> None:
    days = (date(2030, 1, 1) - TODAY).days
    for day in (TODAY + timedelta(days=number) for number in range(days + 1)):
        assert {term.state(day) for term in terms().values()} == {"active", "expired", "scheduled"}, day


def test_the_configuration_is_valid_and_leads_an_editor_to_its_schema() -> None:
    assert problems("config.schema.json", configuration()) == []
    assert schema_of_modeline(ROOT / "emp-gitops.yaml") == ROOT / "schemas" / "config.schema.json"
