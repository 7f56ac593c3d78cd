"""The outbox that the configuration and the environment name: a server, or the Maildir beside the embedded platform."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from emp_gitops.core.config import Config
from emp_gitops.core.formats import domain_key
from emp_gitops.errors import EmpError
from emp_gitops.mail.base import Outbox
from emp_gitops.mail.maildir import MaildirOutbox
from emp_gitops.mail.pacing import PacedOutbox
from emp_gitops.mail.server import Login, parse_server
from emp_gitops.mail.smtp import SmtpOutbox

MAILDIR = Path(".emp-gitops", "mail")
SERVER, USER, PASSWORD = "EMP_SMTP", "EMP_SMTP_USER", "EMP_SMTP_PASSWORD"


def open_outbox(
    config: Config,
    root: Path,
    environment: Mapping[str, str],
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Outbox:
    """Where mails go. `root` is the repository's folder, `environment` the process's variables (`os.environ`), of which
    empty ones count as not set. Connects to nothing yet. Raises EmpError for a URL or a login that means nothing.
    """
    url = environment.get(SERVER, "").strip() or config.mail.smtp
    if url is None:
        return MaildirOutbox(root / MAILDIR)
    sender = config.mail.sender
    outbox = SmtpOutbox(
        parse_server(url, _login(environment)), name=(domain_key(sender.domain) if sender else None) or "localhost"
    )
    per_minute = config.mail.per_minute
    return outbox if per_minute is None else PacedOutbox(outbox, per_minute, clock=clock, sleep=sleep)


def _login(environment: Mapping[str, str]) -> Login | None:
    user, password = environment.get(USER, ""), environment.get(PASSWORD, "")
    if not user and not password:
        return None
    if not user or not password:
        missing = PASSWORD if user else USER
        raise EmpError(f"a login needs a user and a password, and {missing} is not set", hint=f"set {missing}")
    if not (user + password).isascii() or not (user + password).isprintable():
        raise EmpError(
            f"{USER} or {PASSWORD} holds other characters than those of ASCII, which no login can carry",
            hint="give the account of the mail server another password",
        )
    return Login(user=user, password=password)
