from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.answers import answers
from support.clinic import Clinic


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with answers() as server:
        yield Clinic(tmp_path, server)
