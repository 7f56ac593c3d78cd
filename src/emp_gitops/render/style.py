"""How text for people is drawn, and the one place where rich is made to draw it."""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True, slots=True)
class Style:
    """`width` is in columns."""

    color: bool = False
    width: int = 160


def drawn(style: Style, *parts: RenderableType) -> str:
    """The parts one below the other as text, without trailing blanks; markup in texts is not interpreted."""
    from rich.console import Console

    console = Console(
        file=StringIO(),
        width=style.width,
        force_terminal=style.color,
        color_system="standard" if style.color else None,
        no_color=not style.color,
        markup=False,
        highlight=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )
    with console.capture() as capture:
        for part in parts:
            console.print(part, soft_wrap=isinstance(part, str))
    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())
