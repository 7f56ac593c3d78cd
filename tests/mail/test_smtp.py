"""Sending through a server: what it takes, whom it takes it for, and over which connection."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default

import pytest

from emp_gitops.mail.base import Delivery, Mail, MailError
from emp_gitops.mail.server import Login
from emp_gitops.mail.smtp import SmtpOutbox
from support.mails import a_config, a_reminder, composed
from support.smtp import MailServer, mail_server

THREE = ("a@acme.example", "b@acme.example", "c@acme.example")
LOGIN = Login(user="ana", password="secret")


def to(*addresses: str, **fields: object) -> Mail:
    return composed(a_reminder(to=addresses, **fields), config=a_config(cc=["success@example.com"]))


def sent(server: MailServer, *mails: Mail) -> list[Delivery]:
    with SmtpOutbox(server.url(), timeout=5) as outbox:
        return [outbox.send(mail) for mail in mails]


class TestAMail:
    def test_arrives_as_it_was_written(self, server: MailServer) -> None:
        mail = to(*THREE)
        assert sent(server, mail) == [Delivery(accepted=(*THREE, "success@example.com"))]
        letter, = server.letters
        assert (letter.sender, letter.recipients) == ("accounts@example.com", (*THREE, "success@example.com"))
        assert letter.content == mail.message.as_bytes()

    def test_keeps_lines_that_begin_with_a_dot(self, server: MailServer) -> None:
        mail = composed(templates={"templates/mail/en/reminder.txt": b".\n..\n.a\nb.\n"})
        sent(server, mail)
        assert server.letters[0].content == mail.message.as_bytes()
        assert b"\r\n.\r\n..\r\n.a\r\nb.\r\n" in server.letters[0].content

    def test_from_a_customers_domain_comes_back_to_us_where_it_cannot_be_delivered(self, server: MailServer) -> None:
        mail = to("a@acme.example", email_domain="energy.acme.example")
        sent(server, mail)
        assert server.letters[0].sender == "accounts@example.com"
        assert message_from_bytes(server.letters[0].content, policy=default)["From"] == "Example Energy <accounts@energy.acme.example>"

    def test_to_a_domain_of_other_letters_goes_to_its_ascii_form(self, server: MailServer) -> None:
        delivery, = sent(server, to("ana@bücher.example"))
        assert delivery.accepted == ("ana@bücher.example", "success@example.com")
        assert server.letters[0].recipients[0] == "ana@xn--bcher-kva.example"

    def test_tells_what_was_no_address(self, server: MailServer) -> None:
        delivery, = sent(server, to("a@acme.example", "a@b, c@d"))
        assert delivery.accepted == ("a@acme.example", "success@example.com")
        assert list(delivery.rejected) == ["a@b, c@d"]


class TestRecipients:
    def test_are_taken_refused_for_good_or_for_now(self, server: MailServer) -> None:
        server.on("RCPT a@acme.example", "550 5.1.1 No such user")
        server.on("RCPT b@acme.example", "451 4.7.1 Greylisted, try again")
        assert sent(server, to(*THREE)) == [Delivery(
            accepted=("c@acme.example", "success@example.com"), rejected={"a@acme.example": "550 5.1.1 No such user"},
            deferred={"b@acme.example": "451 4.7.1 Greylisted, try again"},
        )]
        assert server.letters[0].recipients == ("c@acme.example", "success@example.com")

    def test_that_are_all_refused_are_an_error_and_nothing_is_sent(self, server: MailServer) -> None:
        server.on("RCPT a@acme.example", "550 No such user")
        server.on("RCPT success@example.com", "452 Too many")
        with SmtpOutbox(server.url(), timeout=5) as outbox:
            with pytest.raises(MailError, match="takes none of the recipients") as caught:
                outbox.send(to("a@acme.example"))
            assert caught.value.where == f"smtp://127.0.0.1:{server.port}"
            assert "a@acme.example: 550 No such user" in caught.value.message
            assert "success@example.com: 452 Too many" in caught.value.message
            assert outbox.send(to("b@acme.example")).accepted
        assert [letter.recipients[0] for letter in server.letters] == ["b@acme.example"]
        assert server.connections == 1

    def test_of_other_letters_before_the_at_sign_need_a_server_that_takes_them(self, server: MailServer) -> None:
        delivery, = sent(server, to("josé@acme.example", "a@acme.example"))
        assert delivery.accepted == ("a@acme.example", "success@example.com")
        assert "SMTPUTF8" in delivery.rejected["josé@acme.example"]
        message = message_from_bytes(server.letters[0].content, policy=default)
        assert server.letters[0].content.isascii()
        assert message["To"] == "a@acme.example"

    def test_of_other_letters_that_are_the_only_ones(self, server: MailServer) -> None:
        delivery, = sent(server, to("josé@acme.example"))
        assert delivery.accepted == ("success@example.com",)
        assert message_from_bytes(server.letters[0].content, policy=default)["To"] == "undisclosed-recipients:;"
        with pytest.raises(MailError, match="SMTPUTF8"):
            sent(server, composed(a_reminder(to=("josé@acme.example",))))

    def test_of_other_letters_are_written_to_where_the_server_takes_them(self) -> None:
        with mail_server(enable_SMTPUTF8=True) as server:
            mails = to("josé@bücher.example", "a@acme.example"), to("a@acme.example")
            assert [delivery.rejected for delivery in sent(server, *mails)] == [{}, {}]
        odd, plain = server.letters
        assert odd.utf8
        assert odd.recipients == ("josé@xn--bcher-kva.example", "a@acme.example", "success@example.com")
        assert "To: josé@xn--bcher-kva.example, a@acme.example".encode() in odd.content
        assert not plain.utf8
        assert plain.content.isascii()


class TestTheConnection:
    def test_is_one_for_all_mails(self, server: MailServer) -> None:
        sent(server, *(to(address) for address in THREE))
        assert [letter.connection for letter in server.letters] == [1, 1, 1]

    def test_is_not_opened_before_it_is_needed(self, server: MailServer) -> None:
        with SmtpOutbox(server.url()) as outbox:
            assert outbox.where == f"smtp://127.0.0.1:{server.port}"
        assert server.connections == 0

    def test_begins_with_our_name(self, server: MailServer) -> None:
        with SmtpOutbox(server.url(), name="example.com", timeout=5) as outbox:
            outbox.send(to("a@acme.example"))
        assert server.heard[0] == (False, b"ehlo example.com\r\n")
        assert server.heard[-1] == (False, b"quit\r\n")

    def test_to_this_machine_may_carry_a_login(self) -> None:
        with mail_server(auth_require_tls=False) as server, SmtpOutbox(server.url(login=LOGIN), timeout=5) as outbox:
            assert outbox.send(to("a@acme.example")).accepted
            assert "secret" not in outbox.where
        assert any(data.startswith(b"AUTH") for _, data in server.heard)

    def test_with_a_wrong_login_is_an_error_without_the_password(self) -> None:
        wrong = Login(user="ana", password="guess-123")
        with mail_server(auth_require_tls=False) as server, SmtpOutbox(server.url(login=wrong), timeout=5) as outbox:
            with pytest.raises(MailError, match="does not let us log in: 535") as caught:
                outbox.send(to("a@acme.example"))
        assert "guess-123" not in f"{caught.value} {caught.value.hint} {wrong!r}"
        assert server.letters == []

    def test_to_a_server_without_logins_is_an_error_where_there_is_one(self, server: MailServer) -> None:
        with SmtpOutbox(server.url(login=LOGIN), timeout=5) as outbox:
            with pytest.raises(MailError, match="does not let us log in: SMTP AUTH extension not supported"):
                outbox.send(to("a@acme.example"))
        assert server.letters == []
