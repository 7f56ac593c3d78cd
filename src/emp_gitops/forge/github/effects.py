"""What must happen once, on a server whose answer may get lost after the effect."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from emp_gitops.errors import ForgeError

T = TypeVar("T")


def once(create: Callable[[], T], find: Callable[[], T | None]) -> T:
    """What `create` makes, or where that fails what `find` gives: its answer may have got lost, or somebody was faster.

    It is never sent a second time. Raises the ForgeError of `create` where nothing is to be found.
    """
    try:
        return create()
    except ForgeError:
        try:
            found = find()
        except ForgeError:
            found = None  # the failure before says more
        if found is None:
            raise
        return found
