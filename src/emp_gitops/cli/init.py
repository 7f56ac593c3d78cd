"""`emp-gitops init`: a new configuration repository."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from emp_gitops.cli.session import say
from emp_gitops.errors import ExitCode


@click.command("init")
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), required=False)
@click.option(
    "--organisation", metavar="NAME", default="Example Energy", show_default=True, help="Who runs the platform."
)
@click.option(
    "--timezone", metavar="ZONE", default="UTC", show_default=True, help="Where a day begins, as an IANA name."
)
@click.option("--platform", "platform_url", metavar="URL", help="The platform; without it, an embedded SQLite file.")
@click.option(
    "--super-admin", "super_admins", metavar="NAME", multiple=True, help="Who may request changes. Repeatable."
)
@click.option("--customer-success", metavar="NAME", multiple=True, help="Who approves requests. Repeatable.")
@click.option("--mail-from", metavar="ADDRESS", help="The default sender of mails.")
def command(
    folder: Path | None,
    organisation: str,
    timezone: str,
    platform_url: str | None,
    super_admins: tuple[str, ...],
    customer_success: tuple[str, ...],
    mail_from: str | None,
) -> ExitCode:
    """Create a configuration repository in DIR (or here): configuration, schemas, no accounts yet, a first commit.

    Never asks, needs no git identity, and leaves a folder that is not empty alone.

    Example: emp-gitops init accounts-of-example-energy --timezone Europe/Madrid
    """
    from emp_gitops.scaffold import ScaffoldOptions, create_repository

    place = folder or Path()
    commit = create_repository(
        place,
        options=ScaffoldOptions(
            organisation=organisation,
            timezone=timezone,
            platform=platform_url,
            super_admins=super_admins,
            customer_success=customer_success,
            mail_from=mail_from,
        ),
    )
    say(f"created {place} at commit {commit[:12]}", f"next: cd {place} && emp-gitops account create")
    return ExitCode.OK
