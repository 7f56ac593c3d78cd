"""Every kind of issue tracker, for the tests that all of them pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.github import GitHub
from support.issue_files import InFiles
from support.trackers import OPEN, SENT, Hands, OnGitHub


@pytest.fixture(params=["github", "files", "shared files"])
def hands(request: pytest.FixtureRequest, tmp_path: Path) -> Hands:
    if request.param == "github":
        github: GitHub = request.getfixturevalue("github")
        return OnGitHub(github)
    return InFiles(tmp_path, shared=request.param == "shared files")


@pytest.fixture
def opened(hands: Hands) -> Hands:
    """With one issue."""
    hands.tracker().do([OPEN])
    return hands


@pytest.fixture
def commented(opened: Hands) -> Hands:
    """With an issue and a comment of ours."""
    opened.tracker().do([SENT])
    return opened
