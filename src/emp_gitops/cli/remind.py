"""`emp-gitops remind`: tell people that terms end."""

from __future__ import annotations

import rich_click as click

from emp_gitops.cli.options import format_option, platform_option, today_option, with_session
from emp_gitops.cli.session import Session, note, out, out_json, style
from emp_gitops.errors import ExitCode


@click.command("remind")
@click.option("--dry-run", "only_look", is_flag=True, help="Show what would be sent; send nothing, write nothing.")
@click.option(
    "--open-renewals", is_flag=True,
    help="Also propose the renewal of accounts that want that (auto_renew: propose), as an application.",
)
@format_option("text", "json")
@today_option
@platform_option
@with_session
def command(session: Session, only_look: bool, open_renewals: bool, format_: str) -> ExitCode:
    """Mail the contacts of accounts whose term is about to end, and keep an issue for each such term.

    Run it once a day. What a missed day left undone is made up for, and running it twice sends nothing twice.

    Example: emp-gitops remind --today 2026-11-23 --dry-run
    """
    from emp_gitops.cli.proposing import proposed
    from emp_gitops.cli.reminding import foreseen, reminded
    from emp_gitops.render.reminders_json import reminders_json
    from emp_gitops.render.reminders_text import remarks, reminders_text

    report, where = foreseen(session) if only_look else reminded(session)
    if format_ == "json":
        out_json(reminders_json(report))
        for remark in remarks(report):
            note(remark)
    else:
        out(reminders_text(report, style(), is_plan=only_look))
    if where and any(each.outcome == "sent" for each in report.all):
        note(f"mails went to {where}")
    if report.trouble:
        raise report.trouble
    if open_renewals and not only_look:
        return max(report.exit_code, proposed(session))
    return report.exit_code
