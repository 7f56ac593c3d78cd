"""A mail server on loopback: aiosmtpd over real sockets, and what it is told to do wrong."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from emp_gitops.mail.server import Login, SmtpServer

HANG_UP = "hang up"
"""Break the connection instead of answering."""

SILENCE = "say nothing"
"""Never answer, and keep the connection."""


@dataclass(frozen=True)
class Letter:
    """A mail that was taken."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    connection: int
    utf8: bool


@dataclass
class MailServer:
    """What a running server took and heard. `heard` has whether it came in encrypted, and the bytes."""

    port: int = 0
    letters: list[Letter] = field(default_factory=list)
    connections: int = 0
    heard: list[tuple[bool, bytes]] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)

    def on(self, step: str, *answers: str) -> None:
        """Give these answers to a step (`MAIL`, `RCPT ana@acme.example`, `DATA`, `EHLO`, `RSET`), one each time."""
        self.answers.setdefault(step, []).extend(answers)

    def url(self, *, host: str = "127.0.0.1", tls: bool = False, login: Login | None = None) -> SmtpServer:
        return SmtpServer(host=host, port=self.port, tls_at_once=tls, login=login)

    def in_clear(self) -> bytes:
        """Everything that anybody on the way could have read."""
        return b"".join(data for encrypted, data in self.heard if not encrypted)


@contextmanager
def mail_server(*, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None, **options: Any) -> Iterator[MailServer]:
    """A server that runs in a thread. `starttls` is offered, `tls` is spoken from the start."""
    record = MailServer()
    loop = asyncio.new_event_loop()
    options = {"hostname": "mail.example", "authenticator": _authenticated, "loop": loop, "tls_context": starttls} | options

    def conversation() -> SMTP:
        record.connections += 1
        return _Recording(_Handler(record, record.connections), record, is_encrypted=tls is not None, **options)

    server = loop.run_until_complete(loop.create_server(conversation, "127.0.0.1", 0, ssl=tls))
    record.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield record
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _stop(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


class _Recording(SMTP):
    def __init__(self, handler: _Handler, record: MailServer, *, is_encrypted: bool, **options: Any) -> None:
        super().__init__(handler, **options)
        self._record = record
        self._is_encrypted = is_encrypted

    def data_received(self, data: bytes) -> None:
        self._record.heard.append((self._is_encrypted or self._tls_protocol is not None, data))
        super().data_received(data)


class _Handler:
    def __init__(self, record: MailServer, connection: int) -> None:
        self._record = record
        self._connection = connection

    async def handle_EHLO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]) -> list[str]:  # noqa: N802
        session.host_name = hostname
        answer = await self._answer("EHLO", server)
        return [answer] if answer else responses

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        if answer := await self._answer("MAIL", server):
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        if answer := await self._answer(f"RCPT {address}", server):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        letter = Letter(
            envelope.mail_from or "", tuple(envelope.rcpt_tos), envelope.content, self._connection, envelope.smtp_utf8,
        )
        if answer := await self._answer("DATA", server):
            return answer
        self._record.letters.append(letter)
        return "250 OK"

    async def handle_RSET(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return await self._answer("RSET", server) or "250 OK"

    async def _answer(self, step: str, server: SMTP) -> str | None:
        answers = self._record.answers.get(step)
        answer = answers.pop(0) if answers else None
        if answer == HANG_UP:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        if answer in (HANG_UP, SILENCE):
            await asyncio.Event().wait()  # until the end of the connection ends this too
        return answer


def _authenticated(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"ana", b"secret")
    return AuthResult(success=good, handled=good)


def certified(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    """A server's side of TLS, with a certificate for these names."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*names).configure_cert(context)
    return context


@contextmanager
def raw_server(*lines: bytes) -> Iterator[int]:
    """The port of a server that says the lines to the first who comes, whatever it hears, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        def talk() -> None:
            connection, _ = listening.accept()
            with connection:
                for line in lines:
                    connection.sendall(line)
                    connection.recv(4096)

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
        thread.join()
