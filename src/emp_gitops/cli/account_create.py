"""`emp-gitops account create`: a new account's file, asking for what is missing where somebody can answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from emp_gitops.cli.account_edits import Edits, open_option
from emp_gitops.cli.account_questions import ask, ask_choice, can_ask, demand
from emp_gitops.cli.options import today_option, with_session
from emp_gitops.cli.session import Session
from emp_gitops.core.names import name_key
from emp_gitops.core.requests import addresses, first_day, whole_number
from emp_gitops.core.term import DEFAULT_MONTHS
from emp_gitops.errors import EmpError, ExitCode

if TYPE_CHECKING:
    from emp_gitops.core.model import WantedAccount
    from emp_gitops.editor import Editor

_NEEDED = ("name", "customer", "license", "datapoints", "sector", "contacts")


@click.command("create")
@click.argument("account", metavar="ID", required=False)
@click.option("--name", metavar="TEXT", help="What the account is called, unique among the customer's.")
@click.option("--customer", metavar="TEXT", help="The company that the account belongs to.")
@click.option("--license", "license_", metavar="NAME", help="A license of the catalogue.")
@click.option("--datapoints", type=int, metavar="N", help="Contracted datapoints, at least 20.")
@click.option("--start", metavar="DATE", help="The first day of the term; today without it.")
@click.option("--months", type=int, metavar="N", help=f"The term in calendar months; {DEFAULT_MONTHS} without it.")
@click.option("--sector", metavar="NAME", help="A sector of the catalogue.")
@click.option("--country", metavar="CODE", help="ISO 3166-1 alpha-2; needed for RTC lines.")
@click.option("--rtc-lines", type=int, metavar="N", default=0, help="Remotely read electricity meters; Spain only.")
@click.option("--email-domain", metavar="DOMAIN", help="One of the customer's registered sender domains.")
@click.option(
    "--contact", "--contacts", "contacts", metavar="ADDRESS", multiple=True, help="Who gets the mails. Repeatable."
)
@click.option("--comment", metavar="TEXT", help="Anything worth knowing.")
@click.option("--language", metavar="CODE", help="Of the mails.")
@click.option("--auto-renew", metavar="HOW", help="`propose` lets the reminder job open a renewal application.")
@click.option("--folder", metavar="FOLDER", help="Under accounts/; beside the customer's other accounts without it.")
@open_option
@today_option
@with_session
def create(
    session: Session, account: str | None, folder: str | None, opens: bool, key: Path | None, **given: Any
) -> ExitCode:
    """Write the file of a new account. On a terminal, what is missing is asked for.

    Example: emp-gitops account create acme-lyon --name "Acme Lyon" --customer "Acme S.A." --license advanced
    --datapoints 60 --sector offices --contact facilities@acme.example
    """
    from emp_gitops.core.model import Account

    edits = Edits.of(session, opens=opens, key=key)
    editor = edits.editor
    today = session.day(editor.checked)
    given["license"] = given.pop("license_")
    given["contacts"] = tuple(given["contacts"])
    demand("create", ID=account, **{_option(name): given[name] for name in _NEEDED})
    if can_ask():
        account = account if account is not None else ask("Account id", partial(_new_id, editor))
        _ask_missing(editor, given, today)
    given["start"] = first_day(given["start"]) if given["start"] else today
    given["months"] = DEFAULT_MONTHS if given["months"] is None else given["months"]
    edits.create(str(account), Account(**given), _told, folder=folder)
    return ExitCode.OK


def _told(wanted: WantedAccount) -> str:
    account = wanted.account
    return f"{wanted.id}: {account.datapoints:,} datapoints, {account.start} to {account.term.expires_on}"


def _option(name: str) -> str:
    return "--contact" if name == "contacts" else f"--{name}"


def _new_id(editor: Editor, answer: str) -> str:
    editor.check_new_id(answer)
    return answer


def _ask_missing(editor: Editor, given: dict[str, Any], today: date) -> None:
    """Fill in what was not given, with defaults where there are sensible ones."""
    licenses, sectors = (list(each) for each in (editor.policy.catalogue.licenses, editor.policy.catalogue.sectors))
    questions: dict[str, Callable[[], Any]] = {
        "customer": lambda: ask("Customer", partial(_text, editor, "customer")),
        "name": lambda: ask("Name", partial(_free_name, editor, given["customer"])),
        "license": lambda: ask_choice("License", licenses, default=licenses[0]),
        "datapoints": lambda: ask("Datapoints", partial(_datapoints, editor, given["license"]), default="20"),
        "start": lambda: ask("First day", lambda answer: str(first_day(answer)), default=str(today)),
        "months": lambda: ask("Months", partial(_number, editor, "months"), default=str(DEFAULT_MONTHS)),
        "sector": lambda: ask_choice("Sector", sectors, default=sectors[0]),
        "contacts": lambda: ask("Contacts (addresses, separated by spaces)", partial(_addresses, editor)),
    }
    for name, question in questions.items():
        if given[name] in (None, ()):
            given[name] = question()


def _text(editor: Editor, field: str, answer: str) -> str:
    editor.check_value(field, answer)
    return answer


def _free_name(editor: Editor, customer: str, answer: str) -> str:
    editor.check_value("name", answer)
    for wanted in editor.checked.wanted.values():
        if name_key(customer, answer) == name_key(wanted.account.customer, wanted.account.name):
            raise EmpError(f"{wanted.id} of {customer} has this name", hint="it is unique among a customer's accounts")
    return answer


def _number(editor: Editor, field: str, answer: str) -> int:
    number = whole_number(answer)
    editor.check_value(field, number)
    return number


def _datapoints(editor: Editor, license_: str, answer: str) -> int:
    number = _number(editor, "datapoints", answer)
    choice = editor.policy.catalogue.licenses.get(license_)
    if choice and number > choice.limits.get("datapoints", number):
        raise EmpError(f"the license {license_!r} allows at most {choice.limits['datapoints']:,}")
    return number


def _addresses(editor: Editor, answer: str) -> tuple[str, ...]:
    given = addresses(answer)
    editor.check_value("contacts", list(given))
    return given
