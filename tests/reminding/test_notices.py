"""Those who are no contacts any more are told so once: somebody may have wanted an account's mail for themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from emp_gitops.errors import ExitCode
from emp_gitops.platform.open import open_writer
from support.accounts import an_account
from support.platforms import sql
from support.reminding import CONTACT, END, LYON, Room, ending, outcomes

KEY = f"contact {LYON} 2"
TODAY = date(2026, 11, 23)
NEW = "new@acme.example"


@pytest.fixture
def told(room: Room) -> Room:
    """An account whose only contact was replaced, with years to go."""
    room.put(LYON, an_account(LYON, start=TODAY, months=60))
    room.change(contacts=(NEW,))
    return room


def test_the_old_address_is_told_once_in_an_issue_that_is_closed_at_once(told: Room) -> None:
    report = told.run(TODAY)
    (notice,) = report.notices
    assert (notice.account, notice.version, notice.outcome, notice.post.recipients) == (LYON, 2, "sent", (CONTACT,))
    (facts,) = told.composer.notices
    assert (facts.removed, facts.version, facts.value.contacts) == ((CONTACT,), 2, (NEW,))
    assert facts.changed_on == TODAY
    kept = told.tracker.kept[KEY]
    assert (kept.is_open, kept.opened.title) == (False, "Acme Lyon (acme-lyon): mail goes to other people")
    assert f"`{CONTACT}` gets no more mail about it" in kept.opened.body
    assert kept.comments == [f"Mailed on {TODAY} to `{CONTACT}`.", "They were told, and there is nothing left to do."]
    for day in (0, 1, 29):
        assert told.run(TODAY + timedelta(days=day)).notices == ()
    assert told.mails == [(f"{LYON} contacts 2", CONTACT)]


def test_a_crash_after_the_mail_makes_another_copy_of_the_same(told: Room) -> None:
    class CrashError(BaseException):
        pass

    def crash(_mail: object) -> None:
        raise CrashError

    told.outbox.after_send = crash
    with pytest.raises(CrashError):
        told.run(TODAY)
    told.outbox.after_send = lambda _mail: None
    told.composer.number = 2
    told.run(TODAY)
    assert len({mail.message_id for mail, _ in told.outbox.sent}) == 1
    assert len(told.outbox.sent) == 2
    assert told.run(TODAY).notices == ()


def test_the_day_of_the_change_is_that_of_the_organisation(room: Room) -> None:
    import time_machine

    room.put(LYON, an_account(LYON, start=TODAY, months=60))
    with time_machine.travel(datetime(2026, 11, 23, 23, 30, tzinfo=UTC)):
        room.change(contacts=(NEW,))
    room.run(TODAY)
    assert [facts.changed_on for facts in room.composer.notices] == [date(2026, 11, 24)]


def test_nobody_is_told_of_what_was_put_back(told: Room) -> None:
    told.change(contacts=(NEW, CONTACT.upper()))
    told.run(TODAY)
    assert told.mails == []


def test_only_the_last_removal_of_an_address_is_told(told: Room) -> None:
    told.change(contacts=(NEW, CONTACT))
    told.change(contacts=("other@acme.example",))
    told.run(TODAY)
    assert sorted(told.mails) == [(f"{LYON} contacts 4", CONTACT), (f"{LYON} contacts 4", NEW)]


def test_each_change_is_told_by_itself(told: Room) -> None:
    told.change(contacts=("other@acme.example",))
    told.run(TODAY)
    assert told.mails == [(f"{LYON} contacts 2", CONTACT), (f"{LYON} contacts 3", NEW)]


def test_older_changes_are_left_alone(told: Room) -> None:
    assert told.run(TODAY + timedelta(days=32)).notices == ()
    assert told.mails == []


def test_new_adopted_and_retired_accounts_tell_nobody(room: Room) -> None:
    room.put(LYON, an_account(LYON, start=TODAY, months=60))
    room.retire()
    assert room.run(TODAY).notices == ()


def test_a_server_that_nobody_reaches_fails_and_the_next_run_tells(told: Room) -> None:
    told.outbox.is_down = True
    report = told.run(TODAY)
    assert ([each.outcome for each in report.notices], report.exit_code) == (["failed"], ExitCode.ERROR)
    assert "to its former contacts: the mail server cannot be reached" in told.tracker.kept[f"reminder-failure {TODAY}"].opened.body
    told.outbox.is_down = False
    assert [each.outcome for each in told.run(TODAY).notices] == ["sent"]


def test_a_server_that_was_given_up_is_not_tried_for_them_either(room: Room) -> None:
    for number in range(4):
        room.put(f"account-{number}", ending(f"account-{number}", TODAY + timedelta(days=20)))
    room.change("account-0", contacts=(NEW,))
    room.outbox.is_down = True
    report = room.run(TODAY)
    assert [(each.outcome, (each.post.trouble or "")[:9]) for each in report.notices] == [("failed", "not tried")]
    assert "contact account-0 2" not in room.tracker.kept


def test_an_audit_that_cannot_be_read_keeps_no_reminder_back(told: Room) -> None:
    told.put("acme-madrid", ending("acme-madrid", TODAY + timedelta(days=20)))
    sql(told.url, "DROP TRIGGER changes_no_update")
    sql(told.url, "UPDATE changes SET kinds = 'gift'")
    report = told.run(TODAY)
    assert outcomes(report) == [("acme-madrid", "P1M", "sent")]
    assert (report.trouble and "gift" in report.trouble.message, report.exit_code) == (True, ExitCode.ERROR)


def test_slow_servers_give_others_the_lock_in_between(room: Room) -> None:
    ids = [f"account-{number}" for number in range(4)]
    with open_writer(room.url):
        for id_ in ids:
            room.put(id_, an_account(id_, start=TODAY, months=60))
            room.change(id_, contacts=(NEW,))
    room.seconds_a_look = 6
    assert [each.outcome for each in room.run(TODAY).notices] == ["sent"] * 4
    assert sorted(subject for subject, _ in room.mails) == [f"{id_} contacts 2" for id_ in ids]


def test_what_would_be_told_is_foreseen(told: Room) -> None:
    (notice,) = told.foresee(TODAY).notices
    assert (notice.outcome, notice.post.recipients, notice.post.issue) == ("pending", (CONTACT,), None)
    assert (told.tracker.kept, told.mails) == ({}, [])
    assert told.foresee(END).trouble is None
