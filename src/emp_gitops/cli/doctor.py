"""`emp-gitops doctor`: is everything set up around the accounts?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import rich_click as click

from emp_gitops.cli.options import format_option, platform_option, with_session
from emp_gitops.cli.session import Session, note, out, out_json, style
from emp_gitops.errors import ExitCode, ForgeError

if TYPE_CHECKING:
    from emp_gitops.core.config import Config
    from emp_gitops.forge.settings import Settings


@click.command("doctor")
@format_option("text", "json")
@platform_option
@with_session
def command(session: Session, format_: str) -> ExitCode:
    """Check the set-up around the accounts: people, approvals, the platform and, on GitHub, workflows and settings.

    Reads only. Each problem comes with what mends it; what cannot be read, for want of a token or of a permission, is
    said to be unknown. Exit code 1 where something is wrong or unknown, 0 with warnings alone.

    Example: emp-gitops doctor
    """
    from datetime import UTC, datetime

    from emp_gitops.doctor.examining import examine, exit_code
    from emp_gitops.doctor.values import Subject
    from emp_gitops.render.doctor import doctor_json, doctor_text

    config = session.workspace.policy().config
    diagnoses = examine(Subject(
        workspace=session.workspace,
        config=config,
        settings=_settings(config),
        platform=session.platform,
        read_platform=lambda: session.read_platform(session.workspace.check_policy()),
        now=datetime.now(UTC),
    ))
    if format_ == "json":
        out_json(doctor_json(config.forge, diagnoses))
    else:
        out(doctor_text(diagnoses, style()))
    return exit_code(diagnoses)


def _settings(config: Config) -> Settings | ForgeError | None:
    """What the forge is set to, or why it cannot be asked: most checks need nothing but the work tree."""
    from emp_gitops.forge.open import open_settings

    try:
        return open_settings(config, say=note)
    except ForgeError as error:
        return error
