"""Platforms and processes for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path

import pytest

from emp_gitops.platform.open import open_writer
from emp_gitops.platform.sql.writer import SqlWriter
from emp_gitops.platform.url import PlatformUrl, parse_platform_url
from support.crashing import Processes, processes
from support.postgres import PostgresServer

NewPlatform = Callable[[], AbstractContextManager[PlatformUrl]]


@pytest.fixture(scope="session")
def forks() -> Iterator[Processes]:
    with processes() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def new_platform(request: pytest.FixtureRequest, tmp_path: Path) -> NewPlatform:
    """A maker of empty platforms, for tests that need many; they run once for each kind of database."""
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        return server.database

    numbers = count()

    @contextmanager
    def new_file() -> Iterator[PlatformUrl]:
        yield parse_platform_url(f"sqlite:///{tmp_path}/{next(numbers)}/platform.db", tmp_path)

    return new_file


@pytest.fixture
def writer(platform_url: PlatformUrl) -> Iterator[SqlWriter]:
    with open_writer(platform_url, actor="ci") as writer:
        yield writer
