"""`emp-gitops account create`: a new account's file, asking for what is missing where somebody can answer."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING, Any

import rich_click as click

from emp_gitops.cli.options import today_option, with_session
from emp_gitops.cli.session import Session, out
from emp_gitops.core.formats import date_trouble, parse_date
from emp_gitops.core.term import DEFAULT_MONTHS
from emp_gitops.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from emp_gitops.core.catalogue import Catalogue

_ASKED = ("name", "customer", "license", "datapoints", "sector", "contacts")


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
@today_option
@with_session
def create(session: Session, account: str | None, folder: str | None, **given: Any) -> ExitCode:
    """Write the file of a new account. On a terminal, what is missing is asked for.

    Example: emp-gitops account create acme-lyon --name "Acme Lyon" --customer "Acme S.A." --license advanced
    --datapoints 60 --sector offices --contact facilities@acme.example
    """
    from emp_gitops.core.model import Account
    from emp_gitops.editor import Editor

    editor = Editor.of(session.workspace)
    policy = editor.checked.policy
    assert policy is not None  # noqa: S101 - Editor.of raises without one
    given["license"] = given.pop("license_")
    given["contacts"] = tuple(given["contacts"])
    if sys.stdin.isatty() and sys.stderr.isatty():
        account = account or click.prompt("Account id", err=True)
        _ask(given, policy.catalogue, session.day(editor.checked))
    missing = [f"--{'contact' if name == 'contacts' else name}" for name in _ASKED if given[name] in (None, ())]
    if account is None or missing:
        raise UsageError(
            f"missing: {', '.join([*(['ID'] if account is None else []), *missing])}",
            hint="emp-gitops account create --help",
        )
    given["start"] = _start(given["start"]) if given["start"] else session.day(editor.checked)
    given["months"] = DEFAULT_MONTHS if given["months"] is None else given["months"]
    wanted = editor.create(account, Account(**given), folder=folder)
    out(
        f"{account}: {wanted.account.datapoints:,} datapoints, "
        f"{wanted.account.start} to {wanted.account.term.expires_on}\n"
        f"{wanted.file} written; commit it to make it count\n"
    )
    return ExitCode.OK


def _ask(given: dict[str, Any], catalogue: Catalogue, today: date) -> None:
    """Fill in what is missing, in the order of the file, with defaults where there are sensible ones."""
    ask: dict[str, dict[str, Any]] = {
        "name": {"text": "Name"},
        "customer": {"text": "Customer"},
        "license": {
            "text": "License",
            "type": click.Choice(list(catalogue.licenses)),
            "default": next(iter(catalogue.licenses)),
        },
        "datapoints": {"text": "Datapoints", "type": click.IntRange(min=20), "default": 20},
        "start": {"text": "First day", "default": str(today)},
        "months": {"text": "Months", "type": int, "default": DEFAULT_MONTHS},
        "sector": {
            "text": "Sector",
            "type": click.Choice(list(catalogue.sectors)),
            "default": next(iter(catalogue.sectors)),
        },
    }
    for name, question in ask.items():
        if given[name] is None:
            given[name] = click.prompt(**question, err=True)
    if not given["contacts"]:
        answer = click.prompt("Contacts (addresses, separated by spaces)", err=True)
        given["contacts"] = tuple(answer.replace(",", " ").split())


def _start(text: str) -> date:
    day = parse_date(text)
    if day is None:
        raise UsageError(f"--start {text!r}: {date_trouble(text)}")
    return day
