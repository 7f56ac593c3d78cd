"""Repositories that the command line is tried on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from support.cli import Cli
from support.repos import ConfigRepo

ROOT = Path(__file__).parents[2]


def _copied(source: Path, target: Path) -> Path:
    return Path(shutil.copytree(source, target, dirs_exist_ok=True))


@pytest.fixture(scope="session")
def _empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    repo = ConfigRepo(tmp_path_factory.mktemp("empty") / "repo")
    repo.config()
    repo.write(".gitignore", ".emp-gitops/\n")
    shutil.copytree(ROOT / "schemas", repo.root / "schemas")
    repo.commit("configuration")
    return repo.root


@pytest.fixture(scope="session")
def _samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample accounts of this repository, applied, with their used datapoints recorded."""
    repo = ConfigRepo(tmp_path_factory.mktemp("samples") / "repo")
    for name in ("accounts", "schemas"):
        shutil.copytree(ROOT / name, repo.root / name)
    shutil.copy(ROOT / "emp-gitops.yaml", repo.root)
    repo.write(".gitignore", ".emp-gitops/\n")
    repo.commit("sample accounts")
    cli = Cli(repo.root)
    cli("reconcile")
    cli("platform", "usage", "load", ROOT / "examples" / "usage.csv")
    return repo.root


@pytest.fixture
def repo(tmp_path: Path, _empty: Path) -> ConfigRepo:
    """A committed configuration with the shipped schemas, and no accounts yet."""
    return ConfigRepo(_copied(_empty, tmp_path / "repo"))


@pytest.fixture
def cli(repo: ConfigRepo) -> Cli:
    """The command line in `repo`."""
    return Cli(repo.root)


@pytest.fixture
def sample_repo(tmp_path: Path, _samples: Path) -> ConfigRepo:
    """The sample accounts, committed, applied on 23 November 2026, with readings."""
    return ConfigRepo(_copied(_samples, tmp_path / "samples"))


@pytest.fixture
def samples(sample_repo: ConfigRepo) -> Cli:
    """The command line in `sample_repo`."""
    return Cli(sample_repo.root)
