"""The story that faults happen to, on both kinds of database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.crashing import processes
from support.faults import FaultyRuns, Story, World, postgres_world, sqlite_world
from support.postgres import PostgresServer


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Read only: tests that change its repository take a copy."""
    return Story(tmp_path_factory.mktemp("story") / "repo")


@pytest.fixture(scope="session")
def on_sqlite(story: Story, tmp_path_factory: pytest.TempPathFactory) -> World:
    return sqlite_world(story, tmp_path_factory.mktemp("platforms"))


@pytest.fixture(scope="session")
def on_postgres(story: Story, postgres: PostgresServer) -> Iterator[World]:
    with postgres_world(story, postgres) as world:
        yield world


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest) -> World:
    """The story, once on each kind of database."""
    found: World = request.getfixturevalue("on_sqlite" if request.param == "sqlite" else "on_postgres")
    return found


@pytest.fixture(scope="session")
def runs() -> Iterator[FaultyRuns]:
    with processes() as server:
        yield FaultyRuns(server)
