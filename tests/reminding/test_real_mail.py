"""The job with a real mail server over sockets, and with mails as they really are."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from typing import Any, cast

import pytest

from emp_gitops.errors import ExitCode
from emp_gitops.mail.composing import Composer
from emp_gitops.mail.smtp import SmtpOutbox
from emp_gitops.reminding.values import Report
from support.mails import a_config
from support.reminding import END, LYON, MADRID, Room, ending, outcomes
from support.smtp import HANG_UP, MailServer, mail_server

A, B, C = "a@acme.example", "b@acme.example", "c@acme.example"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


def run(room: Room, server: MailServer, day: str, **url: Any) -> Report:
    """A run with its own connection, as each process has."""
    config = a_config()
    room.config, room.composer = config, cast("Any", Composer(config))
    with SmtpOutbox(server.url(**url), timeout=5) as outbox:
        room.outbox = cast("Any", outbox)
        return room.run(day)


def subjects(server: MailServer) -> list[tuple[str, str]]:
    found = [message_from_bytes(letter.content, policy=default) for letter in server.letters]
    return [(str(message["Message-ID"]), str(message["To"])) for message in found]


def test_a_refused_recipient_of_three_keeps_the_others_from_nothing(room: Room, server: MailServer) -> None:
    room.put(LYON, ending(contacts=(A, B, C)))
    server.on(f"RCPT {B}", "550 5.1.1 no such user")
    server.on(f"RCPT {C}", "450 4.2.1 mailbox busy")
    report = run(room, server, "2026-11-10")
    assert (outcomes(report), report.exit_code) == ([(LYON, "P1M", "sent")], ExitCode.OK)
    assert server.letters[0].recipients == (A,)
    run(room, server, "2026-11-11")
    assert [letter.recipients for letter in server.letters] == [(A,), (C,)]
    assert len({message_id for message_id, _ in subjects(server)}) == 1
    assert outcomes(run(room, server, "2026-11-12")) == []


def test_a_connection_that_breaks_after_the_mail_was_given_is_met_by_the_next_run(room: Room, server: MailServer) -> None:
    """The server has it, and nobody knows: the second copy is recognisably the same mail."""
    room.put(LYON)
    room.put(MADRID)
    server.on("DATA", HANG_UP)
    report = run(room, server, "2026-11-10")
    assert [outcome for _, _, outcome in outcomes(report)] == ["failed", "sent"]
    assert "lost before the mail server said whether it takes the mail" in (report.failures[0].post.trouble or "")
    assert report.exit_code == ExitCode.ERROR
    assert [(account, outcome) for account, _, outcome in outcomes(run(room, server, "2026-11-10"))] == [(LYON, "sent")]
    assert len(server.letters) == 2


def test_a_mail_that_is_refused_as_a_whole_keeps_back_no_other(room: Room, server: MailServer) -> None:
    room.put(LYON)
    room.put(MADRID)
    server.on("DATA", "554 5.7.1 looks like spam")
    assert [outcome for _, _, outcome in outcomes(run(room, server, "2026-11-10"))] == ["failed", "sent"]


def test_a_server_that_cannot_prove_itself_gets_nothing(room: Room, server: MailServer) -> None:
    """TLS is spoken to a server that does not speak it."""
    for number in range(30):
        room.put(f"account-{number:02}")
    report = run(room, server, "2026-11-10", tls=True)
    assert {outcome for _, _, outcome in outcomes(report)} == {"failed"}
    assert len(report.failures) == 30
    assert sum(key.startswith("reminder ") for key in room.tracker.kept) == 25
    assert server.letters == []


def test_mails_carry_the_day_the_end_and_the_way_to_renew(room: Room, server: MailServer) -> None:
    room.put(LYON)
    run(room, server, "2026-12-13")
    message = message_from_bytes(server.letters[0].content, policy=default)
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "expired" in text
    assert "emp-gitops account renew acme-lyon --open" in text
    assert str(END.year) in text
