"""An office with a platform that trusts its first commit."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.cli import Cli
from support.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture
def cli(office: Office) -> Cli:
    """The platform trusts the first commit, and has its accounts."""
    cli = Cli(office.repo.root)
    cli("reconcile", "--trust", "HEAD")
    return cli
