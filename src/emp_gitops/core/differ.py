"""A generic differ: two keyed collections, or two values of one dataclass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Difference(Generic[K, V]):
    """What turns one mapping into another; each part is ordered by key."""

    added: Mapping[K, V]
    removed: Mapping[K, V]
    changed: Mapping[K, tuple[V, V]]
    unchanged: Mapping[K, V]

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.changed)


def difference(before: Mapping[K, V], after: Mapping[K, V]) -> Difference[K, V]:
    """Compare two mappings key by key; values are compared with `==`. Keys must be sortable."""
    added, removed = after.keys() - before.keys(), before.keys() - after.keys()
    changed: dict[K, tuple[V, V]] = {}
    unchanged: dict[K, V] = {}
    for key in sorted(before.keys() & after.keys()):  # type: ignore[type-var]
        old, new = before[key], after[key]
        if old == new:
            unchanged[key] = new
        else:
            changed[key] = (old, new)
    return Difference(
        added={key: after[key] for key in sorted(added)},  # type: ignore[type-var]
        removed={key: before[key] for key in sorted(removed)},  # type: ignore[type-var]
        changed=changed,
        unchanged=unchanged,
    )


def patched(before: Mapping[K, V], diff: Difference[K, V]) -> dict[K, V]:
    """Apply a difference: `patched(a, difference(a, b)) == b`.

    Raises ValueError where the difference was computed from another mapping.
    """
    if dict(diff.unchanged) | dict(diff.removed) | {key: old for key, (old, _) in diff.changed.items()} != before:
        raise ValueError("the difference was computed from another mapping")
    return dict(diff.unchanged) | dict(diff.added) | {key: new for key, (_, new) in diff.changed.items()}


def field_differences(before: Any, after: Any) -> dict[str, tuple[Any, Any]]:
    """The fields, by name and in order, in which two values of one dataclass differ."""
    return {
        field.name: (old, new)
        for field in fields(before)
        if (old := getattr(before, field.name)) != (new := getattr(after, field.name))
    }
