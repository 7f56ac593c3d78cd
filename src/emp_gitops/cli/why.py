"""`emp-gitops why`: why a mail went out, or did not."""

from __future__ import annotations

import rich_click as click

from emp_gitops.cli.options import format_option, platform_option, today_option, with_session
from emp_gitops.cli.session import Session, out, out_json, style
from emp_gitops.errors import ExitCode


@click.command("why")
@click.argument("account", metavar="ID")
@format_option("text", "json")
@today_option
@platform_option
@with_session
def command(session: Session, account: str, format_: str) -> ExitCode:
    """Show each reminder of an account: when it is due, whether it was sent, to whom, and why (not).

    Example: emp-gitops why acme-madrid-hq
    """
    from emp_gitops.cli.reminding import explained
    from emp_gitops.render.reminders_json import why_json
    from emp_gitops.render.reminders_text import why_text

    explanation = explained(session, account)
    if format_ == "json":
        out_json(why_json(explanation))
    else:
        out(why_text(explanation, style()))
    return ExitCode.OK
