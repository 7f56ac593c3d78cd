"""What tests of every layer share."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from emp_gitops.platform.url import PlatformUrl, PostgresUrl, SqliteUrl, parse_platform_url
from support.cli import Cli
from support.postgres import PostgresServer, postgres_server
from support.samples import samples
from support.thorough import examples

if TYPE_CHECKING:
    from support.github import GitHub


# How long an example takes says more of the machine than of the code.
settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=examples(100)
)
settings.load_profile("untimed")


# Whoever runs the tests in the background may have made them, and what they start, deaf to Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One PostgreSQL server for the session, or for each of its workers."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[PostgresUrl]:
    """An empty PostgreSQL database."""
    with postgres.database() as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> SqliteUrl:
    """A SQLite platform that does not exist yet."""
    url = parse_platform_url(f"sqlite:///{tmp_path}/.emp-gitops/platform.db", tmp_path)
    assert isinstance(url, SqliteUrl)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def platform_url(request: pytest.FixtureRequest) -> PlatformUrl:
    """An empty platform, once for each kind of database."""
    url: PlatformUrl = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture(scope="session")
def _samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return samples(tmp_path_factory.mktemp("samples") / "repo").folder


@pytest.fixture
def reconciled_samples(_samples: Path, tmp_path: Path) -> Cli:
    """The sample accounts with their platform, on 23 November 2026."""
    shutil.copytree(_samples, tmp_path / "repo")
    return Cli(tmp_path / "repo")


@pytest.fixture
def github(tmp_path: Path) -> Iterator[GitHub]:
    """The stand-in for GitHub, with the repository `example-energy/accounts` and nothing in it."""
    from support.github import GitHub

    with GitHub(tmp_path, repo="example-energy/accounts") as stand_in:
        yield stand_in


@pytest.fixture
def nobodys_git_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """git in this process knows nobody, and no other repository."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
