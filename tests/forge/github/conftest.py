"""Scripted answers of GitHub."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.answers import answers
from support.pulls import Scene


@pytest.fixture
def scene() -> Iterator[Scene]:
    with answers() as server:
        yield Scene(server)
