"""A progress bar on standard error, where that is a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

_WORTH_A_BAR = 50


def progress(items: Sequence[T], what: str) -> Iterable[T]:
    """The items, with a bar while they are worked through; none for short work or without a terminal."""
    if len(items) < _WORTH_A_BAR or not sys.stderr.isatty():
        return items
    return _with_bar(items, what)


def _with_bar(items: Sequence[T], what: str) -> Iterator[T]:
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True, no_color=bool(os.environ.get("NO_COLOR")))
    yield from track(items, description=what, console=console, transient=True)
