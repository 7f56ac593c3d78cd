"""Repositories that the command line is tried on."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.beginnings import Beginnings, Story, nothing_yet, sample_accounts
from support.cli import Cli
from support.office import Office
from support.repos import ConfigRepo


@pytest.fixture(scope="session")
def beginnings(tmp_path_factory: pytest.TempPathFactory) -> Beginnings:
    return Beginnings(tmp_path_factory.mktemp("beginnings"))


@pytest.fixture
def story() -> Story:
    """What has happened in `repo` before the test begins; modules and classes override it with stories of their own."""
    return nothing_yet


@pytest.fixture
def repo(tmp_path: Path, beginnings: Beginnings, story: Story) -> ConfigRepo:
    """A committed configuration with the shipped schemas, and what the `story` made of it."""
    return beginnings.copy(story, tmp_path / "repo")


@pytest.fixture
def cli(repo: ConfigRepo) -> Cli:
    """The command line in `repo`."""
    return Cli(repo.root)


@pytest.fixture
def sample_repo(tmp_path: Path, beginnings: Beginnings) -> ConfigRepo:
    """The repository of `sample_accounts`."""
    return beginnings.copy(sample_accounts, tmp_path / "samples")


@pytest.fixture
def samples(sample_repo: ConfigRepo) -> Cli:
    """The command line in `sample_repo`."""
    return Cli(sample_repo.root)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A repository in which Customer Success approves, on a platform that trusts its first commit."""
    office = Office(tmp_path)
    Cli(office.repo.root)("reconcile", "--trust", "HEAD")
    return office


@pytest.fixture
def ana(office: Office) -> Cli:
    """Ana's terminal in `office`."""
    return office.terminal("ana")
