"""`emp-gitops validate`: schema and rules, offline."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from emp_gitops.cli.options import format_option, jobs_option, with_session
from emp_gitops.cli.session import Session, note, out, out_json, style
from emp_gitops.errors import ExitCode


@click.command("validate")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(exists=True, path_type=Path))
@format_option("text", "json", "github", "sarif")
@jobs_option
@with_session
def command(session: Session, paths: tuple[Path, ...], format_: str) -> ExitCode:
    """Check the configuration, the schemas, the account files and the mail templates, without the platform.

    With PATHs, only what concerns these files and folders is reported; all the others are still read, because some
    rules look at all of them together. Warnings alone leave the exit code at 0.

    Example: emp-gitops validate accounts/acme --format github
    """
    from dataclasses import replace

    from emp_gitops.core.findings import has_errors, in_order
    from emp_gitops.render import findings as render
    from emp_gitops.selection import select
    from emp_gitops.template_findings import template_findings

    checked = session.workspace.check(session.workspace.tree(None))
    if checked.policy:
        found = template_findings(session.workspace.root, checked.policy)
        checked = replace(checked, findings=in_order((*checked.findings, *found)))
    count, findings = select(checked, session.workspace.root, paths)
    if format_ == "json":
        out_json(render.validate_json(count, findings))
    elif format_ == "sarif":
        out_json(render.findings_sarif(findings))
    elif format_ == "github":
        out(render.findings_github(findings))
        note(render.verdict(count, findings))
    else:
        out(render.findings_text(findings, style()) + render.verdict(count, findings))
    return ExitCode.ERROR if has_errors(findings) else ExitCode.OK
