"""The table in docs/reminders.md is what happens, from day to day, whatever days are left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest

from support.cli import Cli
from support.repos import ConfigRepo
from support.samples import ROOT

PAGE = (ROOT / "docs" / "reminders.md").read_text(encoding="utf-8")
FIRST, LAST = (date.fromisoformat(day) for day in re.findall(r"run every day from (\S+) to (\S+),", PAGE)[0])
ROW = re.compile(r"^\| (\d{4}-\d\d-\d\d) \| (\S+) \| (P\d+[YMWD]) \| (.+) \|$", re.MULTILINE)
TABLE = [(day, account, stage, tuple(to.split(", "))) for day, account, stage, to in ROW.findall(PAGE)]

Row = tuple[str, str, str, tuple[str, ...]]


@pytest.fixture
def cli(reconciled_samples: Cli) -> Cli:
    return reconciled_samples


def days(left_out: Callable[[date], bool] = lambda _: False) -> Iterator[date]:
    every = (FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1))
    return (day for day in every if not left_out(day))


def sent(cli: Cli, day: date) -> list[Row]:
    told = cli.json("remind", "--today", day.isoformat())["reminders"]
    return [(day.isoformat(), each["account"], each["stage"], tuple(each["recipients"])) for each in told if each["outcome"] == "sent"]


def test_the_table_is_what_the_page_says_it_is() -> None:
    assert f"{FIRST} to {LAST}" == "2026-11-23 to 2026-12-31"
    assert len(TABLE) == 7


def test_every_day_exactly_the_mails_of_the_table_go_out_and_a_second_run_changes_nothing(cli: Cli) -> None:
    repo, found = ConfigRepo(cli.folder), []
    for day in days():
        found += sent(cli, day)
        before = repo.git("rev-parse", "emp-gitops/issues")
        assert sent(cli, day) == []
        assert repo.git("rev-parse", "emp-gitops/issues") == before
    assert found == TABLE
    assert len(list((cli.folder / ".emp-gitops/mail/new").iterdir())) == len(TABLE)


@pytest.mark.parametrize("gap", ["2026-11-24", "2026-12-09"])
def test_leaving_out_a_week_still_reaches_everyone_once(cli: Cli, gap: str) -> None:
    """The last mail of each account arrives, and none twice."""
    begin = date.fromisoformat(gap)
    found = [row for day in days(lambda day: begin <= day < begin + timedelta(days=7)) for row in sent(cli, day)]
    assert max(Counter(row[1:3] for row in found).values()) == 1
    last = {row[1]: row[2] for row in TABLE}
    assert {row[1]: row[2] for row in found} == last
    assert {row[1:] for row in found} <= {row[1:] for row in TABLE}
