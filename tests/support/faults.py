"""A repository whose plan holds every kind of change, platforms to apply it to, and runs with a fault in them."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from emp_gitops.core.model import LiveAccount
from emp_gitops.platform.open import open_operator, open_reader
from emp_gitops.platform.url import PlatformUrl, PostgresUrl, SqliteUrl, parse_platform_url
from support.accounts import SCHEMAS, an_account
from support.cli import Cli, Outcome, clean_environment
from support.crashing import Processes
from support.platforms import sql
from support.postgres import PostgresServer
from support.repos import ConfigRepo

GIVER, TAKER, GROWN, RENEWED, GONE, ADOPTED, AGREED, NEW = (
    "giver", "taker", "grown", "renewed", "gone", "adopted", "agreed", "new",
)
NORTH = "North S.A."

KINDS = {
    GIVER: "datapoints", TAKER: "datapoints", GROWN: "datapoints,license", RENEWED: "renewal", GONE: "retirement",
    ADOPTED: "adoption", NEW: "create",
}
"""What the second commit changes, and what its audit says afterwards."""

_AUDIT = (
    "SELECT account, kinds, version_before, version_after, idempotency_key, revision, requested_by, approved_by, actor"
    " FROM changes ORDER BY account, version_before, sequence"
)
State = tuple[dict[str, LiveAccount], list[tuple[Any, ...]]]


def state(url: PlatformUrl) -> State:
    """All that a platform knows but the time of its changes: every account, and every row of the audit."""
    with open_reader(url) as reader:
        return dict(reader.accounts()), sql(url, _AUDIT)


def disconnect_all(url: str) -> None:
    """End all other sessions of a PostgreSQL database, and wait until they have ended."""
    with psycopg.connect(url, autocommit=True) as session:
        session.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


class Story:
    """Commits of one repository: `seed` holds one account, `first` a few, `second` changes each in another way."""

    def __init__(self, folder: Path) -> None:
        repo = self.repo = ConfigRepo(folder)
        repo.config()
        repo.write(".gitignore", ".emp-gitops/\n")
        for path in ("schemas/account.schema.json", "schemas/config.schema.json"):
            repo.write(path, SCHEMAS[path])
        repo.account(GIVER, customer=NORTH)
        self.seed = repo.commit("seed")
        repo.account(TAKER, customer=NORTH)
        for id_ in (GROWN, RENEWED, AGREED):
            repo.account(id_)
        repo.account(GONE, start="2025-01-01")
        self.first = repo.commit("first")
        repo.account(GIVER, customer=NORTH, datapoints=70)
        repo.account(TAKER, customer=NORTH, datapoints=130)
        repo.account(GROWN, datapoints=150, license="enterprise")
        repo.account(RENEWED, months=24)
        repo.account(AGREED, datapoints=110)
        repo.remove(f"accounts/{GONE}.yaml")
        for id_ in (ADOPTED, NEW):
            repo.account(id_)
        self.second = repo.commit("second")

    def cli(self, url: PlatformUrl) -> Cli:
        return Cli(self.repo.root, {"EMP_PLATFORM": url.text}, platform=url.text)

    def tell(self, url: PlatformUrl) -> None:
        """Bring a new platform to where the second commit finds it."""
        self.cli(url)("reconcile", "--ref", self.first)
        with open_operator(url) as screen:
            screen.put_account(ADOPTED, an_account(ADOPTED))
            screen.put_account(AGREED, an_account(AGREED, datapoints=110))


NewPlatform = Callable[[], AbstractContextManager[PlatformUrl]]


@dataclass(frozen=True)
class World:
    """A story on one kind of database.

    `empty` makes platforms before the story, `told` platforms before its second commit; `begun` is how they are after
    the first commit, `done` after the second, where nothing stood in the way.
    """

    story: Story
    empty: NewPlatform
    told: NewPlatform
    begun: State
    done: State

    def cli(self, url: PlatformUrl) -> Cli:
        return self.story.cli(url)


def sqlite_world(story: Story, folder: Path) -> World:
    """Platforms are files, copied."""
    numbers = count()

    @contextmanager
    def empty() -> Iterator[PlatformUrl]:
        yield parse_platform_url(f"sqlite:///{folder}/{next(numbers)}/platform.db", folder)

    with empty() as url:
        story.cli(url)("reconcile", "--ref", story.first)
        begun = state(url)
    with empty() as url:
        story.tell(url)
        assert isinstance(url, SqliteUrl)
        original = url.path

    @contextmanager
    def told() -> Iterator[PlatformUrl]:
        with empty() as url:
            assert isinstance(url, SqliteUrl)
            url.path.parent.mkdir()
            shutil.copy(original, url.path)
            yield url

    return World(story, empty, told, begun, _done(story, told))


@contextmanager
def postgres_world(story: Story, server: PostgresServer) -> Iterator[World]:
    """Platforms are databases, copied by the server."""
    with server.database() as url:
        story.cli(url)("reconcile", "--ref", story.first)
        begun = state(url)
    with server.database() as original:
        story.tell(original)
        name = original.text.partition("@/")[2].partition("?")[0]

        def told() -> AbstractContextManager[PostgresUrl]:
            return server.database(name)

        yield World(story, server.database, told, begun, _done(story, told))


def _done(story: Story, told: NewPlatform) -> State:
    with told() as url:
        story.cli(url)("reconcile")
        story.cli(url)("plan", "--exit-code", code=0)
        return state(url)


@dataclass(frozen=True)
class FaultyRuns:
    """Runs commands in processes of their own, with a fault in each.

        runs(world.cli(url), "killed", 12, "reconcile").code == -9
    """

    processes: Processes

    def __call__(self, cli: Cli, fault: str, number: int, *arguments: str | Path) -> Outcome:
        """`fault` is one that `support.fault_jobs` knows; most begin at the step with the number, from 1."""
        with tempfile.NamedTemporaryFile() as stdout, tempfile.NamedTemporaryFile() as stderr:
            order = {
                "folder": str(cli.folder), "environment": clean_environment(**cli.environment),
                "arguments": list(map(str, arguments)), "fault": fault, "number": number,
                "stdout": stdout.name, "stderr": stderr.name,
            }
            [code] = self.processes.run("support.fault_jobs:command", json.dumps(order))
            return Outcome(code, stdout.read().decode(), stderr.read().decode())
