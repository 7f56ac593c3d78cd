"""Calendars of expiry dates: days without hours, which keep nobody from being free."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Alarm, Calendar, Event
from icalendar.prop import vDuration

_PRODUCT = "-//emp-gitops//expiry dates//EN"
_MORNING_BEFORE = timedelta(hours=-15)  # from midnight of the day: at nine the day before


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One day. `uid` and `sequence` tell programs which entry this is a newer version of; `alarm` are the words of a
    reminder on the morning of the day before, None for no reminder.
    """

    uid: str
    sequence: int
    day: date
    summary: str
    description: str = ""
    url: str | None = None
    alarm: str | None = None


def calendar(entries: Iterable[Entry], *, stamp: datetime, name: str | None = None, language: str) -> bytes:
    """A calendar to publish. `stamp` is the moment of its making, with a time zone; `name` is for feeds."""
    found = Calendar()
    found.add("prodid", _PRODUCT)
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    if name is not None:
        found.add("name", name)
        found.add("x-wr-calname", name)
        found.add("refresh-interval", vDuration(timedelta(days=1)), parameters={"value": "DURATION"})
    for entry in entries:
        found.add_component(_event(entry, stamp.astimezone(UTC), language))
    return bytes(found.to_ical())


def _event(entry: Entry, stamp: datetime, language: str) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", stamp)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))
    event.add("summary", entry.summary, parameters={"language": language})
    if entry.description:
        event.add("description", entry.description, parameters={"language": language})
    if entry.url:
        event.add("url", entry.url)
    event.add("transp", "TRANSPARENT")
    if entry.alarm is not None:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry.alarm)
        alarm.add("trigger", _MORNING_BEFORE)
        event.add_component(alarm)
    return event
