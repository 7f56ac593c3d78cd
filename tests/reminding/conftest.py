"""A room for each test, on the day of the story: the audit goes by the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from emp_gitops.platform.open import open_writer
from emp_gitops.platform.url import SqliteUrl
from support.reminding import Room


@pytest.fixture(autouse=True)
def _on_the_day_of_the_story() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 23, 9, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def room(sqlite_url: SqliteUrl) -> Room:
    open_writer(sqlite_url).close()
    return Room(sqlite_url)
