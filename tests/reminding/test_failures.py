"""What a server refuses, loses or puts off, and what the next run does about it."""

from __future__ import annotations

import pytest

from emp_gitops.core.reminder_records import Intent, Sent
from emp_gitops.errors import ExitCode, LockedError
from emp_gitops.forge.issues import Comment
from emp_gitops.platform.open import open_writer
from support.reminding import CONTACT, END, LYON, Room, ending, outcomes

KEY = f"reminder {LYON} {END}"
A, B, C = "a@acme.example", "b@acme.example", "c@acme.example"


@pytest.fixture
def three(room: Room) -> Room:
    """An account with three contacts."""
    room.put(LYON, ending(contacts=(A, B, C)))
    return room


class TestAServerThatNobodyReaches:
    def test_leaves_nothing_marked_as_sent_and_the_next_run_sends_it(self, room: Room) -> None:
        room.put()
        room.outbox.is_down = True
        report = room.run("2026-11-10")
        assert (outcomes(report), report.exit_code) == ([(LYON, "P1M", "failed")], ExitCode.ERROR)
        assert report.reminders[0].post.trouble == "the mail server cannot be reached (smtp://mail.example)"
        assert [type(record) for record in room.ledger()] == [Intent]
        room.outbox.is_down = False
        assert outcomes(room.run("2026-11-11")) == [(LYON, "P1M", "sent")]
        assert [type(record) for record in room.ledger()] == [Intent, Sent]
        assert room.mails == [(f"{LYON} P1M {END}", CONTACT)]

    def test_is_left_alone_after_three_tries_and_all_the_rest_is_told_as_failed(self, room: Room) -> None:
        for number in range(60):
            room.put(f"account-{number:02}")
        room.outbox.is_down = True
        report = room.run(END)
        assert room.outbox.tries == 3
        assert [outcome for _, stage, outcome in outcomes(report) if stage == "P0D"] == ["failed"] * 60
        assert len({each.post.trouble for each in report.failures}) == 2
        assert (report.failures[-1].post.trouble or "").startswith("not tried, since the mail server failed 3 times in a row")
        assert sum(key.startswith("reminder ") for key in room.tracker.kept) == 25, "no more issues than one batch"
        room.outbox.is_down = False
        assert room.run(END).exit_code == ExitCode.OK
        assert len(room.mails) == 60

    def test_may_be_one_that_hangs_up_on_every_mail(self, room: Room) -> None:
        for number in range(6):
            room.put(f"account-{number:02}")
        room.outbox.hangs_up = True
        report = room.run(END)
        assert room.outbox.tries == 3
        assert (report.failures[-1].post.trouble or "").startswith("not tried, since the mail server failed 3 times in a row")
        room.outbox.hangs_up = False
        room.run(END)
        assert len(room.mails) == 6

    def test_for_a_moment_is_tried_again_for_the_next_mail(self, room: Room) -> None:
        for number in range(5):
            room.put(f"account-{number:02}")
        tries = iter([True, True, False, True, True])
        room.outbox.before_send = lambda _mail: setattr(room.outbox, "is_down", next(tries))
        assert [outcome for _, stage, outcome in outcomes(room.run(END)) if stage == "P0D"] == ["failed", "failed", "sent", "failed", "failed"]


class TestRecipients:
    def test_who_are_put_off_are_tried_again_alone_as_the_same_mail(self, three: Room) -> None:
        three.outbox.refuses = {B: 450}
        report = three.run("2026-11-10")
        assert (outcomes(report), report.exit_code) == ([(LYON, "P1M", "sent")], ExitCode.OK)
        assert report.reminders[0].post.warnings == (f"{B} is put off, the next run tries again: 450 try again",)
        three.outbox.refuses = {}
        three.composer.number = 2
        report = three.run("2026-11-11")
        assert report.reminders[0].post.recipients == (B,)
        assert three.composer.reminders[-1].to == (B,)
        assert len({mail.message_id for mail, _ in three.outbox.sent}) == 1
        assert three.mails == [(f"{LYON} P1M {END}", each) for each in (A, C, B)]
        assert outcomes(three.run("2026-11-12")) == []

    def test_who_refuse_for_good_are_told_to_the_operator_and_not_tried_again(self, three: Room) -> None:
        three.outbox.refuses = {B: 550}
        report = three.run("2026-11-10")
        assert (outcomes(report), report.exit_code) == ([(LYON, "P1M", "sent")], ExitCode.OK)
        assert report.reminders[0].post.bounced == {B: "550 no such user"}
        assert f"- `{B}`: 550 no such user" in three.tracker.kept[KEY].comments[-1]
        assert f"`{B}` refuses it: 550 no such user" in three.tracker.kept["reminder-failure 2026-11-10"].opened.body
        assert outcomes(three.run("2026-11-11")) == []

    def test_of_whom_nobody_takes_it_are_all_tried_again(self, three: Room) -> None:
        three.outbox.refuses = dict.fromkeys((A, B, C), 550)
        assert outcomes(three.run("2026-11-10")) == [(LYON, "P1M", "failed")]
        three.change(contacts=(A, "new@acme.example"))
        three.outbox.refuses = {A: 550}
        assert outcomes(three.run("2026-11-11")) == [(LYON, "P1M", "sent")]
        assert three.mails[0] == (f"{LYON} P1M {END}", "new@acme.example"), "whom the account names by now"
        intents = [each.recipients for each in three.ledger() if isinstance(each, Intent)]
        assert intents == [(A, B, C), (A, "new@acme.example")]
        assert len({each.message_id for each in three.ledger() if isinstance(each, (Intent, Sent))}) == 1

    def test_who_were_put_off_and_are_no_contacts_any_more_get_nothing(self, three: Room) -> None:
        three.outbox.refuses = {B: 450}
        three.run("2026-11-10")
        three.change(contacts=(A, C, "new@acme.example"))
        three.outbox.refuses = {}
        report = three.run("2026-11-11")
        assert (outcomes(report), three.mails[2:]) == ([], [(f"{LYON} contacts 2", B)])

    def test_of_a_copy_who_are_put_off_get_it_later_and_nobody_else(self, three: Room) -> None:
        copy = "success@example.com"
        three.composer.cc = (copy,)
        three.outbox.refuses = {copy: 450}
        three.run("2026-11-10")
        three.outbox.refuses = {}
        three.run("2026-11-11")
        assert three.composer.reminders[-1].to == (A, B, C), "the mail says whom it went to"
        assert three.mails[3:] == [(f"{LYON} P1M {END}", copy)]

    def test_that_are_none_fail_without_a_trace(self, room: Room) -> None:
        room.put(LYON, ending(contacts=()))
        report = room.run("2026-11-10")
        assert (outcomes(report), report.reminders[0].post.trouble) == ([(LYON, "P1M", "failed")], "there is nobody to write to")
        assert list(room.tracker.kept) == ["reminder-failure 2026-11-10"]

    def test_are_told_in_the_comment_of_a_later_stage_too(self, three: Room) -> None:
        three.run("2026-11-10")
        three.outbox.refuses = {B: 450}
        three.run("2026-12-03")
        three.outbox.refuses = {}
        three.run("2026-12-04")
        (comment,) = [text for text in three.tracker.kept[KEY].comments if "A week before" in text]
        assert f"Mailed on 2026-12-03 to `{A}` and `{C}`.\n\nMailed on 2026-12-04 to `{B}`." in comment


