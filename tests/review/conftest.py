"""A repository with two accounts on main, as the platform has them, and applications on branches of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from support.accounts import an_account, on_platform
from support.repos import ConfigRepo
from support.scenes import Scene

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    repo = ConfigRepo(tmp_path_factory.mktemp("scene") / "repo")
    repo.config(forge="github:example-energy/accounts", approvals={"source": "github"}, roles={"super_admins": ["ana"], "customer_success": ["carla"]})
    shutil.copytree(ROOT / "schemas", repo.root / "schemas")
    repo.account("acme-lyon")
    repo.account("acme-nice", datapoints=50)
    repo.commit("two accounts")
    return repo.root


@pytest.fixture
def scene(beginning: Path, tmp_path: Path) -> Scene:
    shutil.copytree(beginning, tmp_path / "repo")
    live = {"acme-lyon": on_platform("acme-lyon"), "acme-nice": on_platform("acme-nice", an_account("acme-nice", datapoints=50), used_datapoints=30)}
    return Scene(ConfigRepo(tmp_path / "repo"), live)
