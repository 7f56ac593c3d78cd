"""A job that dies between any two steps, two jobs at once, and issues that people close, edit and delete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import count

import pytest

from emp_gitops.core.model import LiveAccount
from emp_gitops.core.reminder_records import Skipped
from emp_gitops.forge.base import Application
from emp_gitops.platform.open import open_locking_reader
from emp_gitops.reminding.job import remind
from support.ledgers import MemoryTracker
from support.reminding import CONTACT, END, LYON, MADRID, Room, ending, outcomes

KEY = f"reminder {LYON} {END}"


class KilledError(BaseException):
    """As if the process ended here: nothing catches it."""


def kill_at(room: Room, step: int) -> None:
    """Every write to the forge is a step, and so are the moments before and after a mail."""
    left = iter(range(1, step))

    def die(_: object) -> None:
        if next(left, None) is None:
            raise KilledError

    room.tracker.before_deed = room.outbox.before_send = room.outbox.after_send = die


def live_on(room: Room) -> None:
    room.tracker.before_deed = room.outbox.before_send = room.outbox.after_send = lambda _: None


def the_story(room: Room) -> None:
    """First stages, later ones, skipped ones, a renewed account, a former contact."""
    room.put(LYON)
    room.put(MADRID)
    room.put("acme-nice")
    room.run("2026-11-10")
    room.renew("acme-nice")
    room.change(MADRID, contacts=("new@acme.example",))
    room.put("acme-paris", ending("acme-paris"))


def test_a_job_that_died_at_any_step_is_completed_by_the_next(room: Room) -> None:
    from copy import deepcopy

    day = "2026-12-04"
    the_story(room)
    kept, sent = deepcopy(room.tracker.kept), list(room.outbox.sent)
    room.run(day)
    expected = {(subject, recipient) for subject, recipient in room.mails}
    died = doubled = 0
    for step in count(1):
        room.tracker.kept, room.outbox.sent = deepcopy(kept), list(sent)
        kill_at(room, step)
        room.composer.number = 1
        try:
            room.run(day)
            finished = True
        except KilledError:
            finished = False
        live_on(room)
        room.composer.number = 2  # from here on only the ledger knows the Message-IDs
        room.run(day)
        copies = room.mails
        assert set(copies) == expected, f"died at step {step}"
        assert len(copies) - len(set(copies)) <= 3, "none but those of one batch"
        for subject, recipient in set(copies):
            assert len({mail.message_id for mail, delivery in room.outbox.sent if mail.message["Subject"] == subject and recipient in delivery.accepted}) == 1
        assert not room.tracker.kept[f"reminder acme-nice {END}"].is_open
        assert room.run(day).reminders == ()
        if finished:
            break
        died += 1
        doubled += len(copies) - len(set(copies))
    assert died > 10
    assert doubled > 1, "in the window between the mails of a batch and their being noted"


def test_a_second_job_that_comes_while_the_first_sends_makes_no_second_issue_or_mail(room: Room) -> None:
    """It has seen the forge as it was before the first began; then it waits for the lock."""
    room.put()
    room.change(contacts=("new@acme.example",))
    other = MemoryTracker(beside=room.tracker)
    run = room._run("2026-11-10")

    def meanwhile(live: Mapping[str, LiveAccount]) -> Mapping[str, Application]:
        assert list(live) == [LYON]
        assert len(room.run("2026-11-10").notices) == 1
        return {}

    with open_locking_reader(room.url, job="remind") as platform:
        report = remind(replace(run, pending=meanwhile), platform, other, room.outbox)
    assert (report.reminders, report.notices, report.trouble) == ((), (), None)
    assert [subject for subject, _ in room.mails] == [f"{LYON} P1M {END}", f"{LYON} contacts 2"]
    assert list(room.tracker.kept) == [KEY, f"contact {LYON} 2"]


class TestAnIssueThatSomebody:
    def test_closed_stays_closed_and_still_gets_its_comments_and_mails(self, room: Room) -> None:
        room.put()
        room.run("2026-11-10")
        room.tracker.kept[KEY].is_open = False
        assert outcomes(room.run("2026-12-03")) == [(LYON, "P1W", "sent")]
        kept = room.tracker.kept[KEY]
        assert not kept.is_open
        assert "A week before the end" in kept.comments[-1]
        assert len(room.mails) == 2

    def test_edited_loses_no_mail_and_doubles_none_as_long_as_our_comments_stay(self, room: Room) -> None:
        room.put()
        room.run("2026-11-10")
        room.tracker.kept[KEY].edited.add("")
        assert outcomes(room.run("2026-11-11")) == []
        assert outcomes(room.run("2026-12-03")) == [(LYON, "P1W", "sent")]

    def test_edited_while_the_mail_was_on_its_way_gets_another_intent(self, room: Room) -> None:
        room.put()
        room.outbox.is_down = True
        room.run("2026-11-10")
        room.tracker.kept[KEY].edited.add("")
        room.outbox.is_down = False
        assert outcomes(room.run("2026-11-11")) == [(LYON, "P1M", "sent")]
        (comment,) = room.tracker.kept[KEY].comments
        assert comment.endswith(f"Mailed on 2026-11-11 to `{CONTACT}`.")

    def test_forged_a_sent_mail_in_keeps_nobody_from_getting_it(self, room: Room) -> None:
        """A comment of ours that somebody else edited counts for nothing: then a copy of the same mail goes out."""
        room.put()
        room.run("2026-11-10")
        room.tracker.kept[KEY].edited.add("1")
        assert outcomes(room.run("2026-11-11")) == [(LYON, "P1M", "sent")]
        assert len({mail.message_id for mail, _ in room.outbox.sent}) == 1

    def test_deleted_is_opened_anew(self, room: Room) -> None:
        room.put()
        room.run("2026-11-10")
        del room.tracker.kept[KEY]
        room.run("2026-12-03")
        kept = room.tracker.kept[KEY]
        assert kept.labels == ("emp-gitops", "reminder: week")
        assert isinstance(room.ledger()[0], Skipped)
        assert len(room.mails) == 2

    def test_edited_a_comment_of_meanwhile_is_left_as_it_is(self, room: Room) -> None:
        room.put()
        room.run("2026-11-10")

        def edit(_mail: object) -> None:
            room.tracker.kept[KEY].edited.add("2")

        room.outbox.before_send = edit
        room.run("2026-12-03")
        assert [text.count("_This is about to be mailed._") for text in room.tracker.kept[KEY].comments] == [0, 1, 0]
        live_on(room)
        assert outcomes(room.run("2026-12-04")) == []


def test_ten_batches_are_taken_up_where_they_were_left(room: Room) -> None:
    for number in range(60):
        room.put(f"account-{number:02}")
    kill_at(room, 130)
    with pytest.raises(KilledError):
        room.run(END)
    begun = len(room.mails)
    assert 25 < begun < 50
    live_on(room)
    room.run(END)
    assert len(set(room.mails)) == 60
    assert len(room.mails) <= 60 + 25


def test_ctrl_c_loses_no_note_of_what_is_out(room: Room) -> None:
    for number in range(5):
        room.put(f"account-{number}")

    def press(_mail: object) -> None:
        if len(room.mails) == 3:
            raise KeyboardInterrupt

    room.outbox.before_send = press
    with pytest.raises(KeyboardInterrupt):
        room.run(END)
    live_on(room)
    room.run(END)
    assert len(room.mails) == len(set(room.mails)) == 5
