"""`emp-gitops init`: a new configuration repository."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from emp_gitops.cli.session import say
from emp_gitops.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from emp_gitops.core.config import ApprovalSource


@click.command("init")
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), required=False)
@click.option(
    "--organisation", metavar="NAME", default="Example Energy", show_default=True, help="Who runs the platform."
)
@click.option(
    "--timezone", metavar="ZONE", default="UTC", show_default=True, help="Where a day begins, as an IANA name."
)
@click.option("--platform", metavar="URL", help="The platform; without it, an embedded SQLite file.")
@click.option(
    "--forge", metavar="FORGE", default="git", show_default=True, help="Where reviews happen: git or github:OWNER/REPO."
)
@click.option(
    "--approvals", type=click.Choice(["none", "github", "signed-merge"]),
    help="Where approvals are read; without it, github on GitHub and none elsewhere.",
)
@click.option(
    "--super-admin", "super_admins", metavar="NAME", multiple=True, help="Who may request changes. Repeatable."
)
@click.option("--customer-success", metavar="NAME", multiple=True, help="Who approves requests. Repeatable.")
@click.option("--mail-from", metavar="ADDRESS", help="The default sender of mails.")
@click.option(
    "--language", metavar="CODE", default="en", show_default=True, help="Of the mails, where an account names none."
)
@click.option(
    "--tool", metavar="REQUIREMENT",
    help="What the workflows on GitHub install, as pip takes it; without it, the release of this version.",
)
@click.option("--smtp", metavar="URL", help="The mail server, without user and password; without it, a Maildir.")
def command(
    folder: Path | None, forge: str, approvals: ApprovalSource | None, smtp: str | None, **others: Any
) -> ExitCode:
    """Create a configuration repository in DIR (or here): configuration, schemas, no accounts yet, a first commit.

    Never asks, needs no git identity, and leaves a folder that is not empty alone. For GitHub it also writes the
    workflows, the code owners and the ruleset of main.

    Example: emp-gitops init accounts-of-example-energy --timezone Europe/Madrid
    """
    from emp_gitops.scaffold import ScaffoldOptions, create_repository

    if smtp and "@" in smtp:  # said without repeating it: this may end up in a log
        raise UsageError(
            "the mail server's URL holds a user or a password, and everybody who reads the repository would read it",
            hint="leave it out here, and set EMP_SMTP_USER and EMP_SMTP_PASSWORD where emp-gitops runs",
        )
    place = folder or Path()
    options = ScaffoldOptions(
        forge=forge, approvals=approvals or ("none" if forge == "git" else "github"), smtp=smtp, **others
    )
    commit = create_repository(place, options=options)
    say(f"created {place} at commit {commit[:12]}", f"next: cd {place} && emp-gitops account create")
    return ExitCode.OK
