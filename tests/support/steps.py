"""The steps of a command, counted, so that a test can make something happen at each of them.

A step is what a command is about to do to its platform: begin a transaction, run a statement, commit, close. What is
before one step is after another, so these are all the points between two of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

SQL_STEPS = ("begin", "before_cursor_execute", "commit", "engine_disposed")
FILE_STEPS = frozenset({"open", "os.mkdir", "os.remove", "sqlite3.connect"})
"""Audit events of Python that are steps where they are about the platform's files."""


class Trigger:
    """Counts steps from 1, and acts once, before the given one."""

    def __init__(self, number: int, action: Callable[[], object]) -> None:
        self._left = number
        self._action = action

    @property
    def has_fired(self) -> bool:
        return self._left <= 0

    def step(self, *_: Any) -> None:
        self._left -= 1
        if self._left == 0:
            self._action()


def listen(trigger: Trigger, steps: tuple[str, ...] = SQL_STEPS) -> None:
    for name in steps:
        event.listen(Engine, name, trigger.step)


@contextmanager
def at_step(number: int, action: Callable[[], object], steps: tuple[str, ...] = SQL_STEPS) -> Iterator[Trigger]:
    """Act before a step of what this process does inside the block; the action's own steps do not count."""
    trigger = Trigger(number, action)
    listen(trigger, steps)
    try:
        yield trigger
    finally:
        for name in steps:
            event.remove(Engine, name, trigger.step)
