"""Where a platform is: its URL, understood but not yet visited."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl

from emp_gitops.errors import EmpError

SUPPORTED = "sqlite:///PATH (relative to the repository, sqlite:////PATH from the root) and postgresql://…"

# All that a person needs to recognise a server by; what else a URL may hold is not repeated, for some of it is secret.
_SHOWN_OPTIONS = frozenset({"host", "port", "user", "dbname"})


@dataclass(frozen=True, slots=True)
class SqliteUrl:
    """The embedded platform: a SQLite file. `path` is absolute."""

    text: str
    path: Path

    is_embedded = True

    @property
    def display(self) -> str:
        return self.text

    def __str__(self) -> str:
        return self.display


@dataclass(frozen=True, slots=True)
class PostgresUrl:
    """A PostgreSQL database, in the form that libpq takes. `text` may hold a password: show `display` instead."""

    text: str = field(repr=False)

    is_embedded = False

    @property
    def display(self) -> str:
        """The URL without its password and without options that might hold another secret."""
        scheme, _, rest = self.text.partition("://")
        # A password whose owner forgot to quote it may hold any character: all up to the last @ is taken for it.
        login, at, place = rest.rpartition("@")
        if "?" in login:  # in the password, or a password behind it: there is no telling
            return f"{scheme}://…"
        user = re.split("[:/]", login)[0]
        address, _, options = place.partition("?")
        if "[" not in address:  # a port that is no number may be the password of a URL that lost its host
            address = re.sub(r":[^/,:]*[^/,:\d][^/,:]*", ":***", address)
        shown = "&".join(f"{name}={value}" for name, value in parse_qsl(options) if name in _SHOWN_OPTIONS)
        return f"{scheme}://{user}{':***' if user != login else ''}{at}{address}{shown and '?'}{shown}"

    def __str__(self) -> str:
        return self.display


PlatformUrl = SqliteUrl | PostgresUrl


def parse_platform_url(text: str, root: Path) -> PlatformUrl:
    """Understand a platform's URL; relative SQLite paths begin at `root`. Raises EmpError, which never shows the text:
    what is wrong about it may be in its password.
    """
    scheme, separator, rest = text.partition("://")
    match scheme if separator else "":
        case "sqlite":
            return SqliteUrl(text, _sqlite_path(rest, root))
        case "postgresql" | "postgres":
            return PostgresUrl(text)
        case name if re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", name):
            raise _unusable(f"a platform at {name}:// is not supported")
        case _:
            raise _unusable("the platform's URL does not begin with a scheme such as sqlite://")


def _sqlite_path(rest: str, root: Path) -> Path:
    if not rest.startswith("/"):
        raise _unusable("the URL of a SQLite platform has three slashes before its path")
    path = rest[1:]
    if path in {"", ":memory:"} or set(path) & set("?#\0"):
        raise _unusable("the URL of a SQLite platform names one file, and no options")
    return Path(root.absolute(), path)


def _unusable(message: str) -> EmpError:
    return EmpError(message, where="the platform's URL", hint=f"supported are {SUPPORTED}")
