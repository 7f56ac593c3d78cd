"""Sending through an SMTP server: one connection for a run, opened again where it broke."""

from __future__ import annotations

import smtplib
from contextlib import suppress
from typing import Self

from emp_gitops.mail.base import Delivery, LostError, Mail, MailError, UnreachableError
from emp_gitops.mail.handing_in import UnansweredError, hand_in
from emp_gitops.mail.server import SmtpServer
from emp_gitops.mail.session import open_session, said

TIMEOUT = 30.0
"""Seconds for which a server may be silent."""

PATIENCE = 3
"""How many times in a row a connection may fail to open; after that nothing more is tried in this run."""


class SmtpOutbox:
    """`name` is the domain that we introduce ourselves with."""

    def __init__(self, server: SmtpServer, *, name: str = "localhost", timeout: float = TIMEOUT) -> None:
        self._server = server
        self._name = name
        self._timeout = timeout
        self._session: smtplib.SMTP | None = None
        self._failures: list[UnreachableError] = []

    @property
    def where(self) -> str:
        return self._server.where

    def send(self, mail: Mail) -> Delivery:
        session = self._ready()
        try:
            delivery = hand_in(session, mail, self.where)
            self._session = session
        except UnansweredError as error:
            raise LostError(
                f"the connection was lost before the mail server said whether it takes the mail: {error}",
                where=self.where,
                hint="the next run sends it again, as the same mail",
            ) from error
        except OSError as error:
            raise LostError(
                f"the connection was lost before the mail was handed in: {said(error)}", where=self.where
            ) from error
        except MailError:
            if _is_ready(session):
                self._session = session
            raise
        finally:
            if self._session is None:
                session.close()
        return delivery

    def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            with suppress(OSError):
                session.quit()
            session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ready(self) -> smtplib.SMTP:
        """The open connection where it still lives (a server hangs up on who is silent for long), else a new one.

        It is not kept before it is known to be good for yet another mail: in the middle of one, not even a farewell
        would be taken for what it is.
        """
        session, self._session = self._session, None
        if session is not None:
            if _is_ready(session):
                return session
            session.close()
        if len(self._failures) >= PATIENCE:
            last = self._failures[-1]
            raise UnreachableError(
                f"the mail server failed {PATIENCE} times in a row and is left alone for this run; {last.message}",
                where=self.where,
                hint=last.hint,
            ) from last
        try:
            session = open_session(self._server, name=self._name, timeout=self._timeout)
        except UnreachableError as error:
            self._failures.append(error)
            raise
        self._failures.clear()
        return session


def _is_ready(session: smtplib.SMTP) -> bool:
    """Whether the server would take another mail; what it knew of the last one is gone."""
    try:
        return session.rset()[0] == 250
    except OSError:
        return False
