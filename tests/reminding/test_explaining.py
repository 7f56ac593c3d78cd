"""Why a mail went out or did not, for accounts in every state."""

from __future__ import annotations

from datetime import date

import pytest

from emp_gitops.core.config import Config
from emp_gitops.platform.open import open_reader
from emp_gitops.reminding.explaining import Explanation, explain
from emp_gitops.reminding.stages import StageStory
from support.accounts import an_account
from support.reminding import CONTACT, END, LYON, Room, ending

DEFAULT = ("P1M", "P1W", "P0D")


def why(room: Room, day: str | date, before: tuple[str, ...] = DEFAULT) -> Explanation:
    with open_reader(room.url) as reader:
        live = reader.accounts()[LYON]
    return explain(live, room.tracker, before, day if isinstance(day, date) else date.fromisoformat(day))


def stages(explanation: Explanation) -> list[tuple[str, str]]:
    return [(each.stage, each.outcome) for each in explanation.terms[0].stages]


def stage(explanation: Explanation, name: str) -> StageStory:
    (found,) = [each for each in explanation.terms[0].stages if each.stage == name]
    return found


class TestAnAccountThatRuns:
    def test_hears_of_its_next_reminder(self, room: Room) -> None:
        room.put()
        told = why(room, "2026-11-01")
        assert (told.state, told.contacts) == ("active", (CONTACT,))
        assert told.reason == "the next one is P1M, on 2026-11-10"
        assert stages(told) == [("P1M", "later"), ("P1W", "later"), ("P0D", "later")]
        assert stage(told, "P1W").reason == "due on 2026-12-03"
        assert told.terms[0].issue is None

    def test_hears_what_is_due(self, room: Room) -> None:
        room.put()
        told = why(room, "2026-12-04")
        assert told.reason == "P1W is due since 2026-12-03: the next run of `emp-gitops remind` mails it"
        assert stages(told) == [("P1M", "skipped"), ("P1W", "due"), ("P0D", "later")]
        assert stage(told, "P1M").reason == "a more urgent one is due, or was sent"

    def test_hears_what_was_sent_and_to_whom(self, room: Room) -> None:
        room.put()
        room.run("2026-11-12")
        told = why(room, "2026-11-13")
        sent = stage(told, "P1M")
        assert (sent.outcome, sent.on, sent.sent_on, sent.accepted) == ("sent", date(2026, 11, 10), date(2026, 11, 12), (CONTACT,))
        assert (sent.reason, sent.message_id) == (f"mailed on 2026-11-12 to {CONTACT}", f"<acme-lyon.P1M.{END}.1@example.com>")
        assert told.reason == "the next one is P1W, on 2026-12-03"
        issue = told.terms[0].issue
        assert issue
        assert (issue.id, issue.is_open) == ("#1", True)

    def test_hears_what_was_skipped_and_when_that_was_noted(self, room: Room) -> None:
        room.put()
        room.run("2026-12-05")
        assert stage(why(room, "2026-12-06"), "P1M").reason == (
            "noted as skipped by the run of 2026-12-05: by then it was too late, or a more urgent one was due"
        )

    def test_hears_what_was_begun_and_is_sent_again(self, room: Room) -> None:
        room.put()
        room.outbox.is_down = True
        room.run("2026-11-10")
        assert stage(why(room, "2026-11-11"), "P1M").reason == (
            "due since 2026-11-10; the next run sends it, as the same mail as on 2026-11-10, which nobody is known to have got"
        )

    def test_hears_who_was_put_off_and_who_refuses(self, room: Room) -> None:
        room.put(LYON, ending(contacts=("a@x.example", "b@x.example", "c@x.example")))
        room.outbox.refuses = {"b@x.example": 450, "c@x.example": 550}
        room.run("2026-11-10")
        told = why(room, "2026-11-11")
        sent = stage(told, "P1M")
        assert sent.reason == "mailed on 2026-11-10 to a@x.example; refused by c@x.example; put off by b@x.example"
        assert (sent.rejected, sent.left) == (("c@x.example",), ("b@x.example",))
        assert told.reason == "P1M went out on 2026-11-10, but some were put off: the next run tries them again"
        later = why(room, "2026-12-04")
        assert stage(later, "P1M").left == ()
        assert later.reason.startswith("P1W is due")

    def test_hears_which_reminders_its_term_does_not_have(self, room: Room) -> None:
        room.put(LYON, an_account(LYON, start=date(2026, 11, 10), months=1))
        told = why(room, "2026-11-11", ("P1M", "P1W", "P7D", "P999Y", "P0D"))
        assert stage(told, "P1M").reason == "it would be on or before the first day of the term, 2026-11-10"
        assert stage(told, "P1W").reason == "another reminder is for the same day"
        assert {each.outcome for each in told.terms[0].stages if each.stage in ("P1M", "P1W", "P999Y")} == {"never"}


