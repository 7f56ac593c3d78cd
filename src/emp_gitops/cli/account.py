"""`emp-gitops account …`: requests, as edits of account files."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import rich_click as click

from emp_gitops.cli.account_create import create
from emp_gitops.cli.account_questions import ask, ask_account, ask_choice, demand
from emp_gitops.cli.options import today_option, with_session
from emp_gitops.cli.session import Session, note, say
from emp_gitops.core.model import Account, WantedAccount
from emp_gitops.core.term import DEFAULT_MONTHS, MAX_MONTHS, MIN_MONTHS, Term, renewed
from emp_gitops.errors import EmpError, ExitCode, PlatformError, UsageError

if TYPE_CHECKING:
    from emp_gitops.core.model import LiveAccount
    from emp_gitops.editor import Editor

_HOW_MANY = "+5 adds, -5 takes away, 150 sets the total"


@click.group("account")
def command() -> None:
    """Request a change of an account by editing its file; commit it to make it count.

    Example: emp-gitops account datapoints acme-madrid-hq +30
    """


command.add_command(create)


@command.command("datapoints", context_settings={"ignore_unknown_options": True})
@click.argument("account", metavar="ID", required=False)
@click.argument("number", metavar="N|+N|-N", required=False)
@with_session
def datapoints(session: Session, account: str | None, number: str | None) -> ExitCode:
    """Change the contracted datapoints by +N or -N, or set them to N. On a terminal, what is missing is asked for.

    Example: emp-gitops account datapoints acme-madrid-hq -5
    """
    demand("datapoints", ID=account, N=number)
    editor = _editor(session)
    account = account if account is not None else ask_account(editor)
    before = editor.find(account).account
    if number is None:

        def valid_total(answer: str) -> int:
            total = _total(account, before, answer)
            editor.check_value("datapoints", total)
            return total

        total = ask(f"Datapoints, {before.datapoints} now (+N, -N or the new total)", valid_total)
    else:
        total = _total(account, before, number)
    after = editor.change(account, replace(before, datapoints=total))
    _say(after, "datapoints", before.datapoints, total, f" ({total - before.datapoints:+,})")
    return ExitCode.OK


def _total(account: str, before: Account, number: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,15}", number, re.ASCII):
        raise UsageError(f"{number!r} is no number of datapoints", hint=_HOW_MANY)
    total = before.datapoints + int(number) if number[0] in "+-" else int(number)
    if total == before.datapoints:
        raise EmpError(f"{account} has {total:,} datapoints; this would change nothing", hint=_HOW_MANY)
    return total


@command.command("license")
@click.argument("account", metavar="ID", required=False)
@click.argument("name", metavar="LICENSE", required=False)
@with_session
def license_(session: Session, account: str | None, name: str | None) -> ExitCode:
    """Change the license. On a terminal, what is missing is asked for.

    Example: emp-gitops account license acme-madrid-hq advanced
    """
    demand("license", ID=account, LICENSE=name)
    editor = _editor(session)
    account = account if account is not None else ask_account(editor)
    before = editor.find(account).account
    if name is None:
        name = _ask_license(editor, before.license)
    if before.license == name:
        raise EmpError(f"{account} has the license {name!r} already", hint="this would change nothing")
    _say(editor.change(account, replace(before, license=name)), "license", before.license, name)
    return ExitCode.OK


def _ask_license(editor: Editor, now: str) -> str:
    """Another license than the one now; the default is the next one of the catalogue."""
    names = list(editor.policy.catalogue.licenses)
    above = names[names.index(now) + 1 :]
    others = [name for name in names if name != now]
    if not others:
        raise EmpError(f"there is no other license than {now!r}", hint="schemas/account.schema.json names them")
    return ask_choice(f"License, {now} now", others, default=above[0] if above else None)


@command.command("renew")
@click.argument("account", metavar="ID", required=False)
@click.option("--months", type=click.IntRange(MIN_MONTHS, MAX_MONTHS), help="How much longer; 12 without it.")
@today_option
@with_session
def renew(session: Session, account: str | None, months: int | None) -> ExitCode:
    """Renew for one more year, or for other MONTHS. Without an ID, both are asked for on a terminal.

    Early, the months are added to the current end, and no day is lost. Shortly after expiry the term goes on from the
    old end; later (renewal.late_days in the configuration) it starts today. A term holds 120 months at most: where
    the renewal would pass them, a new term of MONTHS begins at the current end.

    Example: emp-gitops account renew acme-madrid-hq
    """
    demand("renew", ID=account)
    editor = _editor(session)
    today = session.day(editor.checked)
    if account is None:
        account = ask_account(editor)
        months = months or ask("Months", _months, default=str(DEFAULT_MONTHS))
    before = editor.find(account).account
    term = _renewed(editor, before.term, today, months or DEFAULT_MONTHS)
    after = editor.change(account, replace(before, start=term.start, months=term.months))
    more = f" (term from {term.start}, {term.months} months)"
    if term.start == before.term.expires_on:
        more += "; one term of both would pass 120 months, so a new one begins where the old one ends"
    _say(after, "expires on", before.term.expires_on, term.expires_on, more)
    return ExitCode.OK


def _months(answer: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", answer, re.ASCII) or not MIN_MONTHS <= int(answer) <= MAX_MONTHS:
        raise UsageError(f"{answer!r} is no number of months", hint=f"{MIN_MONTHS} to {MAX_MONTHS}")
    return int(answer)


def _renewed(editor: Editor, term: Term, today: date, months: int) -> Term:
    """Raises EmpError for a term that would still end in the past, with the months that reach today."""
    late_days = editor.policy.config.late_days
    after = renewed(term, today, months=months, late_days=late_days)
    if after.expires_on >= today:
        return after
    reaching = (
        number
        for number in range(months, MAX_MONTHS + 1)
        if renewed(term, today, months=number, late_days=late_days).expires_on >= today
    )
    raise EmpError(
        f"renewed for {months} more, the term would still end on {after.expires_on}, before today ({today})",
        hint=f"--months {next(reaching, MAX_MONTHS)} reaches beyond today",
    )


@command.command("retire")
@click.argument("account", metavar="ID", required=False)
@today_option
@with_session
def retire(session: Session, account: str | None) -> ExitCode:
    """Remove the file of an account that has expired or not begun; the next reconcile retires it.

    Example: emp-gitops account retire acme-old-plant
    """
    demand("retire", ID=account)
    editor = _editor(session)
    today = session.day(editor.checked)
    if account is None:
        account = ask_account(editor, check=lambda wanted: _refuse_active(session, editor, wanted, today))
    _refuse_active(session, editor, editor.find(account), today)
    say(f"{account}: {editor.remove(account)} removed, to be retired")
    return ExitCode.OK


def _refuse_active(session: Session, editor: Editor, wanted: WantedAccount, today: date) -> None:
    state = wanted.account.term.state(today)
    if state == "scheduled" and (live := _on_platform(session, editor, wanted.id)):
        state = live.state(today)  # it may go on from an earlier term, of which the file says nothing any more
    if state == "active":
        raise EmpError(
            f"{wanted.id} is active until {wanted.account.term.expires_on}",
            where=wanted.file,
            hint="an account can be retired when it has expired, or before it starts",
        )


def _on_platform(session: Session, editor: Editor, id_: str) -> LiveAccount | None:
    """The account under git as it is; None where there is none, and where the platform cannot be asked."""
    try:
        with session.read_platform(editor.checked, may_be_missing=True) as reader:
            live = reader.accounts().get(id_)
            return live if live and live.applied and not live.retired else None
    except PlatformError as error:
        note(f"whether {id_} is active already could not be asked ({error.message}); the plan will tell")
        return None


def _editor(session: Session) -> Editor:
    from emp_gitops.editor import Editor

    return Editor.of(session.workspace)


def _say(after: WantedAccount, what: str, old: object, new: object, more: str = "") -> None:
    say(f"{after.id}: {what} {old} -> {new}{more}", f"{after.file} changed; commit it to make it count")
