"""A mail server for each test, and names that lead to it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from support.smtp import MailServer, mail_server


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A server that takes everything, without encryption."""
    with mail_server() as running:
        yield running


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """An authority whose certificates count, as on a machine where an operator set SSL_CERT_FILE."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return authority


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a server that is not on this machine, as far as its name tells; it leads to loopback."""
    lookup = socket.getaddrinfo

    def found(host: Any, *arguments: Any, **options: Any) -> Any:
        return lookup("127.0.0.1" if host == "mail.example" else host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", found)
    return "mail.example"
