from __future__ import annotations

from pathlib import Path

import pytest

from support.trackers import OPEN, InFiles


@pytest.fixture(autouse=True)
def _nobodys_git_settings(nobodys_git_settings: None) -> None:
    pass


@pytest.fixture
def hands(tmp_path: Path) -> InFiles:
    return InFiles(tmp_path, shared=False)


@pytest.fixture
def shared(tmp_path: Path) -> InFiles:
    """With a remote."""
    return InFiles(tmp_path, shared=True)


@pytest.fixture
def opened(hands: InFiles) -> InFiles:
    """With one issue."""
    hands.tracker().do([OPEN])
    return hands
