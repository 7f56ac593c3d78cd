"""The calendar that comes with a reminder, read back by another reading of the standard."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from icalendar.cal import Component

from emp_gitops.mail.calendar import Entry, calendar
from support.mails import AT, FORM, a_reminder, calendar_of, composed, parsed

END = date(2026, 12, 10)


def event_of(**fields: Any) -> Component:
    event, = Calendar.from_ical(calendar_of(composed(a_reminder(**fields)))).events
    return event


def test_it_is_attached_as_a_file_that_programs_know() -> None:
    attachment, = parsed(composed()).iter_attachments()
    assert attachment.get_filename() == "expiry-2026-12-10.ics"
    assert attachment["Content-Type"].params == {"charset": "utf-8", "method": "PUBLISH"}
    assert attachment.get_content_disposition() == "attachment"


def test_it_is_one_day_that_keeps_nobody_from_being_free() -> None:
    found = Calendar.from_ical(calendar_of(composed()))
    event = event_of()
    assert (found["METHOD"], found["VERSION"]) == ("PUBLISH", "2.0")
    assert found.errors == event.errors == []
    assert (event.start, event.end) == (END, END + timedelta(1))
    assert type(event.start) is date
    assert event["TRANSP"] == "TRANSPARENT"
    assert event["SUMMARY"] == "Acme Lyon Part-Dieu expires"
    assert event["DESCRIPTION"] == "Acme S.A.: Advanced, 60 datapoints."
    assert event["URL"] == FORM
    assert AT.astimezone(UTC) == event.DTSTAMP


def test_it_is_a_newer_version_of_the_same_entry_at_each_later_reminder() -> None:
    events = [event_of(today=END - timedelta(days), stage=stage) for days, stage in ((30, "P1M"), (7, "P1W"), (0, "P0D"), (-3, "P0D"))]
    assert len({event["UID"] for event in events}) == 1
    numbers = [event["SEQUENCE"] for event in events]
    assert numbers == sorted(set(numbers))
    assert min(numbers) >= 0
    assert event_of(start=date(2026, 12, 10))["UID"] != events[0]["UID"]
    assert event_of(account="acme-lyon2")["UID"] != events[0]["UID"]


@pytest.mark.parametrize(("days", "alarms"), [(30, 1), (1, 1), (0, 0), (-2, 0)])
def test_it_rings_on_the_morning_before_unless_that_is_past(days: int, alarms: int) -> None:
    found = event_of(today=END - timedelta(days)).alarms
    assert found.times if alarms else not found.times
    assert [time.trigger for time in found.times] == [datetime(2026, 12, 9, 9)] * alarms


def test_it_speaks_the_language_of_the_mail() -> None:
    event = event_of(language="es")
    assert event["SUMMARY"] == "Acme Lyon Part-Dieu vence"
    assert event["SUMMARY"].params["LANGUAGE"] == "es"


def test_texts_cannot_add_lines() -> None:
    name = "a\\n;,b"
    event = event_of(name=name)
    assert event["SUMMARY"] == f"{name} expires"


def test_an_entry_needs_neither_an_address_nor_words_about_it() -> None:
    data = calendar([Entry(uid="a", sequence=0, day=END, summary="x")], stamp=AT, language="en")
    event, = Calendar.from_ical(data).events
    assert not {"URL", "DESCRIPTION"} & set(event)
    assert event.alarms.times == []
    assert data.count(b"\r\n") == data.count(b"\n")
