"""The job from day to day: what it mails, what it notes, what it closes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from emp_gitops.core.reminder_records import Intent, Sent, Skipped
from emp_gitops.errors import ExitCode
from emp_gitops.forge.base import Application
from support.reminding import CONTACT, END, LYON, MADRID, Room, ending, outcomes

KEY = f"reminder {LYON} {END}"


class TestDayByDay:
    def test_three_mails_go_out_and_no_more(self, room: Room) -> None:
        room.put()
        for day in range(1, 31):
            room.run(f"2026-11-{day:02}")
        for day in range(1, 32):
            room.run(f"2026-12-{day:02}")
            room.run(f"2026-12-{day:02}")
        assert room.mails == [(f"{LYON} {stage} {END}", CONTACT) for stage in ("P1M", "P1W", "P0D")]

    def test_nothing_is_touched_while_nothing_is_due(self, room: Room) -> None:
        room.put()
        report = room.run("2026-11-09")
        assert (report.reminders, report.exit_code, room.tracker.kept, room.tracker.heartbeats) == ((), ExitCode.OK, {}, 1)

    def test_a_missed_week_skips_what_was_passed_over(self, room: Room) -> None:
        room.put()
        room.run("2026-11-10")
        assert outcomes(room.run("2026-12-12")) == [(LYON, "P1W", "skipped"), (LYON, "P0D", "sent")]
        assert [subject for subject, _ in room.mails] == [f"{LYON} P1M {END}", f"{LYON} P0D {END}"]

    def test_a_first_run_sends_the_present_stage_alone(self, room: Room) -> None:
        room.put(LYON)
        room.put(MADRID, ending(MADRID, date(2026, 12, 1)))
        room.put("acme-nice", ending("acme-nice", date(2026, 11, 1)))
        assert outcomes(room.run("2026-11-24")) == [(LYON, "P1M", "sent"), (MADRID, "P1M", "skipped"), (MADRID, "P1W", "sent")]
        assert set(room.tracker.kept) == {KEY, f"reminder {MADRID} 2026-12-01"}

    def test_the_most_urgent_goes_first_and_is_told_in_the_order_of_accounts(self, room: Room) -> None:
        """Where the mail server or the forge takes only so many a day, nobody's last day may pass meanwhile."""
        for id_, end in (("a1", "2026-12-20"), ("b1", "2026-11-24"), ("c1", "2026-12-01"), ("d1", "2026-11-17"), ("e1", "2026-12-20")):
            room.put(id_, ending(id_, date.fromisoformat(end)))
        report = room.run("2026-11-24")
        assert [subject.split()[0] for subject, _ in room.mails] == ["d1", "b1", "c1", "a1", "e1"]
        assert [each.account for each in report.reminders if each.outcome == "sent"] == ["a1", "b1", "c1", "d1", "e1"]

    def test_what_is_too_late_is_recorded_where_there_is_an_issue_and_no_mail_goes_out(self, room: Room) -> None:
        room.put()
        room.run("2026-11-10")
        mails = list(room.mails)
        report = room.run("2026-12-18")
        assert outcomes(report) == [(LYON, "P1W", "skipped"), (LYON, "P0D", "skipped")]
        assert {each.post.issue for each in report.reminders} == {"#1"}
        assert [type(each) for each in room.ledger()[-2:]] == [Skipped, Skipped]
        assert "Not mailed, and not to be mailed any more: the reminder a week before 2026-12-10; on 2026-12-10 itself." in room.tracker.kept[KEY].comments[-1]
        assert outcomes(room.run("2026-12-19")) == []
        assert room.mails == mails

    def test_what_ended_long_ago_is_not_read_again(self, room: Room) -> None:
        room.put()
        room.run("2026-11-10")
        asked_for: list[str] = []
        entries = room.tracker.entries
        room.tracker.entries = lambda keys: (asked_for.extend(keys), entries(keys))[1]  # type: ignore[method-assign]
        room.run("2027-03-01")
        assert asked_for == []

    @pytest.mark.parametrize("kind", ["retired", "unmanaged"])
    def test_those_that_are_not_managed_get_none(self, room: Room, kind: str) -> None:
        if kind == "retired":
            room.put()
            room.retire()
        else:
            room.put_by_hand(LYON, ending())
        report = room.run(END)
        assert (report.reminders, room.mails, room.tracker.kept) == ((), [], {})


