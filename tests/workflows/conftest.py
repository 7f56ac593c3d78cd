from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.answers import answers
from support.pull_office import PullOffice
from support.rooms import Room


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """The platform trusts the first commit, and has its accounts."""
    with answers() as server:
        office = PullOffice(tmp_path, server)
        office.cli("reconcile", "--trust", "HEAD")
        server.headers.clear()
        yield Room(tmp_path, office)
