"""What a server refuses, loses or puts off, and what the next run does about it."""

from __future__ import annotations

from typing import Any

import pytest

from emp_gitops.core.reminder_records import Intent, Sent
from emp_gitops.errors import ExitCode, ForgeError, LockedError
from emp_gitops.forge.issues import Amend, Close, Comment, OpenIssue
from emp_gitops.platform.open import open_writer
from support.reminding import CONTACT, END, LYON, MADRID, Room, ending, outcomes

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
        assert report.reminders[0].post.trouble == "the mail server cannot be reached"
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
        assert f"`{B}` refuses it: 550 no such user" in three.tracker.kept["reminder-failures 2026-11-10"].opened.body
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
        assert list(room.tracker.kept) == ["reminder-failures 2026-11-10"]

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
        kept = room.tracker.kept["reminder-failures 2026-11-10"]
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
        failures = [key for key in room.tracker.kept if key.startswith("reminder-failures")]
        assert failures == ["reminder-failures 2026-11-10", "reminder-failures 2026-11-10 2", "reminder-failures 2026-11-10 3"]
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


class TestAForgeThatFails:
    def failing(self, room: Room, kind: type[Any]) -> None:
        def fail(deed: object) -> None:
            if isinstance(deed, kind):
                raise ForgeError("GitHub does not answer")

        room.tracker.before_deed = fail

    def test_before_the_mail_stops_the_run_and_nothing_is_sent(self, room: Room) -> None:
        room.put(LYON)
        room.put(MADRID)
        self.failing(room, OpenIssue)
        report = room.run("2026-11-10")
        assert outcomes(report) == [(LYON, "P1M", "failed"), (MADRID, "P1M", "failed")]
        assert {each.post.trouble for each in report.failures} == {"GitHub does not answer"}
        assert (report.trouble and report.trouble.message, report.exit_code) == ("GitHub does not answer", ExitCode.ERROR)
        assert (room.mails, room.tracker.heartbeats) == ([], 0)
        room.tracker.before_deed = lambda _deed: None
        assert room.run("2026-11-10").exit_code == ExitCode.OK
        assert len(room.mails) == 2

    def test_after_the_mail_makes_another_copy_of_the_same(self, room: Room) -> None:
        room.put()
        self.failing(room, Comment)
        report = room.run("2026-11-10")
        assert (outcomes(report), report.exit_code) == ([(LYON, "P1M", "sent")], ExitCode.ERROR)
        room.tracker.before_deed = lambda _deed: None
        room.composer.number = 2
        assert outcomes(room.run("2026-11-11")) == [(LYON, "P1M", "sent")]
        assert len(room.mails) == 2
        assert len({mail.message_id for mail, _ in room.outbox.sent}) == 1
        assert outcomes(room.run("2026-11-12")) == []

    def test_after_a_later_stage_makes_another_copy_of_the_same(self, room: Room) -> None:
        room.put()
        room.run("2026-11-10")
        self.failing(room, Amend)
        room.run("2026-12-03")
        room.tracker.before_deed = lambda _deed: None
        room.run("2026-12-04")
        assert [subject for subject, _ in room.mails] == [f"{LYON} P1M {END}", f"{LYON} P1W {END}", f"{LYON} P1W {END}"]
        (comment,) = [text for text in room.tracker.kept[KEY].comments if "A week before" in text]
        assert comment.endswith(f"Mailed on 2026-12-04 to `{CONTACT}`.")

    def test_at_closing_is_told_and_the_mails_are_out(self, room: Room) -> None:
        room.put(LYON)
        room.run("2026-11-10")
        room.renew(LYON)
        room.put(MADRID)
        self.failing(room, Close)
        report = room.run("2026-11-11")
        assert (outcomes(report), report.exit_code, report.ended) == ([(MADRID, "P1M", "sent")], ExitCode.ERROR, ())


