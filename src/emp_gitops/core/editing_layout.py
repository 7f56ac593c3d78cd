"""Where the entries of a YAML text stand: the lines of one, or its part of a line.

An *entry* is a key with its value, or an item of a list. In block style an entry is whole lines; in flow style
(brackets and braces) it is a part of a line, with a comma between it and its neighbour. Indices count characters.
"""

from __future__ import annotations

import re
from typing import Final

from yaml.events import MappingStartEvent, ScalarEvent, SequenceStartEvent

from emp_gitops.core.loading_nodes import Node, Path, nodes_of

BLOCK_STYLES: Final = ("|", ">")

_BLOCK_HEADER: Final = re.compile(r"[|>]([-+0-9]*)((?:[ \t]+#[^\r\n]*)?)")
_LINE_BREAK: Final = re.compile(r"\r\n|\r|\n")


class Layout:
    """The entries of one text, which must load without problems, by path."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.nodes: dict[Path, Node] = nodes_of(text)
        line_break = _LINE_BREAK.search(text)
        self.line_break = line_break[0] if line_break else "\n"

    def is_mapping(self, path: Path) -> bool:
        return isinstance(self.nodes[path].first, MappingStartEvent)

    def is_list(self, path: Path) -> bool:
        return isinstance(self.nodes[path].first, SequenceStartEvent)

    def is_scalar(self, path: Path) -> bool:
        return isinstance(self.nodes[path].first, ScalarEvent)

    def is_flow(self, path: Path) -> bool:
        """Whether a mapping or list is written in braces or brackets; what it holds then is, too."""
        return bool(self.nodes[path].first.flow_style)

    def entries(self, path: Path) -> list[Path]:
        """The paths of what a mapping or list holds, in the order of the text."""
        return [inner for inner in self.nodes if len(inner) == len(path) + 1 and inner[:-1] == path]

    def start(self, path: Path) -> int:
        """Where an entry's key begins, or the value of an item."""
        node = self.nodes[path]
        return int((node.key or node.first).start_mark.index)

    def end(self, path: Path) -> int:
        """Where an entry's value ends, without comments. After a block scalar this is the start of a line."""
        node = self.nodes[path]
        if self.is_scalar(path):
            start, stop = node.first.start_mark.index, node.first.end_mark.index
            if node.first.style not in BLOCK_STYLES or "+" in self.block_header(path)[0]:
                return int(stop)
            return self.line_end(start + len(self.text[start:stop].rstrip("\r\n")))  # empty lines belong to nobody
        return int(node.last.end_mark.index) if self.is_flow(path) else self.end(self.entries(path)[-1])

    def block_header(self, path: Path) -> tuple[str, str]:
        """What stands behind a block scalar's `|` or `>`: indicators, and a comment with the space before it."""
        header = _BLOCK_HEADER.match(self.text, self.nodes[path].first.start_mark.index)
        return (header[1], header[2]) if header else ("", "")

    def first_line(self, path: Path) -> int:
        """Where the first line of a block entry begins."""
        line = self._line_start(self.start(path))
        if isinstance(path[-1], int):  # the value of an item may stand some lines below its dash
            dash = " " * self.nodes[path[:-1]].first.start_mark.column + "-"
            while line and not self.text.startswith(dash, line):
                line = self._line_start(line - 1)
        return line

    def last_line_end(self, path: Path) -> int:
        """Where the line behind a block entry begins."""
        return self.line_end(self.end(path))

    def line_end(self, index: int) -> int:
        """Where the next line begins; at the start of a line, there."""
        if self.text[index - 1 : index] in {"\r", "\n"}:
            return index
        line_break = _LINE_BREAK.search(self.text, index)
        return line_break.end() if line_break else len(self.text)

    def _line_start(self, index: int) -> int:
        return max(self.text.rfind("\n", 0, index), self.text.rfind("\r", 0, index)) + 1
