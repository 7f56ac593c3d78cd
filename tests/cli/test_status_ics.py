"""`status --format ics`: the expiry dates of the sample accounts as a calendar, read back."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime

from icalendar import Calendar
from icalendar.cal import Component

from support.cli import Cli, clean_environment, command_line
from support.repos import ConfigRepo


def feed(cli: Cli, *arguments: str) -> str:
    return cli("status", "--format", "ics", *arguments).stdout


def events(text: str) -> dict[str, Component]:
    """By the account's id, with which each description ends."""
    found = Calendar.from_ical(text)
    assert found.errors == []
    return {str(event["DESCRIPTION"]).split()[-1]: event for event in found.events}


class TestTheCalendar:
    def test_has_every_managed_account_on_its_last_day(self, samples: Cli) -> None:
        zones = samples.json("status")
        days = {row["account"]: row["expires_on"] for zone in ("active", "expired", "scheduled") for row in zones[zone]}
        assert len(days) == 20
        assert {id_: event.start.isoformat() for id_, event in events(feed(samples)).items()} == days

    def test_says_what_ends_and_whose_it_is(self, samples: Cli) -> None:
        event = events(feed(samples))["acme-lyon"]
        assert event["SUMMARY"] == "Acme Lyon Part-Dieu expires"
        assert event["DESCRIPTION"] == "Acme S.A.: Advanced, 60 datapoints. acme-lyon"
        assert (event["TRANSP"], event.start, event.end) == ("TRANSPARENT", date(2026, 12, 10), date(2026, 12, 11))
        assert not event.alarms.times

    def test_can_be_subscribed_to(self, samples: Cli) -> None:
        text = feed(samples)
        found = Calendar.from_ical(text)
        assert found["METHOD"] == "PUBLISH"
        assert found["X-WR-CALNAME"] == found["NAME"] == "Example Energy: expiry dates"
        assert found["REFRESH-INTERVAL"].to_ical() == b"P1D"
        assert text.count("\r\n") == text.count("\n")
        assert max(len(line.encode()) for line in text.split("\r\n")) <= 75

    def test_is_the_same_on_all_of_a_day(self, samples: Cli) -> None:
        assert feed(samples) == feed(samples)
        stamps = {event.DTSTAMP for event in events(feed(samples)).values()}
        assert stamps == {datetime(2026, 11, 23, tzinfo=UTC)}

    def test_comes_in_order_of_expiry(self, samples: Cli) -> None:
        days = [event.start for event in events(feed(samples)).values()]
        assert days == sorted(days)

    def test_speaks_the_language_of_the_configuration(self, sample_repo: ConfigRepo, samples: Cli) -> None:
        config = sample_repo.root / "emp-gitops.yaml"
        config.write_text(config.read_text().replace("language: en", "language: es"))
        text = feed(samples)
        assert events(text)["acme-lyon"]["SUMMARY"] == "Acme Lyon Part-Dieu vence"
        assert Calendar.from_ical(text)["NAME"] == "Example Energy: vencimientos"


class TestAnEntry:
    def test_stays_the_same_one_and_gets_newer_with_the_account(self, sample_repo: ConfigRepo, samples: Cli) -> None:
        before = events(feed(samples))
        samples("account", "renew", "acme-lyon")
        sample_repo.commit("renewed")
        samples("reconcile")
        after = events(feed(samples))
        assert {id_: event["UID"] for id_, event in before.items()} == {id_: event["UID"] for id_, event in after.items()}
        assert len({event["UID"] for event in after.values()}) == 20
        assert after["acme-lyon"].start == date(2027, 12, 10)
        assert {id_ for id_ in before if before[id_]["SEQUENCE"] != after[id_]["SEQUENCE"]} == {"acme-lyon"}
        assert after["acme-lyon"]["SEQUENCE"] == before["acme-lyon"]["SEQUENCE"] + 1

    def test_is_not_there_for_what_is_retired_or_unmanaged(self, sample_repo: ConfigRepo, samples: Cli) -> None:
        with samples.screen() as screen:
            screen.put_account("old-hotel", screen.accounts()["brisa-palma"].account)
        samples("account", "retire", "brisa-funchal")
        sample_repo.commit()
        samples("reconcile")
        found = events(feed(samples))
        assert len(found) == 19
        assert not {"old-hotel", "brisa-funchal"} & found.keys()

    def test_shows_hostile_names_as_names(self, samples: Cli) -> None:
        with samples.screen() as screen:
            account = screen.accounts()["brisa-palma"].account
            screen.put_account("brisa-palma", replace(account, name="a;b,c\\n\r\nBEGIN:VEVENT\r\nhttps://evil.example", customer="\0\u202e"))
        found = events(feed(samples))
        assert len(found) == 20
        assert found["brisa-palma"]["SUMMARY"].replace("\u200c", "") == "a;b,c\\n BEGIN:VEVENT https://evil.example expires"
        assert "https://evil" not in found["brisa-palma"]["SUMMARY"]


def test_it_is_utf8_whatever_the_terminal_speaks(samples: Cli) -> None:
    environment = clean_environment(PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    done = subprocess.run(command_line("status", "--format", "ics"), cwd=samples.folder, env=environment, capture_output=True, check=True)
    assert done.stdout == feed(samples).encode()
    assert "Alumbrado público".encode() in done.stdout
    assert done.stdout.count(b"\r\n") == done.stdout.count(b"\n")


def test_a_zone_makes_no_sense_with_it(samples: Cli) -> None:
    outcome = samples("status", "--format", "ics", "--zone", "active", code=2)
    assert outcome.stdout == ""
    assert "--zone" in outcome.stderr


def test_without_a_platform_it_is_empty(cli: Cli) -> None:
    assert events(feed(cli)) == {}
