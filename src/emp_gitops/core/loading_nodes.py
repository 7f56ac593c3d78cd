"""Where each value of a document stands: libyaml's events by path, of a text that loads without problems."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from yaml.cyaml import CParser  # type: ignore[attr-defined]  # it is there, the stubs' __all__ leaves it out
from yaml.events import MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent

Path = tuple[str | int, ...]

_ENDS = (MappingEndEvent, SequenceEndEvent)


@dataclass(frozen=True, slots=True)
class Node:
    """One value: the event of its key (None for the root and for an item), and its first and last event.

    The last is the first for a scalar. The marks of events count from 0 and index characters.
    """

    key: Any
    first: Any
    last: Any


def nodes_of(text: str) -> dict[Path, Node]:
    """Every value by its path, a mapping or list before what it holds. The text must load without problems."""
    nodes: dict[Path, Node] = {}
    next_event: Callable[[], Any] = CParser(text).get_event

    def walk(path: Path, key: Any, first: Any) -> None:
        nodes[path] = Node(key, first, first)  # also holds the place in the order until the last event is known
        if type(first) is ScalarEvent:
            return
        count = 0
        while type(event := next_event()) not in _ENDS:
            if type(first) is MappingStartEvent:
                walk((*path, event.value), event, next_event())
            else:
                walk((*path, count), None, event)
            count += 1
        nodes[path] = Node(key, first, event)

    next_event()  # the stream's start
    next_event()  # the document's start
    walk((), None, next_event())
    return nodes
