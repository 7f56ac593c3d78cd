"""`emp-gitops account …`: requests, as edits of account files."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import rich_click as click

from emp_gitops.cli.account_create import create
from emp_gitops.cli.options import today_option, with_session
from emp_gitops.cli.session import Session, out
from emp_gitops.core.model import Account, WantedAccount
from emp_gitops.core.term import DEFAULT_MONTHS, MAX_MONTHS, MIN_MONTHS, renewed
from emp_gitops.errors import EmpError, ExitCode, UsageError

MONTHS = click.IntRange(MIN_MONTHS, MAX_MONTHS)


@click.group("account")
def command() -> None:
    """Request a change of an account by editing its file; commit it to make it count.

    Example: emp-gitops account datapoints acme-madrid-hq +30
    """


command.add_command(create)


@command.command("datapoints", context_settings={"ignore_unknown_options": True})
@click.argument("account", metavar="ID")
@click.argument("number", metavar="N|+N|-N")
@with_session
def datapoints(session: Session, account: str, number: str) -> ExitCode:
    """Change the contracted datapoints by +N or -N, or set them to N.

    Example: emp-gitops account datapoints acme-madrid-hq -5
    """
    if not re.fullmatch(r"[+-]?[0-9]{1,15}", number, re.ASCII):
        raise UsageError(f"{number!r} is no number of datapoints", hint="+5 adds, -5 takes away, 150 sets the total")

    def change(before: Account) -> Account:
        total = before.datapoints + int(number) if number[0] in "+-" else int(number)
        if total == before.datapoints:
            raise EmpError(
                f"{account} has {total:,} datapoints; this would change nothing",
                hint="+5 adds, -5 takes away, 150 sets the total",
            )
        return replace(before, datapoints=total)

    before, after = _edit(session, account, change)
    _say(
        after,
        "datapoints",
        before.datapoints,
        after.account.datapoints,
        f" ({after.account.datapoints - before.datapoints:+,})",
    )
    return ExitCode.OK


@command.command("license")
@click.argument("account", metavar="ID")
@click.argument("name", metavar="LICENSE")
@with_session
def license_(session: Session, account: str, name: str) -> ExitCode:
    """Change the license.

    Example: emp-gitops account license acme-madrid-hq advanced
    """

    def change(before: Account) -> Account:
        if before.license == name:
            raise EmpError(f"{account} has the license {name!r} already", hint="this would change nothing")
        return replace(before, license=name)

    before, after = _edit(session, account, change)
    _say(after, "license", before.license, after.account.license)
    return ExitCode.OK


@command.command("renew")
@click.argument("account", metavar="ID")
@click.option(
    "--months", type=MONTHS, default=DEFAULT_MONTHS, show_default=True, help="How much longer, in calendar months."
)
@today_option
@with_session
def renew(session: Session, account: str, months: int) -> ExitCode:
    """Renew for one more year, or for other MONTHS.

    Early, the months are added to the current end, and no day is lost. Shortly after expiry the term goes on from the
    old end; later (renewal.late_days in the configuration) it starts today.

    Example: emp-gitops account renew acme-madrid-hq
    """
    checked = session.workspace.check_policy()
    today = session.day(checked)
    late_days = checked.policy.config.late_days if checked.policy else 0

    def change(before: Account) -> Account:
        term = renewed(before.term, today, months=months, late_days=late_days)
        return replace(before, start=term.start, months=term.months)

    before, after = _edit(session, account, change)
    term = after.account.term
    _say(
        after, "expires on", before.term.expires_on, term.expires_on, f" (term from {term.start}, {term.months} months)"
    )
    return ExitCode.OK


@command.command("retire")
@click.argument("account", metavar="ID")
@today_option
@with_session
def retire(session: Session, account: str) -> ExitCode:
    """Remove the file of an account that has expired or not begun; the next reconcile retires it.

    Example: emp-gitops account retire acme-old-plant
    """
    from emp_gitops.editor import Editor

    editor = Editor.of(session.workspace)
    wanted = editor.find(account)
    today = session.day(editor.checked)
    if wanted.account.term.state(today) == "active":
        raise EmpError(
            f"{account} is active until {wanted.account.term.expires_on}",
            where=wanted.file,
            hint="an account can be retired when it has expired, or before it starts",
        )
    out(f"{account}: {editor.remove(account)} removed, to be retired")
    return ExitCode.OK


def _edit(session: Session, account: str, change: Callable[[Account], Account]) -> tuple[Account, WantedAccount]:
    from emp_gitops.editor import Editor

    editor = Editor.of(session.workspace)
    before = editor.find(account).account
    return before, editor.change(account, change(before))


def _say(after: WantedAccount, what: str, old: object, new: object, more: str = "") -> None:
    out(f"{after.id}: {what} {old} -> {new}{more}\n{after.file} changed; commit it to make it count\n")
