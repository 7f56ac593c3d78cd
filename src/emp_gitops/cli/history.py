"""`emp-gitops history`: the audit of one account."""

from __future__ import annotations

import rich_click as click

from emp_gitops.cli.options import format_option, platform_option, with_session
from emp_gitops.cli.session import Session, out, out_json, say
from emp_gitops.errors import ExitCode


@click.command("history")
@click.argument("account", metavar="ID")
@format_option("text", "json")
@platform_option
@with_session
def command(session: Session, account: str, format_: str) -> ExitCode:
    """Show every change that was applied to an account, oldest first.

    Example: emp-gitops history acme-madrid-hq
    """
    from emp_gitops.render.history import history_json, history_text
    from emp_gitops.workspace import unknown_account

    with session.read_platform(session.workspace.check_policy()) as reader:
        entries = reader.history(account)
        known = reader.accounts() if not entries else {}
    if not entries and account not in known:
        raise unknown_account(account, known, "on the platform")
    if format_ == "json":
        out_json(history_json(account, entries))
    elif entries:
        out(history_text(entries))
    else:
        say(f"Nothing was ever applied to {account} from git.")
    return ExitCode.OK
