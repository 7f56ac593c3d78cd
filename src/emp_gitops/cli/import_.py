"""`emp-gitops import`: bring what is on the platform into the files."""

from __future__ import annotations

import rich_click as click

from emp_gitops.cli.options import platform_option, with_session
from emp_gitops.cli.session import Session, say
from emp_gitops.errors import ExitCode


@click.command("import")
@click.argument("accounts", nargs=-1, metavar="[ID]...")
@click.option(
    "--folder", metavar="FOLDER", help="For new files, under accounts/; beside the customer's others without it."
)
@platform_option
@with_session
def command(session: Session, accounts: tuple[str, ...], folder: str | None) -> ExitCode:
    """Write the files of accounts that are on the platform and not in git; all of them where no ID is named.

    For an account that is in git, the platform's values are taken over into its file, which settles drift; the file of
    an account that was retired on the platform is removed.

    Example: emp-gitops import acme-madrid-hq
    """
    from emp_gitops.adopting import import_accounts
    from emp_gitops.editor import Editor

    editor = Editor.of(session.workspace)
    live = session.live_accounts(editor.checked)
    nothing = True
    for each in import_accounts(editor, live, accounts, folder=folder):
        nothing = False
        say(f"{each.account}: {each.file} {'is equal already' if each.outcome == 'equal' else each.outcome}")
    if nothing:
        say("every account on the platform is in git")
    return ExitCode.OK
