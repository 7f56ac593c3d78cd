"""Changes of single entries of a YAML text. Each gives the new text; what that says is checked by the caller."""

from __future__ import annotations

from typing import Final

from emp_gitops.core.editing_layout import BLOCK_STYLES, Layout
from emp_gitops.core.editing_scalars import Scalar, written, written_list
from emp_gitops.core.loading_nodes import Path

_DEEPER: Final = "  "


def replaced(layout: Layout, path: Path, value: Scalar | list[str]) -> str:
    """Another value in the place of a scalar, in the same quotes where they fit; comments stay."""
    scalar, stop = layout.nodes[path].first, layout.end(path)
    start = scalar.start_mark.index
    new = _written(value, flow=layout.is_flow(path[:-1]), style=scalar.style)
    if scalar.style in BLOCK_STYLES:
        stop = start + len(layout.text[start:stop].rstrip("\r\n"))
        new += layout.block_header(path)[1]
    elif start == stop:
        new = _lead_into_nothing(layout, path) + new
    return _spliced(layout, start, stop, new)


def _lead_into_nothing(layout: Layout, path: Path) -> str:
    """What a value needs before it in a place that was empty: a space, also a colon in `{key}`."""
    key, start = layout.nodes[path].key, layout.nodes[path].first.start_mark.index
    if key and ":" not in layout.text[key.end_mark.index : start]:
        return ": "
    return "" if layout.text[start - 1] in " \t" else " "


def removed(layout: Layout, path: Path) -> str:
    """The entry removed. A mapping or list that it leaves empty is then `{}` or `[]`, the document nothing."""
    siblings = layout.entries(path[:-1])
    place = siblings.index(path)
    if len(siblings) == 1:
        return _emptied(layout, path[:-1])
    start, stop = layout.start(path), layout.end(path)
    if not layout.is_flow(path[:-1]):
        return _spliced(layout, layout.first_line(path), layout.line_end(stop), "")
    if place + 1 < len(siblings):
        return _spliced(layout, start, layout.start(siblings[place + 1]), "")
    before = layout.end(siblings[place - 1])
    # A comment behind the neighbour stays; the neighbour's comma, which may then be the last thing, is allowed.
    return _spliced(layout, start if "#" in layout.text[before:start] else before, stop, "")


def _emptied(layout: Layout, path: Path) -> str:
    node, (entry,) = layout.nodes[path], layout.entries(path)
    if layout.is_flow(path):
        return _spliced(layout, node.first.end_mark.index, node.last.start_mark.index, "")
    start, stop = layout.first_line(entry), layout.last_line_end(entry)
    if node.key is None:
        return _spliced(layout, start, stop, "")
    colon = layout.text.index(":", node.key.end_mark.index) + 1
    nothing = " {}" if layout.is_mapping(path) else " []"
    return _spliced(layout, colon, stop, nothing + layout.text[colon:start])


def with_key(layout: Layout, path: Path, value: Scalar | list[str]) -> str:
    """A new key behind the last of its mapping, with the mappings on the way to it that do not exist yet."""
    depth = next(depth for depth in range(len(path) - 1, -1, -1) if path[:depth] in layout.nodes)
    mapping, keys = path[:depth], [written(str(step)) for step in path[depth:]]
    siblings, first = layout.entries(mapping), layout.nodes[mapping].first
    if layout.is_flow(mapping):
        text = f"{keys[-1]}: {_written(value, flow=True)}"
        for key in keys[-2::-1]:
            text = f"{key}: {{{text}}}"
        return _with_flow_entry(layout, mapping, len(siblings), text)
    indents = [" " * first.start_mark.column + _DEEPER * level for level in range(len(keys))]
    text = f":{layout.line_break}".join(indent + key for indent, key in zip(indents, keys, strict=True))
    text += f": {_written(value, flow=False)}"
    if _is_open(layout, siblings[-1]):
        return _with_line(layout, layout.first_line(siblings[-1]), text)
    return _with_line(layout, layout.last_line_end(siblings[-1]), text)


def _is_open(layout: Layout, path: Path) -> bool:
    """Whether the entry is a block scalar whose last line never ends: ending it would change the text that it is."""
    while not layout.is_scalar(path) and not layout.is_flow(path):
        path = layout.entries(path)[-1]
    return (
        layout.is_scalar(path)
        and layout.nodes[path].first.style in BLOCK_STYLES
        and not layout.text.endswith(("\r", "\n"))
        and layout.end(path) == len(layout.text)
    )


def with_item(layout: Layout, path: Path, value: str) -> str:
    """A new item of a list, before the one that has its path or behind the last. A block list has one at least."""
    siblings, place = layout.entries(path[:-1]), int(path[-1])
    if layout.is_flow(path[:-1]):
        return _with_flow_entry(layout, path[:-1], place, written(value, flow=True))
    first_line, first_start = layout.first_line(siblings[0]), layout.start(siblings[0])
    lead = layout.text[first_line:first_start]
    if lead.strip(" ") != "-":  # the first value stands below its dash
        lead = " " * layout.nodes[path[:-1]].first.start_mark.column + "- "
    return _with_line(layout, layout.last_line_end(siblings[place - 1]) if place else first_line, lead + written(value))


def _with_flow_entry(layout: Layout, path: Path, place: int, text: str) -> str:
    siblings = layout.entries(path)
    if place:
        at, text = layout.end(siblings[place - 1]), f", {text}"
    elif siblings:
        at, text = layout.start(siblings[0]), f"{text}, "
    else:
        at = layout.nodes[path].first.end_mark.index
    return _spliced(layout, at, at, text)


def _with_line(layout: Layout, at: int, line: str) -> str:
    """A new line before the one that begins at `at`; a text whose last line has no end goes without one."""
    is_behind_open_line = at == len(layout.text) and not layout.text.endswith(("\r", "\n"))
    return _spliced(layout, at, at, layout.line_break + line if is_behind_open_line else line + layout.line_break)


def _written(value: Scalar | list[str], *, flow: bool, style: str = "") -> str:
    return written_list(value) if isinstance(value, list) else written(value, style=style, flow=flow)


def _spliced(layout: Layout, start: int, stop: int, new: str) -> str:
    return layout.text[:start] + new + layout.text[stop:]