class TestTheIssue:
    def test_is_opened_with_the_intent_and_says_afterwards_whom_it_was_mailed_to(self, room: Room) -> None:
        room.put()
        report = room.run("2026-11-10")
        kept = room.tracker.kept[KEY]
        assert kept.opened.title == f"Acme Lyon (acme-lyon) expires on {END}"
        assert (kept.labels, kept.opened.assignees) == (("emp-gitops", "reminder: month"), ("carla", "berta"))
        assert kept.comments == [f"Mailed on 2026-11-10 to `{CONTACT}`."]
        message_id = f"<acme-lyon.P1M.{END}.1@example.com>"
        on = date(2026, 11, 10)
        assert room.ledger() == [
            Intent(stage="P1M", on=on, message_id=message_id, recipients=(CONTACT,)),
            Sent(stage="P1M", on=on, message_id=message_id, accepted=(CONTACT,)),
        ]
        (told,) = report.reminders
        assert (told.post.issue, told.post.message_id, told.post.recipients) == ("#1", message_id, (CONTACT,))

    def test_takes_two_writes_a_mail_and_one_for_another_label(self, room: Room) -> None:
        room.put()
        room.run("2026-11-10")
        assert room.tracker.writes == 2
        room.run("2026-12-03")
        assert room.tracker.writes == 5
        kept = room.tracker.kept[KEY]
        assert kept.labels == ("emp-gitops", "reminder: week")
        assert kept.comments[-1] == (
            f"**A week before the end.** The account expires on **{END}**: it works through the end of that day.\n\n"
            f"Mailed on 2026-12-03 to `{CONTACT}`."
        )

    def test_is_named_in_the_mail_where_it_has_a_page(self, room: Room) -> None:
        room.tracker._has_pages = True
        room.put()
        room.run("2026-11-10")
        room.run("2026-12-03")
        assert [mail.message.get_content().strip() for mail, _ in room.outbox.sent] == ["https://forge.example/issues/1"] * 2

    def test_is_written_before_and_after_the_mail(self, room: Room) -> None:
        """In this order, so that a crash at any point is known of."""
        room.put()
        told: list[str] = []
        room.tracker.before_deed = lambda deed: told.append(type(deed).__name__)
        room.outbox.before_send = lambda _mail: told.append("mail")
        for day in ("2026-11-10", "2026-12-03"):
            room.run(day)
        assert told == ["OpenIssue", "mail", "Comment", "Comment", "Relabel", "mail", "Amend"]

    def test_of_a_renewed_account_is_closed_with_thanks(self, room: Room) -> None:
        room.put()
        room.run("2026-11-10")
        room.renew()
        report = room.run("2026-12-10")
        assert [(each.account, each.issue, each.now) for each in report.ended] == [(LYON, "#1", date(2027, 12, 10))]
        kept = room.tracker.kept[KEY]
        assert not kept.is_open
        assert "Thank you" in kept.comments[-1]
        assert room.run("2026-12-11").ended == ()
        assert len(room.mails) == 1
        room.run("2027-11-10")
        assert room.mails[1:] == [(f"{LYON} P1M 2027-12-10", CONTACT)], "a renewal begins anew"

    def test_of_a_shortened_term_is_closed_plainly(self, room: Room) -> None:
        room.put()
        room.run("2026-11-10")
        room.change(months=11)
        room.run("2026-11-11")
        kept = room.tracker.kept[KEY]
        assert not kept.is_open
        assert kept.comments[-1] == f"The account's term was changed: it ends on 2026-11-10 now, and no longer on {END}."

    def test_of_a_retired_account_is_closed_plainly(self, room: Room) -> None:
        room.put()
        room.run("2026-11-10")
        room.retire()
        assert [each.now for each in room.run("2026-11-11").ended] == [None]
        assert room.tracker.kept[KEY].comments[-1] == "The account is retired, so there is nothing left to remind of."

    def test_that_people_open_for_other_things_is_left_alone(self, room: Room) -> None:
        from emp_gitops.forge.issues import OpenIssue

        for key in ("reminder", "reminder acme-lyon soon", "contact acme-lyon 1", "other acme-lyon 2026-12-10"):
            room.tracker.do([OpenIssue(key=key, title="", body="")])
        assert room.run(END).ended == ()


class TestAnOpenApplicationThatRenews:
    PENDING = Application(
        id="14", title="Renew", state="pending", requester="ana", opened_at=datetime(2026, 11, 1, tzinfo=UTC),
        branch="application/renew", head="a" * 40, url="https://github.com/example-energy/accounts/pull/14",
    )

    def test_changes_the_words_of_mail_and_issue(self, room: Room) -> None:
        room.put()
        room.put(MADRID)
        room.pending = {LYON: self.PENDING}
        room.run("2026-11-10")
        assert {facts.account: facts.pending for facts in room.composer.reminders} == {LYON: "#14", MADRID: None}
        bodies = {id_: room.tracker.kept[f"reminder {id_} {END}"].opened.body for id_ in (LYON, MADRID)}
        assert r"[\#‌14](https://github.com/example-energy/accounts/pull/14) asks for a renewal already" in bodies[LYON]
        assert "emp-gitops account renew" not in bodies[LYON]
        assert "emp-gitops account renew acme-madrid --open" in bodies[MADRID]

    def test_in_plain_git_is_a_branch(self, room: Room) -> None:
        from dataclasses import replace

        room.put()
        room.pending = {LYON: replace(self.PENDING, id="application/renew", url=None)}
        room.run("2026-11-10")
        assert room.composer.reminders[-1].pending == "application/renew"


def test_no_more_than_one_batch_of_mails_is_in_memory_at_a_time(room: Room) -> None:
    """Ten thousand accounts that are due on one day are no more than 25 at a time."""
    import weakref
    from typing import Any, cast

    from emp_gitops.mail.base import Delivery, Mail
    from emp_gitops.reminding.job import BATCH

    alive: weakref.WeakSet[Any] = weakref.WeakSet()
    most, write = 0, room.composer.reminder

    def watched(*arguments: Any, **options: Any) -> Mail:
        nonlocal most
        mail = write(*arguments, **options)
        alive.add(mail.message)
        most = max(most, len(alive))
        return mail

    room.composer.reminder = watched  # type: ignore[method-assign]
    room.outbox.send = cast("Any", lambda mail: Delivery(accepted=mail.recipients))
    for number in range(4 * BATCH):
        room.put(f"account-{number:03}")
    assert len(room.run(END).reminders) == 3 * 4 * BATCH, "the last stage, and two that were passed over"
    assert BATCH <= most <= 2 * BATCH
