"""`emp-gitops platform …`: the platform's own side."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from emp_gitops.cli.options import platform_option, with_session
from emp_gitops.cli.session import Session, say
from emp_gitops.errors import EmpError, ExitCode

_CSV_HINT = (
    "first line `account,used_datapoints`, then one account a line, for example `acme-madrid-hq,96`; "
    "nothing was recorded"
)
MAX_USED = 2**53
"""A reading beyond this is a typing error; larger numbers also lose digits in JSON readers."""

MAX_READINGS = 2**26
"""Bytes; readings of 100,000 accounts have a tenth of them."""


@click.group("platform")
def command() -> None:
    """Look after the platform: schema upgrades, and used datapoints.

    Example: emp-gitops platform usage set acme-madrid-hq 96
    """


@command.command("upgrade")
@platform_option
@with_session
def upgrade(session: Session) -> ExitCode:
    """Create the platform's tables, or bring them to the version of this tool. Safe to repeat.

    Example: emp-gitops platform upgrade --platform postgresql://emp@db.example/emp
    """
    from emp_gitops.platform.open import upgrade as upgrade_platform

    url = session.workspace.platform_url(session.workspace.check_policy(), session.platform)
    before, after = upgrade_platform(url)
    if before == after:
        say(f"{url.display} is at version {after} already")
    else:
        say(f"{url.display} upgraded from {f'version {before}' if before else 'nothing'} to version {after}")
    return ExitCode.OK


@command.group("usage")
def usage() -> None:
    """Record used datapoints, as the platform measures them.

    Example: emp-gitops platform usage load examples/usage.csv
    """


@usage.command("set")
@click.argument("account", metavar="ID")
@click.argument("number", metavar="N", type=click.IntRange(min=0, max=MAX_USED))
@platform_option
@with_session
def usage_set(session: Session, account: str, number: int) -> ExitCode:
    """Record that account ID uses N datapoints.

    Example: emp-gitops platform usage set acme-madrid-hq 96
    """
    _record(session, {account: number})
    say(f"{account} uses {number:,} datapoints")
    return ExitCode.OK


@usage.command("load")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@platform_option
@with_session
def usage_load(session: Session, file: Path) -> ExitCode:
    """Record many readings from a CSV file with the columns account and used_datapoints: all of them, or none.

    Example: emp-gitops platform usage load examples/usage.csv
    """
    readings = read_usage(file)
    _record(session, readings)
    say(f"used datapoints of {len(readings):,} account{'' if len(readings) == 1 else 's'} recorded")
    return ExitCode.OK


def _record(session: Session, readings: dict[str, int]) -> None:
    from emp_gitops.platform.open import open_operator

    url = session.workspace.platform_url(session.workspace.check_policy(), session.platform)
    with open_operator(url) as operator:
        operator.record_usage(readings)


def read_usage(file: Path) -> dict[str, int]:
    """Used datapoints by account id. Raises EmpError, with the line, for anything but one whole number an id."""
    import csv

    from emp_gitops.files import read_regular

    try:
        text = read_regular(file, what="the file of readings", limit=MAX_READINGS, hint=_CSV_HINT).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EmpError("the file of readings cannot be read: not UTF-8", where=str(file), hint=_CSV_HINT) from error
    rows = csv.reader(text.splitlines(), strict=True)
    readings: dict[str, int] = {}
    try:
        if [cell.strip() for cell in next(rows, [])] != ["account", "used_datapoints"]:
            raise EmpError(
                "the first line does not name the columns account and used_datapoints",
                where=f"{file}:1",
                hint=_CSV_HINT,
            )
        for row in rows:
            if row:
                account, used = _reading(row, f"{file}:{rows.line_num}")
                if account in readings:
                    raise EmpError(f"{account} has two readings", where=f"{file}:{rows.line_num}", hint=_CSV_HINT)
                readings[account] = used
    except csv.Error as error:
        raise EmpError(f"this is not valid CSV: {error}", where=f"{file}:{rows.line_num}", hint=_CSV_HINT) from error
    return readings


def _reading(row: list[str], where: str) -> tuple[str, int]:
    cells = [cell.strip() for cell in row]
    if (
        len(cells) != 2
        or not cells[0]
        or not cells[1].isascii()
        or not cells[1].isdigit()
        or len(cells[1]) > 16
        or int(cells[1]) > MAX_USED
    ):
        raise EmpError(f"{','.join(row)[:60]!r} is not an account and a whole number", where=where, hint=_CSV_HINT)
    return cells[0], int(cells[1])
