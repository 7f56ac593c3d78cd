"""Servers that refuse, hang up, fall silent or talk nonsense: each mail is taken, refused or unknown, and said to be so."""

from __future__ import annotations

import smtplib
import socket

import pytest

from emp_gitops.mail.base import MailError
from emp_gitops.mail.server import SmtpServer
from emp_gitops.mail.smtp import PATIENCE, SmtpOutbox
from support.mails import a_reminder, composed
from support.smtp import HANG_UP, SILENCE, MailServer, mail_server, raw_server

PATIENT, IMPATIENT = 10.0, 1.0
MAIL = composed()
OTHER = composed(a_reminder(stage="P1W"))


def failed(outbox: SmtpOutbox) -> MailError:
    with pytest.raises(MailError) as caught:
        outbox.send(MAIL)
    assert caught.value.where == outbox.where
    assert len(caught.value.message.splitlines()) == 1
    return caught.value


class TestAServerThat:
    @pytest.mark.parametrize(("step", "answer", "message"), [
        ("MAIL", "451 4.3.0 Try later", "refuses the sender accounts@example.com: 451 4.3.0 Try later"),
        ("MAIL", "553 5.7.1 Not you", "refuses the sender accounts@example.com: 553 5.7.1 Not you"),
        ("RCPT facilities@acme.example", "550 No such user", "takes none of the recipients: facilities@acme.example: 550 No such user"),
        ("DATA", "452 4.3.1 Disk full", "refuses the mail: 452 4.3.1 Disk full"),
        ("DATA", "554 5.7.1 Spam", "refuses the mail: 554 5.7.1 Spam"),
    ])
    def test_refuses_a_mail_takes_the_next_on_the_same_connection(self, server: MailServer, step: str, answer: str, message: str) -> None:
        server.on(step, answer)
        with SmtpOutbox(server.url(), timeout=PATIENT) as outbox:
            assert message in failed(outbox).message
            assert server.letters == []
            assert outbox.send(OTHER).accepted == ("facilities@acme.example",)
        assert (len(server.letters), server.connections) == (1, 1)

    @pytest.mark.parametrize(("step", "message"), [
        ("MAIL", "the connection was lost before the mail was handed in"),
        ("RCPT facilities@acme.example", "the connection was lost before the mail was handed in"),
        ("DATA", "the connection was lost before the mail server said whether it takes the mail"),
    ])
    @pytest.mark.parametrize("trouble", [HANG_UP, SILENCE])
    def test_breaks_off_is_called_again_for_the_next_mail(self, server: MailServer, step: str, trouble: str, message: str) -> None:
        server.on(step, trouble)
        with SmtpOutbox(server.url(), timeout=PATIENT if trouble == HANG_UP else IMPATIENT) as outbox:
            error = failed(outbox)
            assert message in error.message
            assert ("it did not answer in time" in error.message) == (trouble == SILENCE)
        with SmtpOutbox(server.url(), timeout=PATIENT) as outbox:
            outbox.send(OTHER)
        assert (len(server.letters), server.connections) == (1, 2)

    def test_breaks_off_is_called_again_by_the_same_outbox(self, server: MailServer) -> None:
        server.on("DATA", HANG_UP)
        with SmtpOutbox(server.url(), timeout=PATIENT) as outbox:
            failed(outbox)
            outbox.send(OTHER)
        assert [letter.connection for letter in server.letters] == [2]

    def test_took_the_mail_and_then_broke_off_gets_it_again_under_the_same_name(self, server: MailServer) -> None:
        server.on("DATA", "250 taken, but nobody will hear it")  # as a server would that crashes after it answered
        with SmtpOutbox(server.url(), timeout=PATIENT) as outbox:
            outbox.send(MAIL)
            outbox.send(MAIL)
        assert f"Message-ID: {MAIL.message_id}\r\n".encode() in server.letters[0].content

    def test_hung_up_while_nothing_was_sent_is_called_again_without_anybody_noticing(self, server: MailServer) -> None:
        server.on("RSET", HANG_UP)  # the first thing that a connection hears when it is used again
        with SmtpOutbox(server.url(), timeout=PATIENT) as outbox:
            outbox.send(MAIL)
            outbox.send(OTHER)
        assert [letter.connection for letter in server.letters] == [1, 2]

    def test_is_about_to_close_is_called_again(self, server: MailServer) -> None:
        server.on("RCPT facilities@acme.example", "421 4.7.0 Too many mails, closing")
        with SmtpOutbox(server.url(), timeout=PATIENT) as outbox:
            assert "421 4.7.0 Too many mails, closing" in failed(outbox).message
            outbox.send(OTHER)
        assert [letter.connection for letter in server.letters] == [2]

    def test_does_not_like_our_greeting_is_an_error(self, server: MailServer) -> None:
        server.on("EHLO", "554 5.7.1 Go away")
        with SmtpOutbox(server.url(), timeout=PATIENT) as outbox:
            assert "refuses our greeting: 554 5.7.1 Go away" in failed(outbox).message

    @pytest.mark.parametrize(("lines", "message"), [
        ((b"554 No service\r\n",), "cannot be reached: 554 No service"),
        ((b"421 Busy\r\n",), "cannot be reached: 421 Busy"),
        ((b"HTTP/1.1 400 Bad Request\r\n",), "cannot be reached"),
        ((b"220 \x1b[31m\r\n", b"500 \x1b[31mred\xff\r\n"), "refuses our greeting: 500 \ufffd[31mred\ufffd"),
        ((b"220 hello\r\n", b"250 " + b"a" * 10_000 + b"\r\n"), "cannot be reached: 500 Line too long."),
        ((b"220 hello\r\n", b"250-a\r\n250 OK\r\n"), "the connection was lost before the mail was handed in"),
        ((), "cannot be reached: Connection unexpectedly closed"),
    ])
    def test_talks_nonsense_is_an_error_for_people(self, lines: tuple[bytes, ...], message: str) -> None:
        with raw_server(*lines) as port:
            with SmtpOutbox(SmtpServer(host="127.0.0.1", port=port, tls_at_once=False), timeout=PATIENT) as outbox:
                assert message in failed(outbox).message

    def test_never_greets_is_not_waited_for_without_end(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            silent = SmtpServer(host="127.0.0.1", port=listening.getsockname()[1], tls_at_once=False)
            with SmtpOutbox(silent, timeout=IMPATIENT) as outbox:
                assert "cannot be reached: it did not answer in time" in failed(outbox).message


class TestAServerThatIsNotThere:
    def nowhere(self) -> SmtpServer:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            return SmtpServer(host="127.0.0.1", port=taken.getsockname()[1], tls_at_once=False)

    def test_is_an_error_that_says_what_to_check(self) -> None:
        with SmtpOutbox(self.nowhere(), timeout=PATIENT) as outbox:
            error = failed(outbox)
        assert error.message == "the mail server cannot be reached: Connection refused"
        assert error.hint == "check mail.smtp, or EMP_SMTP"

    @pytest.mark.parametrize("host", ["mail.invalid", "a" * 70 + ".example", "a..example"])
    def test_for_its_name_is_none_is_an_error_too(self, host: str) -> None:
        with SmtpOutbox(SmtpServer(host=host, port=25, tls_at_once=False), timeout=PATIENT) as outbox:
            assert failed(outbox).message.startswith("the mail server cannot be reached: ")

    def test_is_given_up_after_some_attempts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        attempts: list[object] = []
        connect = socket.create_connection

        def counted(*arguments: object, **options: object) -> socket.socket:
            attempts.append(arguments)
            return connect(*arguments, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(socket, "create_connection", counted)
        with SmtpOutbox(self.nowhere(), timeout=PATIENT) as outbox:
            messages = [failed(outbox).message for _ in range(PATIENCE + 5)]
        assert len(attempts) == PATIENCE
        assert messages[PATIENCE:] == [
            f"the mail server failed {PATIENCE} times in a row and is left alone for this run; the mail server cannot be reached: Connection refused",
        ] * 5

    def test_is_tried_again_as_often_once_it_was_there(self) -> None:
        with mail_server() as server:
            server.on("EHLO", *["554 no"] * (PATIENCE - 1), "250 yes", *["554 no"] * (PATIENCE - 1))
            server.on("DATA", HANG_UP)
            with SmtpOutbox(server.url(), timeout=PATIENT) as outbox:
                for _ in range(2 * PATIENCE - 1):
                    failed(outbox)
                assert outbox.send(MAIL).accepted


def test_an_interrupted_mail_is_not_finished_by_closing(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the middle of a message: what is said after it would become part of the message."""
    command = smtplib.SMTP.docmd

    def interrupted(session: smtplib.SMTP, name: str, *arguments: str) -> tuple[int, bytes]:
        answer = command(session, name, *arguments)
        if name == "DATA":
            raise KeyboardInterrupt
        return answer

    outbox = SmtpOutbox(server.url(), timeout=PATIENT)
    outbox.send(OTHER)
    monkeypatch.setattr(smtplib.SMTP, "docmd", interrupted)
    with pytest.raises(KeyboardInterrupt), outbox:
        outbox.send(MAIL)
    assert len(server.letters) == 1
    assert server.heard[-1] == (False, b"DATA\r\n")
