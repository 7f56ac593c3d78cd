from __future__ import annotations

from pathlib import Path

import pytest

from support.repos import ConfigRepo


@pytest.fixture(autouse=True)
def _nobodys_git_settings(nobodys_git_settings: None) -> None:
    pass


@pytest.fixture
def repo(tmp_path: Path) -> ConfigRepo:
    """A repository with a configuration on disk and no commit yet."""
    made = ConfigRepo(tmp_path / "repo")
    made.config()
    return made