class TestAnAccountThatIsOver:
    def test_hears_that_a_late_notice_may_still_go_out(self, room: Room) -> None:
        room.put()
        told = why(room, "2026-12-17")
        assert (told.state, stages(told)[-1]) == ("expired", ("P0D", "due"))

    def test_hears_that_it_is_too_late(self, room: Room) -> None:
        room.put()
        told = why(room, "2026-12-18")
        assert stage(told, "P1M").reason == f"it is too late: the last day for it was {END}"
        assert stage(told, "P0D").reason == "it is too late: the last day for it was 2026-12-17"
        assert told.reason == "nothing more goes out for this term; a renewal begins a new one"

    def test_hears_nothing_more_where_it_is_retired(self, room: Room) -> None:
        room.put()
        room.run("2026-11-10")
        room.retire()
        told = why(room, "2026-12-04")
        assert (told.state, told.reason) == ("retired", "the account is retired, so there is nothing to remind of")
        assert stages(told) == [("P1M", "sent"), ("P1W", "never"), ("P0D", "never")]


def test_an_unmanaged_account_hears_that_it_is_not_looked_after(room: Room) -> None:
    room.put_by_hand(LYON, ending())
    told = why(room, END)
    assert (told.state, told.reason) == ("unmanaged", "the account never came under git, and reminders are for those that did")
    assert {outcome for _, outcome in stages(told)} == {"never"}


def test_a_scheduled_account_hears_of_its_far_reminders(room: Room) -> None:
    room.put(LYON, an_account(LYON, start=date(2027, 5, 1)))
    assert (why(room, "2026-12-04").state, why(room, "2026-12-04").reason) == ("scheduled", "the next one is P1M, on 2028-04-01")


def test_former_terms_are_told_too(room: Room) -> None:
    room.put()
    room.run("2026-11-10")
    room.outbox.is_down = True
    room.run("2026-12-03")
    room.renew()
    told = why(room, "2026-12-04")
    assert [(term.expires_on, term.is_current) for term in told.terms] == [(date(2027, 12, 10), True), (END, False)]
    former = told.terms[1]
    assert [(each.stage, each.outcome) for each in former.stages] == [("P1M", "sent"), ("P1W", "skipped")]
    assert former.stages[1].reason == "it was begun, and nobody is known to have got it"


def test_reminders_of_another_configuration_are_told_too(room: Room) -> None:
    room.config = Config(organisation="x", timezone="UTC", reminders_before=("P2M",))
    room.put()
    room.run("2026-10-12")
    assert stages(why(room, "2026-10-13")) == [("P2M", "sent"), ("P1M", "later"), ("P1W", "later"), ("P0D", "later")]


@pytest.mark.parametrize("other", ["reminder acme-lyon-2 2026-12-10", "contact acme-lyon 2", "reminder acme-lyon soon"])
def test_other_issues_are_not_taken_for_its_own(room: Room, other: str) -> None:
    from emp_gitops.forge.issues import OpenIssue

    room.put()
    room.tracker.do([OpenIssue(key=other, title="", body="")])
    assert len(why(room, END).terms) == 1
