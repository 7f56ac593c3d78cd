"""The zones as tables for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

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
    values = asdict(row) | {"expires_on": row.expires_on.isoformat(), "flags": list(row.flags)}
    del values["start"]
    return values


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
        asked_for = zone == name or (zone is None and (rows or name in ("active", "expired")))
        if asked_for:
            parts += [*_zone(name, rows, zones.today, style), ""]
    if zone in (None, "applications"):
        parts += _applications(applications)
    return drawn(style, *parts)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a zone's table; `from_width` is the width in columns from which there is room for it."""

    title: str
    cell: Callable[[Row], str | Text]
    justify: Literal["left", "right"] = "left"
    from_width: int = 0


def _columns(zone: str) -> Iterator[_Column]:
    yield _Column("account", lambda row: row.account)
    yield _Column("customer", lambda row: row.customer, from_width=132)
    yield _Column("license", lambda row: row.license, from_width=145)
    yield _Column("datapoints", lambda row: f"{row.datapoints:,}", "right")
    if zone != "scheduled":
        yield _Column("used", lambda row: _number(row.used_datapoints), "right")
        yield _Column("left", lambda row: _number(row.datapoints_left), "right")
        yield _Column("usage", _usage_bar, from_width=106)
    else:
        yield _Column("starts on", lambda row: row.start.isoformat())
    yield _Column("expired on" if zone == "expired" else "expires on", lambda row: row.expires_on.isoformat())
    if zone == "expired":
        yield _Column("days ago", lambda row: f"{-row.days_left:,}", "right")
    elif zone != "scheduled":
        yield _Column("days left", lambda row: f"{row.days_left:,}", "right", from_width=90)
    yield _Column("flags", _flags)


def _zone(zone: str, rows: Sequence[Row], today: date, style: Style) -> list[Any]:
    from rich.text import Text

    head = Text.assemble((f"{zone.capitalize()} accounts", "bold"), f" on {today} ({len(rows):,})")
    if not rows:
        return [head, Text("  none", style="dim")]
    columns = [column for column in _columns(zone) if style.width >= column.from_width]
    table = _table((column.title, column.justify) for column in columns)
    for row in rows:
        table.add_row(*(_cell(column.cell(row)) for column in columns))
    return [head, table]


def _table(columns: Iterable[tuple[str, Literal["left", "right"]]]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), collapse_padding=True, header_style="dim")
    for title, justify in columns:
        wraps = title in ("customer", "flags", "accounts", "requested by")
        table.add_column(title, justify=justify, no_wrap=not wraps, overflow="fold" if wraps else "ellipsis")
    return table


def _cell(content: str | Text) -> Text:
    from rich.text import Text

    return Text(terminal(content)) if isinstance(content, str) else content


def _number(value: int | None) -> str:
    return "?" if value is None else f"{value:,}"


def _usage_bar(row: Row) -> Text:
    """Used of contracted datapoints, ten cells wide, with the share in percent; rounded down, so that full is full."""
    from rich.text import Text

    if row.used_datapoints is None:
        return Text("unknown", style="dim")
    share = row.used_datapoints / max(row.datapoints, 1)  # the platform may hold an account without any
    filled = min(_BAR, int(share * _BAR))
    color = "red" if share > 1 else "yellow" if share >= 0.9 else "green"
    return Text.assemble(("█" * filled, color), ("░" * (_BAR - filled), "dim"), f" {share:4.0%}")


def _flags(row: Row) -> Text:
    from rich.text import Text

    text = Text()
    for flag in row.flags:
        text.append(", " if text else "").append(
            flag.replace("_", " "), style="red" if flag == "over_quota" else "yellow"
        )
    return text


def _applications(applications: Sequence[ApplicationBranch]) -> list[Any]:
    from rich.text import Text

    head = Text.assemble(("Applications", "bold"), f" waiting for Customer Success ({len(applications):,})")
    if not applications:
        return [head, Text("  none", style="dim")]
    table = _table((title, "left") for title in ("application", "accounts", "requested by", "opened"))
    for each in applications:
        accounts = ", ".join(each.accounts[:5]) + (
            f" and {counted(len(each.accounts) - 5, 'other')}" if len(each.accounts) > 5 else ""
        )
        table.add_row(
            *map(Text, (terminal(each.name), terminal(accounts), terminal(each.author), f"{each.opened_at:%Y-%m-%d}"))
        )
    return [head, table]
