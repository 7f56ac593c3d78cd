"""The zones as tables for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from emp_gitops.core.zones import Row, Zones
from emp_gitops.render.escape import terminal
from emp_gitops.render.findings import FORMAT_VERSION, counted
from emp_gitops.render.style import Style, drawn

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from emp_gitops.repository import ApplicationBranch

_BAR = 10


def zones_json(zones: Zones, applications: Sequence[ApplicationBranch], zone: str | None) -> dict[str, Any]:
    """`schemas/status.schema.json`; with `zone`, the other zones are left empty."""
    rows = {
        name: [_row_json(row) for row in getattr(zones, name)]
        for name in ("active", "expired", "scheduled", "unmanaged")
    }
    found = {**rows, "applications": [application_json(application) for application in applications]}
    return {
        "format_version": FORMAT_VERSION,
        "today": zones.today.isoformat(),
        **{
            name: found[name] if zone in (None, name) else []
            for name in ("active", "expired", "scheduled", "applications", "unmanaged")
        },
    }


def _row_json(row: Row) -> dict[str, Any]:
    return asdict(row) | {"expires_on": row.expires_on.isoformat(), "flags": list(row.flags)}


def application_json(application: ApplicationBranch) -> dict[str, Any]:
    return {
        "application": application.name,
        "state": "pending",
        "kinds": [],
        "accounts": list(application.accounts),
        "requested_by": application.author,
        "opened_at": application.opened_at.isoformat(),
        "waiting_for": "customer_success",
    }


def zones_text(zones: Zones, applications: Sequence[ApplicationBranch], zone: str | None, style: Style) -> str:
    """Three tables (a fourth and a fifth where there is something scheduled or unmanaged), or the one asked for."""
    parts: list[Any] = []
    for name in ("active", "expired", "scheduled", "unmanaged"):
        rows: tuple[Row, ...] = getattr(zones, name)
        optional = name in ("scheduled", "unmanaged")
        if zone in (None, name) and (rows or not optional):
            parts += [*_zone(f"{name.capitalize()} accounts", rows, zones.today), ""]
    if zone in (None, "applications"):
        parts += _applications(applications)
    return drawn(style, *parts)


def _zone(title: str, rows: Sequence[Row], today: object) -> list[Any]:
    from rich.text import Text

    head = Text.assemble((title, "bold"), f" on {today} ({len(rows):,})")
    return [head, _table(rows) if rows else Text("  none", style="dim")]


def _table(rows: Sequence[Row]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), header_style="dim")
    for title, justify in (
        ("account", "left"),
        ("customer", "left"),
        ("license", "left"),
        ("datapoints", "right"),
        ("used", "right"),
        ("left", "right"),
        ("usage", "left"),
        ("expires on", "left"),
        ("days left", "right"),
        ("flags", "left"),
    ):
        table.add_column(title, justify=justify, no_wrap=title not in ("customer", "flags"))  # type: ignore[arg-type]
    for row in rows:
        table.add_row(
            Text(terminal(row.account), style="bold"),
            Text(terminal(row.customer)),
            Text(terminal(row.license)),
            f"{row.datapoints:,}",
            _number(row.used_datapoints),
            _number(row.datapoints_left),
            _usage_bar(row),
            row.expires_on.isoformat(),
            f"{row.days_left:,}",
            _flags(row),
        )
    return table


def _number(value: int | None) -> str:
    return "?" if value is None else f"{value:,}"


def _usage_bar(row: Row) -> Text:
    """Used of contracted datapoints, ten cells wide, with the share in percent."""
    from rich.text import Text

    if row.used_datapoints is None:
        return Text("unknown", style="dim")
    share = row.used_datapoints / row.datapoints
    filled = min(_BAR, round(share * _BAR)) or (1 if row.used_datapoints else 0)
    color = "red" if share > 1 else "yellow" if share >= 0.9 else "green"
    return Text.assemble(("█" * filled, color), ("░" * (_BAR - filled), "dim"), f" {share:4.0%}")


def _flags(row: Row) -> Text:
    from rich.text import Text

    text = Text()
    for flag in row.flags:
        text.append(f"{flag.replace('_', ' ')} ", style="red" if flag == "over_quota" else "yellow")
    return text


def _applications(applications: Sequence[ApplicationBranch]) -> list[Any]:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    head = Text.assemble(("Applications", "bold"), f" waiting for Customer Success ({len(applications):,})")
    if not applications:
        return [head, Text("  none", style="dim")]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), header_style="dim")
    for title in ("application", "accounts", "requested by", "opened"):
        table.add_column(title, no_wrap=title != "accounts")
    for each in applications:
        accounts = ", ".join(each.accounts[:5]) + (
            f" and {counted(len(each.accounts) - 5, 'other')}" if len(each.accounts) > 5 else ""
        )
        table.add_row(
            *map(Text, (terminal(each.name), terminal(accounts), terminal(each.author), f"{each.opened_at:%Y-%m-%d}"))
        )
    return [head, table]
