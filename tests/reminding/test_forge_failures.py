"""A forge that does not take what is noted, before the mail or after it, of one issue or of all."""

from __future__ import annotations

from typing import Any

from emp_gitops.errors import ExitCode, ForgeError
from emp_gitops.forge.issues import Amend, Close, Comment, OpenIssue
from support.reminding import CONTACT, END, LYON, MADRID, Room, outcomes

KEY = f"reminder {LYON} {END}"


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
        assert "is locked" in room.tracker.kept["reminder-failure 2026-11-10"].opened.body

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
