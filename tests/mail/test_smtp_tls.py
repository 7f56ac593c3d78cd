"""Encryption: demanded of every server but this machine's own, with a certificate that proves the name."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme

from emp_gitops.mail.base import MailError
from emp_gitops.mail.server import Login
from emp_gitops.mail.smtp import SmtpOutbox
from support.mails import composed
from support.smtp import MailServer, certified, mail_server

LOGIN = Login(user="ana", password="secret")
MAIL = composed()


def refused(outbox: SmtpOutbox) -> MailError:
    with pytest.raises(MailError) as caught:
        outbox.send(MAIL)
    return caught.value


def assert_nothing_leaked(server: MailServer) -> None:
    assert server.letters == []
    said = server.in_clear().lower()
    assert [word for word in (b"auth", b"mail from", b"rcpt", b"subject", b"acme") if word in said] == []


class TestStarttls:
    def test_is_spoken_before_anything_else_is_said(self, trusted: trustme.CA, elsewhere: str) -> None:
        with mail_server(starttls=certified(trusted, elsewhere)) as server:
            with SmtpOutbox(server.url(host=elsewhere, login=LOGIN), name="example.com", timeout=10) as outbox:
                assert outbox.send(MAIL).accepted
                assert outbox.send(MAIL).accepted
                assert outbox.where == f"smtp://mail.example:{server.port}"
        assert server.in_clear() == b"ehlo example.com\r\nSTARTTLS\r\n"
        assert any(data.startswith(b"AUTH") for encrypted, data in server.heard if encrypted)
        assert len(server.letters) == 2

    def test_that_is_not_offered_is_an_error_before_anything_is_sent(self, elsewhere: str) -> None:
        with mail_server(auth_require_tls=False) as server:
            with SmtpOutbox(server.url(host=elsewhere, login=LOGIN), timeout=10) as outbox:
                error = refused(outbox)
        assert "offers no encryption (STARTTLS), and nothing is sent without" in error.message
        assert error.hint
        assert_nothing_leaked(server)

    def test_that_is_refused_is_an_error_before_anything_is_sent(self, elsewhere: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("aiosmtpd.smtp.SMTP.smtp_STARTTLS", _busy)
        with mail_server(starttls=ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), auth_require_tls=False) as server:
            with SmtpOutbox(server.url(host=elsewhere, login=LOGIN), timeout=10) as outbox:
                assert "454 TLS not available" in refused(outbox).message
        assert_nothing_leaked(server)

    def test_with_a_certificate_for_another_name_is_an_error(self, trusted: trustme.CA, elsewhere: str) -> None:
        with mail_server(starttls=certified(trusted, "other.example")) as server:
            with SmtpOutbox(server.url(host=elsewhere, login=LOGIN), timeout=10) as outbox:
                error = refused(outbox)
        assert "certificate does not prove that it is mail.example: Hostname mismatch" in error.message
        assert_nothing_leaked(server)

    def test_with_a_certificate_of_nobody_we_trust_is_an_error(self, authority: trustme.CA, elsewhere: str) -> None:
        with mail_server(starttls=certified(authority, elsewhere)) as server:
            with SmtpOutbox(server.url(host=elsewhere, login=LOGIN), timeout=10) as outbox:
                error = refused(outbox)
        assert "certificate does not prove that it is mail.example" in error.message
        assert "SSL_CERT_FILE" in str(error.hint)
        assert_nothing_leaked(server)


class TestSmtps:
    def test_is_encrypted_from_the_first_byte(self, trusted: trustme.CA, elsewhere: str) -> None:
        with mail_server(tls=certified(trusted, elsewhere), auth_require_tls=False) as server:
            with SmtpOutbox(server.url(host=elsewhere, tls=True, login=LOGIN), timeout=10) as outbox:
                assert outbox.send(MAIL).accepted
                assert outbox.where == f"smtps://mail.example:{server.port}"
        assert server.in_clear() == b""
        assert len(server.letters) == 1

    def test_is_verified_on_this_machine_too(self, authority: trustme.CA) -> None:
        with mail_server(tls=certified(authority, "localhost")) as server:
            with SmtpOutbox(server.url(host="localhost", tls=True), timeout=10) as outbox:
                assert "certificate does not prove that it is localhost" in refused(outbox).message
        assert_nothing_leaked(server)

    def test_with_a_certificate_for_another_name_is_an_error(self, trusted: trustme.CA, elsewhere: str) -> None:
        with mail_server(tls=certified(trusted, "other.example")) as server:
            with SmtpOutbox(server.url(host=elsewhere, tls=True), timeout=10) as outbox:
                assert "Hostname mismatch" in refused(outbox).message
        assert_nothing_leaked(server)

    def test_with_a_server_that_speaks_no_tls_is_an_error(self, server: MailServer, elsewhere: str) -> None:
        with SmtpOutbox(server.url(host=elsewhere, tls=True, login=LOGIN), timeout=10) as outbox:
            assert "cannot be reached" in refused(outbox).message
        assert_nothing_leaked(server)


def test_this_machine_needs_no_encryption(server: MailServer, tmp_path: Path) -> None:
    for host in ("localhost", "127.0.0.1"):
        with SmtpOutbox(server.url(host=host), timeout=10) as outbox:
            assert outbox.send(MAIL).accepted


async def _busy(self: object, arg: str) -> None:
    await self.push("454 TLS not available due to temporary reason")  # type: ignore[attr-defined]
