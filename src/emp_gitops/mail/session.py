"""Opening a conversation with an SMTP server: greeted, encrypted and logged in as its URL demands."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import ExitStack

from emp_gitops.mail.base import UnreachableError
from emp_gitops.mail.plain import one_line
from emp_gitops.mail.server import Login, SmtpServer


def open_session(server: SmtpServer, *, name: str, timeout: float) -> smtplib.SMTP:
    """Connect, encrypt and log in. `name` is what we call ourselves, `timeout` the seconds of silence to bear.

    Raises UnreachableError. Nothing but a greeting is said before the connection is encrypted, where it has to be.
    """
    context = ssl.create_default_context()
    with ExitStack() as undone:
        session = _connected(server, name, timeout, context)
        undone.callback(session.close)
        try:
            _greet(session, server)
            if server.needs_starttls:
                _encrypt(session, server, context)
            if server.login:
                _log_in(session, server, server.login)
        except OSError as error:
            raise _unreachable(server, error) from error
        undone.pop_all()
    return session


def _connected(server: SmtpServer, name: str, timeout: float, context: ssl.SSLContext) -> smtplib.SMTP:
    try:
        if server.tls_at_once:
            return smtplib.SMTP_SSL(server.host, server.port, name, timeout=timeout, context=context)
        return smtplib.SMTP(server.host, server.port, name, timeout=timeout)
    except (OSError, UnicodeError) as error:  # the latter for names that no domain can have
        raise _unreachable(server, error) from error


def _unreachable(server: SmtpServer, error: OSError | UnicodeError) -> UnreachableError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return UnreachableError(
            f"the mail server's certificate does not prove that it is {server.host}: {said(error)}",
            where=server.where,
            hint="for an authority of your own, SSL_CERT_FILE names the file with its certificate",
        )
    return UnreachableError(
        f"the mail server cannot be reached: {said(error)}", where=server.where, hint="check mail.smtp, or EMP_SMTP"
    )


def _greet(session: smtplib.SMTP, server: SmtpServer) -> None:
    code, words = session.ehlo()
    if not 200 <= code <= 299:
        raise UnreachableError(f"the mail server refuses our greeting: {reply(code, words)}", where=server.where)


def _encrypt(session: smtplib.SMTP, server: SmtpServer, context: ssl.SSLContext) -> None:
    if not session.has_extn("starttls"):
        raise UnreachableError(
            "the mail server offers no encryption (STARTTLS), and nothing is sent without",
            where=server.where,
            hint="give a server that does, or an smtps:// URL; only one on this machine may do without",
        )
    session.starttls(context=context)
    _greet(session, server)


def _log_in(session: smtplib.SMTP, server: SmtpServer, login: Login) -> None:
    try:
        session.login(login.user, login.password)
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPException as error:
        raise UnreachableError(
            f"the mail server does not let us log in: {said(error)}",
            where=server.where,
            hint="check EMP_SMTP_USER and EMP_SMTP_PASSWORD",
        ) from error


def reply(code: int, words: bytes) -> str:
    """What a server answered, on one line."""
    return one_line(f"{code} {words.decode(errors='replace')}")


def said(error: OSError | UnicodeError) -> str:
    """An error in words: the server's own where it answered."""
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        return reply(error.smtp_code, words if isinstance(words, bytes) else str(words).encode())
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message.rstrip(".")
    return one_line(getattr(error, "strerror", None) or str(error)).rstrip(".")
