"""The zones at any width: what is left out where there is no room, and that nothing is ever cut."""

from __future__ import annotations

from datetime import date

import pytest

from emp_gitops.core.model import Account, LiveAccount
from emp_gitops.core.zones import zones_of
from emp_gitops.render.style import Style
from emp_gitops.render.zones_text import zones_text

TODAY = date(2026, 11, 23)


def live(id_: str, start: str, months: int, *, datapoints: int = 14_500, used: int | None = 13_120, customer: str = "Ayuntamiento de Valdemora") -> LiveAccount:
    account = Account(
        name=id_, customer=customer, license="advanced", datapoints=datapoints, start=date.fromisoformat(start), months=months,
        sector="offices", contacts=("a@acme.example",),
    )
    return LiveAccount(id=id_, version=1, account=account, used_datapoints=used, applied=account)


ACCOUNTS = (
    live("valdemora-alumbrado", "2026-01-01", 120), live("ferro-bologna", "2025-12-01", 12, datapoints=400, used=431),
    live("acme-old", "2024-12-01", 12, used=None), live("acme-next", "2027-12-01", 12),
)


def shown(width: int, *accounts: LiveAccount) -> list[str]:
    return zones_text(zones_of(accounts or ACCOUNTS, TODAY), [], None, Style(width=width)).splitlines()


def line_of(account: str, lines: list[str]) -> str:
    line, = (line for line in lines if account in line)
    return line


@pytest.mark.parametrize("width", [24, 40, 50, 60, 70, 80, 90, 100, 110, 132, 160, 200])
def test_the_tables_fit_and_cut_nothing(width: int) -> None:
    lines = shown(width)
    assert max(map(len, lines)) <= width
    assert "…" not in "".join(lines)
    for day in ("2036-01-01", "2026-12-01", "2025-12-01", "2028-12-01"):
        assert any(day in line for line in lines)


def test_at_80_columns_the_usage_and_the_days_left_are_there() -> None:
    assert line_of("valdemora-alumbrado", shown(80)).split() == [
        "valdemora-alumbrado", "14,500", "13,120", "1,380", "███░", "90%", "2036-01-01", "3,326",
    ]
    assert line_of("ferro-bologna", shown(80)).split() == ["ferro-bologna", "400", "431", "-31", "████", "108%", "2026-12-01", "8"]


def test_at_40_columns_what_is_left_and_the_end_are_there() -> None:
    assert line_of("valdemora-alumbrado", shown(40)).split() == ["valdemora-alumbrado", "1,380", "2036-01-01"]


def test_with_room_everything_is_there() -> None:
    assert line_of("ferro-bologna", shown(160)).split() == [
        "ferro-bologna", "Ayuntamiento", "de", "Valdemora", "advanced", "400", "431", "-31", "██████████", "108%", "2026-12-01", "8",
        "expiring,", "over", "quota",
    ]


def test_one_long_name_costs_the_others_nothing() -> None:
    lines = shown(132, *ACCOUNTS, live("a" * 63, "2026-01-01", 12, customer="Long " * 23 + "Name"))
    assert max(map(len, lines)) <= 132
    assert "Ayuntamiento de" in line_of("valdemora-alumbr", lines)
    assert sum(line.count("a") for line in lines if set(line.split()[0] if line.split() else "-") == {"a"}) == 63


def test_wide_characters_count_double() -> None:
    from rich.cells import cell_len

    assert max(map(cell_len, shown(100, live("acme-tokyo", "2026-01-01", 12, customer="株式会社" * 10)))) <= 100