class TestTheOperatorsIssue:
    def test_is_opened_once_added_to_and_closed_when_all_is_well(self, room: Room) -> None:
        room.put()
        room.outbox.is_down = True
        for day in ("2026-11-10", "2026-11-10", "2026-11-11"):
            room.run(day)
        kept = room.tracker.kept["reminder-failure 2026-11-10"]
        assert (kept.opened.title, kept.labels) == ("Reminders that did not reach everybody, since 2026-11-10", ("emp-gitops", "reminder-failures"))
        assert "the mail server cannot be reached" in kept.opened.body
        assert len(kept.comments) == 1, "the second run of the first day said nothing new"
        room.outbox.is_down = False
        room.run("2026-11-12")
        assert not kept.is_open
        assert kept.comments[-1] == "The run of 2026-11-12 had no such trouble."

    def test_is_another_one_for_the_next_trouble(self, room: Room) -> None:
        room.put()
        for number, is_down in enumerate((True, False, True, False, True)):
            room.outbox.is_down = is_down
            room.run("2026-11-10")
            room.put(f"account-{number}")
        failures = [key for key in room.tracker.kept if key.startswith("reminder-failure ")]
        assert failures == ["reminder-failure 2026-11-10", "reminder-failure 2026-11-10 2", "reminder-failure 2026-11-10 3"]
        assert [room.tracker.kept[key].is_open for key in failures] == [False, False, True]

    def test_has_room_for_thousands(self, room: Room) -> None:
        from datetime import date

        from emp_gitops.reminding.values import Post, Reminder, Report
        from emp_gitops.render.reminder_markdown import ReminderMarkdown

        failed = tuple(
            Reminder(account=f"account-{number}", expires_on=END, stage="P1M", outcome="failed", post=Post(trouble="x" * 500))
            for number in range(10_000)
        )
        body = ReminderMarkdown().failures(Report(today=date(2026, 11, 10), reminders=failed))
        assert len(body.encode()) <= 65_000
        assert "more mails" in body


def test_a_lock_that_somebody_holds_is_told_and_nothing_is_sent(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    from emp_gitops.platform.sql.reader import SqlLockingReader

    room.put()
    patient = SqlLockingReader.lock
    monkeypatch.setattr(SqlLockingReader, "lock", lambda self, timeout=0.05: patient(self, timeout=0.05))
    with open_writer(room.url, actor="ana") as writer, writer.lock():
        report = room.run("2026-11-10")
    assert isinstance(report.trouble, LockedError)
    assert outcomes(report) == [(LYON, "P1M", "failed")]
    assert "locked: reconcile by ana" in (report.failures[0].post.trouble or "")
    assert (room.mails, list(room.tracker.kept)) == ([], ["reminder-failure 2026-11-10"])


def test_a_slow_server_gives_others_the_lock_in_between(room: Room) -> None:
    for number in range(9):
        room.put(f"account-{number}")
    room.seconds_a_look = 2
    locks: list[int] = []
    room.tracker.before_deed = lambda deed: locks.append(len(room.mails)) if isinstance(deed, Comment) else None
    assert room.run("2026-11-10").exit_code == ExitCode.OK
    assert len(room.mails) == 9
    assert len(set(locks)) > 1, "what was sent is noted in several turns"
    assert room.pauses >= 2
    assert room.run("2026-11-11").reminders == ()
