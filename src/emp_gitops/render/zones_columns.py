"""The columns of a zone's table: all there is room for, and no number or date ever cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from emp_gitops.core.zones import Row
from emp_gitops.render.escape import terminal

if TYPE_CHECKING:
    from rich.text import Text

GAP = 2
"""Blanks between two columns."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. A text that is wider than `wraps_from` may go over several lines; other columns never do."""

    title: str
    cell: Callable[[Row], str | Text]
    justify: Literal["left", "right"] = "left"
    wraps_from: int | None = None

    def needs(self, rows: Sequence[Row]) -> _Need:
        from rich.cells import cell_len

        heading = max(map(len, self.title.split("\n")))
        widest = max((cell_len(str(as_text(self.cell(row)))) for row in rows), default=0)
        wraps = self.wraps_from is not None and widest > self.wraps_from
        return _Need(max(heading, self.wraps_from if wraps and self.wraps_from else widest), wraps)


@dataclass(frozen=True, slots=True)
class _Need:
    """The width that a column cannot do without, and whether some of its texts then go over several lines."""

    width: int
    wraps: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns that go together, each with whether it wraps, and the width that they need."""

    columns: tuple[tuple[Column, bool], ...]
    width: int


def as_text(content: str | Text) -> Text:
    from rich.text import Text

    return Text(terminal(content)) if isinstance(content, str) else content


def layout_within(width: int, zone: str, rows: Sequence[Row]) -> Layout:
    """The columns that fit into `width`. The account and its end always stay."""
    columns = dict(_columns(zone))
    needs = {name: column.needs(rows) for name, column in columns.items()}
    for name, narrower in _NARROWER:
        if _total(needs) <= width:
            break
        if name in columns:
            if narrower:
                columns[name], needs[name] = narrower, narrower.needs(rows)
            else:
                del columns[name], needs[name]
    return Layout(tuple((column, needs[name].wraps) for name, column in columns.items()), _total(needs))


def _total(needs: Mapping[str, _Need]) -> int:
    return sum(need.width for need in needs.values()) + GAP * (len(needs) - 1)


def _columns(zone: str) -> Iterator[tuple[str, Column]]:
    yield "account", Column("account", lambda row: row.account, wraps_from=24)
    yield "customer", Column("customer", lambda row: row.customer, wraps_from=24)
    yield "license", Column("license", lambda row: row.license)
    yield "datapoints", Column("datapoints", lambda row: f"{row.datapoints:,}", "right")
    if zone != "scheduled":
        yield "used", Column("used", lambda row: _number(row.used_datapoints), "right")
        yield "left", Column("left", lambda row: _number(row.datapoints_left), "right")
        yield "usage", Column("usage", lambda row: _usage(row, bar=10))
    else:
        yield "starts on", Column("starts on", lambda row: row.start.isoformat())
    yield "end", Column("expired on" if zone == "expired" else "expires on", lambda row: row.expires_on.isoformat())
    if zone == "expired":
        yield "days ago", Column("days ago", lambda row: f"{-row.days_left:,}", "right")
    elif zone != "scheduled":
        yield "days left", Column("days left", _days_left, "right")
    yield "flags", Column("flags", _flags, wraps_from=10)


def _number(value: int | None) -> str:
    return "?" if value is None else f"{value:,}"


def _days_left(row: Row) -> str:
    return f"{row.days_left:,}"


def _usage(row: Row, *, bar: int) -> Text:
    """Used of contracted datapoints: a bar of so many cells, rounded down, so that full is full, and the percent."""
    from rich.text import Text

    if row.used_datapoints is None:
        return Text("unknown" if bar else "?", style="dim")
    share = row.used_datapoints / max(row.datapoints, 1)  # the platform may hold an account without any
    filled = min(bar, int(share * bar))
    color = "red" if share > 1 else "yellow" if share >= 0.9 else "green"
    if not bar:
        return Text(f"{share:.0%}", style=color)
    return Text.assemble(("█" * filled, color), ("░" * (bar - filled), "dim"), f" {share:4.0%}")


def _flags(row: Row) -> Text:
    from rich.text import Text

    text = Text()
    for flag in row.flags:
        text.append(", " if text else "").append(
            flag.replace("_", " "), style="red" if flag == "over_quota" else "yellow"
        )
    return text


_NARROWER: tuple[tuple[str, Column | None], ...] = (
    ("license", None),
    ("customer", None),
    ("usage", Column("usage", lambda row: _usage(row, bar=4))),
    ("days left", Column("days\nleft", _days_left, "right")),
    ("flags", None),  # the usage and the days left say the same
    ("used", None),  # so do the datapoints and what is left of them
    ("datapoints", None),
    ("usage", Column("usage", lambda row: _usage(row, bar=0), "right")),
    ("usage", None),
    ("days ago", None),
    ("starts on", None),
    ("days left", None),
    ("left", None),
    ("account", Column("account", lambda row: row.account, wraps_from=12)),
)
"""What gives way first where there is no room: a narrower column in the place of one, or none."""
