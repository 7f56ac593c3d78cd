"""The zones as tables for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from emp_gitops.core.zones import Row, Zones
from emp_gitops.render.applications_text import application_json, row_of
from emp_gitops.render.findings import FORMAT_VERSION
from emp_gitops.render.style import Style, drawn
from emp_gitops.render.zones_columns import as_text, layout_within

if TYPE_CHECKING:
    from rich.table import Table

    from emp_gitops.review.facts import FailedReview, Review

_FRAME = 4
"""Blanks around a table."""


def zones_json(zones: Zones, applications: Sequence[Review | FailedReview], zone: str | None) -> dict[str, Any]:
    """`schemas/status.schema.json`; with `zone`, the other zones are left empty."""
    rows = {
        name: [_row_json(row) for row in getattr(zones, name)]
        for name in ("active", "expired", "scheduled", "unmanaged")
    }
    found = {**rows, "applications": [application_json(each, zones.today) for each in applications]}
    return {
        "format_version": FORMAT_VERSION,
        "today": zones.today.isoformat(),
        **{
            name: found[name] if zone in (None, name) else []
            for name in ("active", "expired", "scheduled", "applications", "unmanaged")
        },
    }


def _row_json(row: Row) -> dict[str, Any]:
    values = asdict(row) | {"expires_on": row.expires_on.isoformat(), "flags": list(row.flags)}
    del values["start"]
    return values


def zones_text(
    zones: Zones, applications: Sequence[Review | FailedReview] | None, zone: str | None, style: Style
) -> str:
    """Three tables (a fourth and a fifth where there is something scheduled or unmanaged), or the one asked for.

    `applications` is None where they could not be listed.
    """
    parts: list[Any] = []
    for name in ("active", "expired", "scheduled", "unmanaged"):
        rows: tuple[Row, ...] = getattr(zones, name)
        asked_for = zone == name or (zone is None and (rows or name in ("active", "expired")))
        if asked_for:
            parts += [*_zone(name, rows, zones.today, style), ""]
    if zone in (None, "applications"):
        parts += _applications(applications, zones.today)
    return drawn(style, *parts)


def _zone(zone: str, rows: Sequence[Row], today: date, style: Style) -> list[Any]:
    from rich.text import Text

    head = Text.assemble((f"{zone.capitalize()} accounts", "bold"), f" on {today} ({len(rows):,})")
    if not rows:
        return [head, Text("  none", style="dim")]
    layout = layout_within(style.width, zone, rows)
    framed = layout.width + _FRAME <= style.width
    table = _table(((column.title, column.justify, wraps) for column, wraps in layout.columns), framed=framed)
    for row in rows:
        table.add_row(*(as_text(column.cell(row)) for column, _ in layout.columns))
    return [head, table] if framed else [head, "", table, ""]


def _table(columns: Iterable[tuple[str, Literal["left", "right"], bool]], *, framed: bool = True) -> Table:
    """A table of columns, each with its title, its side, and whether it may wrap; framed by blanks where they fit."""
    from rich import box
    from rich.table import Table

    table = Table(
        box=box.SIMPLE_HEAD,
        padding=(0, 1),
        collapse_padding=True,
        header_style="dim",
        show_edge=framed,
        pad_edge=framed,
    )
    for title, justify, wraps in columns:
        table.add_column(title, justify=justify, no_wrap=not wraps, overflow="fold")
    return table


def _applications(applications: Sequence[Review | FailedReview] | None, today: date) -> list[Any]:
    from rich.text import Text

    if applications is None:
        return [Text("Applications", style="bold"), Text("  could not be listed", style="red")]
    head = Text.assemble(("Applications", "bold"), f" waiting for Customer Success ({len(applications):,})")
    if not applications:
        return [head, Text("  none", style="dim")]
    wraps = {"application": True, "state": False, "what": True, "requested by": True, "age": False, "waits for": True}
    table = _table((title, "left", wrap) for title, wrap in wraps.items())
    for each in applications:
        table.add_row(*map(Text, row_of(each, today)))
    return [head, table]
