"""Where mails are handed in: the URL of an SMTP server, understood but not yet visited."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import ip_address

from emp_gitops.errors import EmpError

_FORM = re.compile(
    r"(?P<scheme>smtps?)://(?:\[(?P<address>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s@/:?#\[\]]+))(?::(?P<port>[0-9]{1,5}))?/?"
)
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A user and a password, which is never shown."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """`tls_at_once` is smtps; else STARTTLS is demanded of every server that is not on this machine."""

    host: str
    port: int
    tls_at_once: bool
    login: Login | None = None

    @property
    def needs_starttls(self) -> bool:
        return not self.tls_at_once and not _is_loopback(self.host)

    @property
    def where(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'smtps' if self.tls_at_once else 'smtp'}://{host}:{self.port}"


def parse_server(text: str, login: Login | None = None) -> SmtpServer:
    """Raises EmpError, which never shows the text: what is wrong about it may be a password."""
    match = _FORM.fullmatch(text)
    port = int(match["port"] or _PORTS[match["scheme"]]) if match else 0
    host = (match["host"] or _ip_address(match["address"])) if match else None
    if match is None or host is None or not 0 < port < 65536:
        raise EmpError(
            "the URL of the SMTP server has another form than smtp://HOST:PORT or smtps://HOST:PORT",
            where="mail.smtp, or EMP_SMTP",
            hint="user and password go into EMP_SMTP_USER and EMP_SMTP_PASSWORD",
        )
    return SmtpServer(host=host, port=port, tls_at_once=match["scheme"] == "smtps", login=login)


def _ip_address(text: str) -> str | None:
    try:
        return str(ip_address(text))
    except ValueError:
        return None


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
