"""Edits of an account file that change only the bytes they must, and new files in the same style."""

from __future__ import annotations

import json
from collections.abc import Mapping
from difflib import SequenceMatcher
from enum import Enum
from typing import Any, Final

from emp_gitops.core.characters import is_nfc, refused_character
from emp_gitops.core.editing_entries import removed, replaced, with_item, with_key
from emp_gitops.core.editing_layout import Layout
from emp_gitops.core.editing_scalars import written, written_list
from emp_gitops.core.loading import Path, load
from emp_gitops.core.loading_reader import MAX_DIGITS
from emp_gitops.core.model import FIELDS, file_path
from emp_gitops.core.wording import place
from emp_gitops.errors import EmpError


class _Remove(Enum):
    REMOVE = "remove"


REMOVE: Final = _Remove.REMOVE

_COMPUTED: Final = {"expires_on"}
_BY_HAND: Final = "edit the file by hand"


class EditError(EmpError):
    """The file cannot be changed so that it says what it should. Nothing was changed."""


def with_values(data: bytes, changes: Mapping[Path, Any]) -> bytes:
    """Set values by path in an account file, or delete them with REMOVE; every other byte stays.

    Values are str, int, bool or lists of str. Setting what is set already and removing what is not there are no
    change. The comment behind a changed value stays; a removed entry takes its whole lines with it. Raises EditError
    where the result would not load as exactly the wanted values.
    """
    wanted = _value(data)
    for path, value in changes.items():
        _refuse_unwritable(path, value)
        if _put(wanted, path, value):
            data = _changed(data, path, value)
            _refuse_other_than(wanted, data, path)
    return data


def new_file(values: Mapping[str, Any], *, schema_path: str) -> bytes:
    """A new account file in the usual order. Values go by the model's fields, as `Account.to_flat` gives them.

    None and computed fields are left out. `schema_path` leads from the file's folder to the schema, for editors.
    Raises EditError for a field that files do not have and for a value that no file may hold.
    """
    if unknown := values.keys() - {*FIELDS} - _COMPUTED:
        raise EditError(f"an account file has no field {min(unknown)!r}")
    lines = [f"# yaml-language-server: $schema={schema_path}"]
    wanted: dict[str, Any] = {}
    for field in FIELDS:
        value = values.get(field)
        if value is None:
            continue
        *sections, key = path = tuple(file_path(field).split("."))
        _refuse_unwritable(path, value)
        lines += [f"{section}:" for section in sections if section not in wanted]
        shown = written_list(value) if isinstance(value, list) else written(value)
        lines.append(f"{'  ' * len(sections)}{key}: {shown}")
        _put(wanted, path, value)
    data = "".join(f"{line}\n" for line in lines).encode(errors="surrogatepass")
    if _canonical(_value(data)) != _canonical(wanted):
        raise EditError(f"the schema's path {schema_path!r} cannot stand in a comment")
    return data


def _value(data: bytes) -> Any:
    loaded = load(data)
    if loaded.problems:
        problem = loaded.problems[0]
        raise EditError(f"line {problem.position.line}: {problem.message}", hint=problem.hint)
    return loaded.value


def _refuse_other_than(wanted: Any, data: bytes, path: Path) -> None:
    loaded = load(data)
    if loaded.problems:
        raise EditError(f"{place(path)} cannot be changed like this: {loaded.problems[0].message}", hint=_BY_HAND)
    if _canonical(loaded.value) != _canonical(wanted):
        raise EditError(f"{place(path)} cannot be changed without changing more", hint=_BY_HAND)


def _canonical(value: Any) -> str:
    """Equal for equal values, in which `true` is not 1."""
    return json.dumps(value, sort_keys=True)


def _refuse_unwritable(path: Path, value: Any) -> None:
    for part in value if isinstance(value, list) else [value]:
        if isinstance(part, int) and abs(part) >= 10**MAX_DIGITS:
            raise EditError(f"{place(path)} would have more than {MAX_DIGITS} digits")
        if isinstance(part, str) and (found := refused_character(part)):
            raise EditError(f"{place(path)} would hold {found[1]}", hint="leave the character out")
        if isinstance(part, str) and not is_nfc(part):
            raise EditError(f"{place(path)} would not be in composed form (NFC)", hint="type its accents again")


def _put(root: Any, path: Path, value: Any) -> bool:
    """Set or remove a value in a loaded one; whether that made a difference. Raises EditError."""
    holder = root
    for depth, step in enumerate(path):
        if not isinstance(holder, dict):
            raise EditError(f"{place(path[:depth]) or 'the file'} is not a mapping", hint="mend the file first")
        if value is REMOVE and step not in holder:
            return False
        if depth < len(path) - 1:
            holder = holder.setdefault(step, {})
    key = path[-1]
    if value is REMOVE:
        del holder[key]
    elif key in holder and _canonical(holder[key]) == _canonical(value):
        return False
    else:
        holder[key] = value
    return True


def _changed(data: bytes, path: Path, value: Any) -> bytes:
    """The file with one value changed, by the smallest change of its text that there is."""
    layout = _layout(data)
    if value is REMOVE:
        return removed(layout, path).encode()
    if path not in layout.nodes:
        return with_key(layout, path, value).encode()
    if isinstance(value, list) and layout.is_list(path):
        return _with_items(data, path, value)
    if layout.is_scalar(path):
        return replaced(layout, path, value).encode()
    kind = "list" if layout.is_list(path) else "mapping"
    raise EditError(f"{place(path)} is a {kind} and cannot become anything else", hint=_BY_HAND)


def _with_items(data: bytes, path: Path, new: list[str]) -> bytes:
    """The list with other items; those that stay keep their lines, quotes and comments."""
    old = _value(data)
    for step in path:
        old = old[step]
    if not all(isinstance(item, str) for item in old):
        raise EditError(f"{place(path)} holds more than texts", hint=_BY_HAND)
    for tag, start, stop, new_start, new_stop in reversed(
        SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    ):
        items = new[new_start:new_stop] if tag != "equal" else old[start:stop]
        # From the end of the list, so that the indices of what is still to be done stay.
        for index in reversed(range(start + len(items), stop)):
            data = removed(_layout(data), (*path, index)).encode()
        for item in reversed(items[stop - start :]):
            data = with_item(_layout(data), (*path, stop), item).encode()
        for index, item in enumerate(items[: stop - start], start):
            if item != old[index]:
                data = replaced(_layout(data), (*path, index), item).encode()
    return data


def _layout(data: bytes) -> Layout:
    _value(data)  # a change before may have broken an unusual text
    return Layout(data.decode())
