"""Which reminder is due on which day, rule by rule."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from emp_gitops.core.reminder_records import Intent, Record, Sent, Skipped
from emp_gitops.core.reminders import Decision, decide, standing_of
from emp_gitops.core.term import Term

BEFORE = ("P1M", "P1W", "P0D")
TERM = Term(date(2025, 12, 10), 12)
END = TERM.expires_on
LONG_AGO = END - timedelta(days=60)
A, B, C = "a@x.example", "b@x.example", "c@x.example"


def message_id(stage: str) -> str:
    return f"<{stage}@x.example>"


def intent(stage: str, *recipients: str, on: date = LONG_AGO) -> Intent:
    return Intent(stage=stage, on=on, message_id=message_id(stage), recipients=recipients or (A,))


def sent(stage: str, *accepted: str, rejected: tuple[str, ...] = (), on: date = LONG_AGO) -> Sent:
    return Sent(stage=stage, on=on, message_id=message_id(stage), accepted=accepted or (A,), rejected=rejected)


def skipped(stage: str, on: date = LONG_AGO) -> Skipped:
    return Skipped(stage=stage, on=on)


def on(day: date, *records: Record, term: Term = TERM, before: tuple[str, ...] = BEFORE) -> Decision:
    return decide(term, before, day, records)


def said(decision: Decision) -> tuple[str | None, list[str], list[str]]:
    """What is due, what is passed over, and what comes later."""
    return (
        decision.due and decision.due.before, [stage.before for stage in decision.passed],
        [stage.before for stage in decision.later],
    )


class TestAStage:
    @pytest.mark.parametrize(("day", "expected"), [
        ("2026-11-09", (None, [], ["P1M", "P1W", "P0D"])),
        ("2026-11-10", ("P1M", [], ["P1W", "P0D"])),
        ("2026-11-20", ("P1M", [], ["P1W", "P0D"])),
        ("2026-12-02", ("P1M", [], ["P1W", "P0D"])),
        ("2026-12-03", ("P1W", ["P1M"], ["P0D"])),
        ("2026-12-09", ("P1W", ["P1M"], ["P0D"])),
        ("2026-12-10", ("P0D", ["P1M", "P1W"], [])),
        ("2026-12-17", ("P0D", ["P1M", "P1W"], [])),
        ("2026-12-18", (None, ["P1M", "P1W", "P0D"], [])),
    ])
    def test_is_due_from_its_day_on_until_a_more_urgent_one_is(self, day: str, expected: object) -> None:
        assert said(on(date.fromisoformat(day))) == expected

    def test_is_not_sent_again(self) -> None:
        assert said(on(END - timedelta(days=20), intent("P1M"), sent("P1M"))) == (None, [], ["P1W", "P0D"])

    def test_that_was_sent_or_recorded_is_not_passed_over(self) -> None:
        assert said(on(END - timedelta(days=7), intent("P1M"), sent("P1M"))) == ("P1W", [], ["P0D"])
        assert said(on(END, skipped("P1M"), intent("P1W"), sent("P1W"))) == ("P0D", [], [])

    def test_that_was_skipped_never_goes_out(self) -> None:
        assert said(on(END - timedelta(days=20), skipped("P1M"))) == (None, [], ["P1W", "P0D"])

    def test_other_than_the_last_never_goes_out_after_the_end(self) -> None:
        before = ("P1M", "P1W")
        assert said(on(END, before=before)) == ("P1W", ["P1M"], [])
        assert said(on(END + timedelta(days=1), before=before)) == (None, ["P1M", "P1W"], [])

    @pytest.mark.parametrize("zero", ["P0D", "P0W", "P0M", "P0Y"])
    def test_on_the_day_itself_may_be_a_week_late_however_it_is_written(self, zero: str) -> None:
        assert said(on(END + timedelta(days=7), before=("P1W", zero))) == (zero, ["P1W"], [])
        assert said(on(END + timedelta(days=8), before=("P1W", zero))) == (None, ["P1W", zero], [])

    def test_on_or_before_the_start_of_the_term_never_was(self) -> None:
        short = Term(date(2026, 11, 10), 1)
        assert said(on(date(2026, 11, 10), term=short)) == (None, [], ["P1W", "P0D"])
        assert said(on(date(2026, 12, 3), term=short)) == ("P1W", [], ["P0D"])


class TestAnotherConfiguration:
    def test_brings_no_earlier_stage_up_again(self) -> None:
        done = (skipped("P1M"), intent("P1W"), sent("P1W"))
        assert said(on(END - timedelta(days=5), *done, before=("P2W", "P0D"))) == (None, ["P2W"], ["P0D"])
        assert said(on(END - timedelta(days=5), *done, before=("P7D", "P0D"))) == (None, ["P7D"], ["P0D"])

    def test_may_bring_a_later_one(self) -> None:
        done = (intent("P1W"), sent("P1W"))
        assert said(on(END - timedelta(days=3), *done, before=("P1M", "P3D"))) == ("P3D", ["P1M"], [])

    def test_knows_nothing_of_stages_that_are_none(self) -> None:
        other = (intent("contacts"), sent("contacts"), intent("P999Y"), sent("P9999Y"))
        assert said(on(END, *other)) == ("P0D", ["P1M", "P1W"], [])


class TestAClockThatIsPutBack:
    def test_brings_no_earlier_stage_up_again(self) -> None:
        assert said(on(END - timedelta(days=8), intent("P1W"), sent("P1W"))) == (None, ["P1M"], ["P1W", "P0D"])

    def test_brings_none_up_that_is_earlier_than_one_that_went_out_on_a_day_still_to_come(self) -> None:
        records = (skipped("P1M", on=END), intent("P0D", on=END), sent("P0D", on=END))
        assert said(on(END - timedelta(days=20), *records)) == (None, ["P1M"], ["P1W", "P0D"])
        assert said(on(END - timedelta(days=7), *records)) == (None, ["P1M", "P1W"], ["P0D"])
        assert said(on(END, *records)) == (None, ["P1W"], [])

    def test_sends_nothing_that_is_not_due_although_it_was_begun(self) -> None:
        assert said(on(END - timedelta(days=8), skipped("P1M"), intent("P1W"))) == (None, [], ["P1W", "P0D"])


class TestARunOfADayStillToCome:
    """Somebody mistyped a date, or a machine's clock was ahead."""

    FAR = END + timedelta(days=300)

    def test_passes_nothing_over_for_good(self) -> None:
        records = tuple(skipped(stage, on=self.FAR) for stage in BEFORE)
        assert said(on(END - timedelta(days=20), *records)) == ("P1M", [], ["P1W", "P0D"])
        assert said(on(END - timedelta(days=7), *records, sent("P1M"))) == ("P1W", [], ["P0D"])
        assert said(on(END, *records)) == ("P0D", ["P1M", "P1W"], [])
        assert said(on(self.FAR, *records)) == (None, [], [])

    def test_whose_mail_failed_gives_it_its_message_id(self) -> None:
        decision = on(END, Intent(stage="P0D", on=self.FAR, message_id="<far@x>", recipients=(A,)))
        assert decision.due
        assert decision.standing.message_id == "<far@x>"

    def test_whose_mail_failed_keeps_no_earlier_one_back(self) -> None:
        records = (skipped("P1M", on=END), skipped("P1W", on=END), intent("P0D", on=END))
        assert said(on(END - timedelta(days=20), *records)) == ("P1M", [], ["P1W", "P0D"])
        assert said(on(END, *records)) == ("P0D", [], [])

    def test_is_believed_where_clocks_may_differ_so_much(self) -> None:
        """Its mail may have gone out, although that was not noted."""
        begun = END - timedelta(days=7)
        records = (skipped("P1M", on=begun), intent("P1W", on=begun))
        assert said(on(begun - timedelta(days=1), *records)) == (None, ["P1M"], ["P1W", "P0D"])
        assert said(on(begun - timedelta(days=2), *records)) == ("P1M", [], ["P1W", "P0D"])

    def test_that_was_put_off_by_some_has_sent_its_mail_all_the_same(self) -> None:
        records = (intent("P1W", A, B, on=END - timedelta(days=7)), sent("P1W", A, on=END - timedelta(days=7)))
        assert said(on(END - timedelta(days=20), *records)) == (None, ["P1M"], ["P1W", "P0D"])


