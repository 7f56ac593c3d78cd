"""A room for each test."""

from __future__ import annotations

import pytest

from emp_gitops.platform.open import open_writer
from emp_gitops.platform.url import SqliteUrl
from support.reminding import Room


@pytest.fixture
def room(sqlite_url: SqliteUrl) -> Room:
    open_writer(sqlite_url).close()
    return Room(sqlite_url)
