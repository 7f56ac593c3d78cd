"""`emp-gitops account …`: requests, as edits of account files."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from emp_gitops.cli.account_create import create
from emp_gitops.cli.account_edits import Edits, Told, open_option
from emp_gitops.cli.account_questions import ask, ask_account, ask_choice, demand
from emp_gitops.cli.options import today_option, with_session
from emp_gitops.cli.session import Session, note
from emp_gitops.core.model import Account, WantedAccount
from emp_gitops.core.requests import number_of_months, with_datapoints, with_license, with_renewal
from emp_gitops.core.term import DEFAULT_MONTHS, MAX_MONTHS, MIN_MONTHS
from emp_gitops.errors import EmpError, ExitCode, PlatformError

if TYPE_CHECKING:
    from emp_gitops.core.model import LiveAccount
    from emp_gitops.editor import Editor


@click.group("account")
def command() -> None:
    """Request a change of an account by editing its file; commit it to make it count, or --open an application.

    Example: emp-gitops account datapoints acme-madrid-hq +30
    """


command.add_command(create)


@command.command("datapoints", context_settings={"ignore_unknown_options": True})
@click.argument("account", metavar="ID", required=False)
@click.argument("number", metavar="N|+N|-N", required=False)
@open_option
@today_option
@with_session
def datapoints(session: Session, account: str | None, number: str | None, opens: bool, key: Path | None) -> ExitCode:
    """Change the contracted datapoints by +N or -N, or set them to N. On a terminal, what is missing is asked for.

    Example: emp-gitops account datapoints acme-madrid-hq -5
    """
    demand("datapoints", ID=account, N=number)
    edits = Edits.of(session, opens=opens, key=key)
    editor = edits.editor
    account = account if account is not None else ask_account(editor)
    before = editor.find(account).account
    if number is None:

        def valid(answer: str) -> Account:
            wanted = with_datapoints(account, before, answer)
            editor.check_value("datapoints", wanted.datapoints)
            return wanted

        wanted = ask(f"Datapoints, {before.datapoints} now (+N, -N or the new total)", valid)
    else:
        wanted = with_datapoints(account, before, number)
    more = f" ({wanted.datapoints - before.datapoints:+,})"
    edits.change(account, wanted, _told("datapoints", before.datapoints, wanted.datapoints, more))
    return ExitCode.OK


@command.command("license")
@click.argument("account", metavar="ID", required=False)
@click.argument("name", metavar="LICENSE", required=False)
@open_option
@today_option
@with_session
def license_(session: Session, account: str | None, name: str | None, opens: bool, key: Path | None) -> ExitCode:
    """Change the license. On a terminal, what is missing is asked for.

    Example: emp-gitops account license acme-madrid-hq advanced
    """
    demand("license", ID=account, LICENSE=name)
    edits = Edits.of(session, opens=opens, key=key)
    editor = edits.editor
    account = account if account is not None else ask_account(editor)
    before = editor.find(account).account
    if name is None:
        name = _ask_license(editor, before.license)
    edits.change(account, with_license(account, before, name), _told("license", before.license, name))
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
@open_option
@today_option
@with_session
def renew(session: Session, account: str | None, months: int | None, opens: bool, key: Path | None) -> ExitCode:
    """Renew for one more year, or for other MONTHS. Without an ID, both are asked for on a terminal.

    Early, the months are added to the current end, and no day is lost. Shortly after expiry the term goes on from the
    old end; later (renewal.late_days in the configuration) it starts today. A term holds 120 months at most: where
    the renewal would pass them, a new term of MONTHS begins at the current end.

    Example: emp-gitops account renew acme-madrid-hq
    """
    demand("renew", ID=account)
    edits = Edits.of(session, opens=opens, key=key)
    editor = edits.editor
    today = session.day(editor.checked)
    if account is None:
        account = ask_account(editor)
        months = months or ask("Months", number_of_months, default=str(DEFAULT_MONTHS))
    before = editor.find(account).account
    late_days = editor.policy.config.late_days
    wanted = with_renewal(before, months or DEFAULT_MONTHS, today=today, late_days=late_days)
    term = wanted.term
    more = f" (term from {term.start}, {term.months} months)"
    if term.start == before.term.expires_on:
        more += "; one term of both would pass 120 months, so a new one begins where the old one ends"
    edits.change(account, wanted, _told("expires on", before.term.expires_on, term.expires_on, more))
    return ExitCode.OK


@command.command("retire")
@click.argument("account", metavar="ID", required=False)
@open_option
@today_option
@with_session
def retire(session: Session, account: str | None, opens: bool, key: Path | None) -> ExitCode:
    """Remove the file of an account that has expired or not begun; the next reconcile retires it.

    Example: emp-gitops account retire acme-old-plant
    """
    demand("retire", ID=account)
    edits = Edits.of(session, opens=opens, key=key)
    editor = edits.editor
    today = session.day(editor.checked)
    if account is None:
        account = ask_account(editor, check=lambda wanted: _refuse_active(session, editor, wanted, today))
    _refuse_active(session, editor, editor.find(account), today)
    edits.remove(account)
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
        live = session.live_accounts(editor.checked, may_be_missing=True).get(id_)
    except PlatformError as error:
        note(f"whether {id_} is active already could not be asked ({error.message}); the plan will tell")
        return None
    return live if live and live.applied and not live.retired else None


def _told(what: str, old: object, new: object, more: str = "") -> Told:
    return lambda after: f"{after.id}: {what} {old} -> {new}{more}"