class TestAnIssueThatTheForgeRefuses:
    """Locked, or too large: that is its own trouble."""

    IDS = tuple(f"account-{number}" for number in range(4))

    def refuse(self, room: Room, kind: type[Any], ids: tuple[str, ...] = ("account-1",)) -> None:
        def fail(deed: Any) -> None:
            if isinstance(deed, kind) and deed.key.split(" ")[1] in ids:
                raise ForgeError(f"the issue {deed.key} is locked")

        room.tracker.before_deed = fail

    def test_before_the_mail_fails_alone(self, room: Room) -> None:
        for id_ in self.IDS:
            room.put(id_)
        self.refuse(room, OpenIssue)
        report = room.run("2026-11-10")
        assert [outcome for _, _, outcome in sorted(outcomes(report))] == ["sent", "failed", "sent", "sent"]
        assert [each.post.trouble for each in report.failures] == [f"the issue reminder account-1 {END} is locked"]
        assert (report.trouble, room.tracker.heartbeats, len(room.mails)) == (None, 1, 3)
        assert "is locked" in room.tracker.kept["reminder-failures 2026-11-10"].opened.body

    def test_after_the_mail_is_told_and_doubles_no_other(self, room: Room) -> None:
        for id_ in self.IDS:
            room.put(id_)
        self.refuse(room, Comment)
        report = room.run("2026-11-10")
        assert {outcome for _, _, outcome in outcomes(report)} == {"sent"}
        assert (report.trouble and report.trouble.message, report.exit_code) == (f"the issue reminder account-1 {END} is locked", ExitCode.ERROR)
        assert room.tracker.heartbeats == 1, "the run came to its end"
        room.tracker.before_deed = lambda _deed: None
        assert outcomes(room.run("2026-11-11")) == [("account-1", "P1M", "sent")]
        assert len({mail.message_id for mail, _ in room.outbox.sent}) == 4

    def test_at_closing_leaves_the_others_closed(self, room: Room) -> None:
        for id_ in self.IDS:
            room.put(id_)
        room.run("2026-11-10")
        for id_ in self.IDS:
            room.renew(id_)
        self.refuse(room, Close)
        assert [each.account for each in room.run("2026-11-11").ended] == ["account-0", "account-2", "account-3"]
        room.tracker.before_deed = lambda _deed: None
        assert [each.account for each in room.run("2026-11-12").ended] == ["account-1"]

    def test_for_what_was_skipped_is_told_and_recorded_later(self, room: Room) -> None:
        for id_ in self.IDS:
            room.put(id_)
        room.run("2026-11-10")
        self.refuse(room, Comment)
        report = room.run("2026-12-18")
        assert {account for account, _, _ in outcomes(report)} == {"account-0", "account-2", "account-3"}
        assert report.exit_code == ExitCode.ERROR
        room.tracker.before_deed = lambda _deed: None
        assert {account for account, _, _ in outcomes(room.run("2026-12-18"))} == {"account-1"}

    def test_three_times_in_a_row_is_the_forges_trouble(self, room: Room) -> None:
        for id_ in self.IDS:
            room.put(id_)
        self.refuse(room, OpenIssue, self.IDS[:3])
        report = room.run("2026-11-10")
        assert {outcome for _, _, outcome in outcomes(report)} == {"failed"}
        assert (room.mails, room.tracker.heartbeats) == ([], 0)


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
    assert (room.mails, list(room.tracker.kept)) == ([], ["reminder-failures 2026-11-10"])


def test_a_slow_server_gives_others_the_lock_in_between(room: Room) -> None:
    for number in range(9):
        room.put(f"account-{number}")
    room.seconds_a_look = 2
    locks: list[int] = []
    room.tracker.before_deed = lambda deed: locks.append(len(room.mails)) if isinstance(deed, Comment) else None
    assert room.run("2026-11-10").exit_code == ExitCode.OK
    assert len(room.mails) == 9
    assert len(set(locks)) > 1, "what was sent is noted in several turns"
    assert room.run("2026-11-11").reminders == ()
