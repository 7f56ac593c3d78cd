"""`emp-gitops doctor`: is everything set up around the accounts?"""

from __future__ import annotations

import rich_click as click

from emp_gitops.cli.options import format_option, with_session
from emp_gitops.cli.session import Session, note, out, out_json, style
from emp_gitops.errors import ExitCode


@click.command("doctor")
@format_option("text", "json")
@with_session
def command(session: Session, format_: str) -> ExitCode:
    """Check the set-up around the accounts: people, approvals, workflows and, on GitHub, the repository's settings.

    Reads only. Each problem comes with what mends it; what the token may not read is said to be unknown. Exit code 1
    where something is wrong or unknown, 0 with warnings alone.

    Example: emp-gitops doctor
    """
    from datetime import UTC, datetime

    from emp_gitops.doctor.examining import examine, exit_code
    from emp_gitops.doctor.values import Subject
    from emp_gitops.forge.open import open_settings
    from emp_gitops.render.doctor import doctor_json, doctor_text

    config = session.workspace.policy().config
    settings = open_settings(config, say=note)
    diagnoses = examine(
        Subject(workspace=session.workspace, config=config, settings=settings, now=datetime.now(UTC))
    )
    if format_ == "json":
        out_json(doctor_json(config.forge, diagnoses))
    else:
        out(doctor_text(diagnoses, style()))
    return exit_code(diagnoses)
