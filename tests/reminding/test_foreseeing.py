"""What a run would do, told by parts that cannot write."""

from __future__ import annotations

import inspect
from datetime import date

from emp_gitops.reminding import foreseeing, planning
from emp_gitops.reminding.running import Ledgers
from support.reminding import CONTACT, END, LYON, MADRID, Room, ending, outcomes

KEY = f"reminder {LYON} {END}"


def test_what_is_foreseen_is_what_is_done(room: Room) -> None:
    room.put(LYON)
    room.put(MADRID)
    room.put("acme-nice")
    room.run("2026-11-10")
    room.renew("acme-nice")
    room.put("acme-paris", ending("acme-paris"))
    foreseen = room.foresee("2026-12-04")
    done = room.run("2026-12-04")
    assert [(account, stage, "sent" if outcome == "pending" else outcome) for account, stage, outcome in sorted(outcomes(foreseen))] == sorted(outcomes(done))
    by_account = {each.account: each.post for each in done.reminders if each.outcome == "sent"}
    for each in foreseen.reminders:
        if each.outcome == "pending":
            assert (each.post.message_id, each.post.recipients) == (by_account[each.account].message_id, (CONTACT,))
            assert each.post.issue == (None if each.account == "acme-paris" else by_account[each.account].issue)
    assert foreseen.ended == done.ended != ()


def test_nothing_is_written(room: Room) -> None:
    room.put()
    report = room.foresee("2026-11-10")
    assert outcomes(report) == [(LYON, "P1M", "pending")]
    assert (room.tracker.kept, room.tracker.writes, room.tracker.heartbeats, room.outbox.tries) == ({}, 0, 0, 0)


def test_the_types_that_it_works_with_have_no_way_to_write() -> None:
    assert {name for name in vars(Ledgers) if not name.startswith("_")} == {"issues", "entries"}
    for module in (foreseeing, planning):
        source = inspect.getsource(module)
        assert "IssueTracker" not in source
        assert "LockingReader" not in source


def test_a_mail_that_cannot_be_written_is_foreseen(room: Room) -> None:
    room.put(LYON, ending(contacts=()))
    report = room.foresee("2026-11-10")
    assert [(each.outcome, each.post.trouble) for each in report.reminders] == [("failed", "there is nobody to write to")]


def test_who_was_put_off_is_foreseen_alone(room: Room) -> None:
    room.put(LYON, ending(contacts=("a@acme.example", "b@acme.example")))
    room.outbox.refuses = {"b@acme.example": 450}
    room.run("2026-11-10")
    (reminder,) = room.foresee("2026-11-11").reminders
    assert reminder.post.recipients == ("b@acme.example",)
    room.change(contacts=("a@acme.example",))
    assert room.foresee("2026-11-11").reminders == ()


def test_what_is_too_late_is_foreseen_as_skipped(room: Room) -> None:
    room.put()
    room.run("2026-11-10")
    assert outcomes(room.foresee(date(2026, 12, 20))) == [(LYON, "P1W", "skipped"), (LYON, "P0D", "skipped")]