class TestAMailThatWasBegun:
    def test_is_sent_again_under_its_first_message_id(self) -> None:
        decision = on(END, intent("P0D", A, B), Intent(stage="P0D", on=END, message_id="<other@x>", recipients=(C,)))
        assert decision.due
        assert decision.standing.message_id == message_id("P0D")
        assert (decision.standing.recipients, decision.standing.left, decision.standing.reached) == ((C,), (), frozenset())

    def test_is_given_up_once_a_more_urgent_one_is_due(self) -> None:
        assert said(on(END - timedelta(days=7), intent("P1M"))) == ("P1W", ["P1M"], ["P0D"])

    def test_is_given_up_when_it_is_too_late(self) -> None:
        assert said(on(END + timedelta(days=8), skipped("P1M"), skipped("P1W"), intent("P0D"))) == (None, ["P0D"], [])


class TestRecipients:
    def test_who_were_put_off_are_tried_again_and_nobody_else(self) -> None:
        decision = on(END, intent("P0D", A, B, C), sent("P0D", A, rejected=(B,)))
        assert decision.due
        assert decision.standing.left == (C,)
        assert decision.standing.reached == {A, B}

    def test_who_were_put_off_twice_are_done_with_at_last(self) -> None:
        records = (intent("P0D", A, B, C), sent("P0D", A, rejected=(B,)), sent("P0D", C))
        assert on(END, *records).due is None
        assert standing_of("P0D", records).is_done

    def test_who_were_put_off_get_the_next_mail_instead(self) -> None:
        decision = on(END - timedelta(days=7), intent("P1M", A, B), sent("P1M", A))
        assert said(decision) == ("P1W", [], ["P0D"])
        assert decision.standing.recipients == ()

    def test_who_refuse_for_good_are_not_tried_again(self) -> None:
        assert on(END, intent("P0D", A, B), sent("P0D", A, rejected=(B,))).due is None


def test_a_mail_that_was_sent_without_a_known_intent_is_sent() -> None:
    """Somebody may have edited the text that held the intent."""
    assert on(END, sent("P0D")).due is None
    assert standing_of("P0D", [sent("P0D")]).message_id == message_id("P0D")
