from __future__ import annotations

import os
from pathlib import Path

import pytest

from support.repos import ConfigRepo


@pytest.fixture(autouse=True)
def _nobodys_git_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def repo(tmp_path: Path) -> ConfigRepo:
    """A repository with a configuration on disk and no commit yet."""
    made = ConfigRepo(tmp_path / "repo")
    made.config()
    return made
