"""The group of all commands, and the one place where errors become words and exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import rich_click as click

from emp_gitops import __version__
from emp_gitops.cli.options import JOBS, JOBS_HELP
from emp_gitops.cli.session import Session, discard_output, note, prepare_streams, telling
from emp_gitops.errors import EmpError, ExitCode

click.rich_click.FORCE_TERMINAL = None  # or its help would be coloured in every log of GitHub Actions

_COMMANDS = {
    "init": "init",
    "validate": "validate",
    "plan": "plan",
    "apply": "apply",
    "reconcile": "reconcile",
    "drift": "drift",
    "status": "status",
    "account": "account",
    "applications": "applications",
    "review": "review",
    "import": "import_",
    "history": "history",
    "forms": "forms",
    "remind": "remind",
    "why": "why",
    "platform": "platform",
    "doctor": "doctor",
}


_APPLIED = "what was applied before stays applied, a rerun goes on from there"
_STAYS = {
    "reconcile": _APPLIED,
    "apply": _APPLIED,
    "remind": "what was sent before is noted, a rerun goes on from there",
}
"""What to say of those that write, where somebody stops them."""


class LazyGroup(click.RichGroup):
    """Imports a command's module when the command is asked for."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as interrupt:
            stays = _STAYS.get(ctx.invoked_subcommand or "")
            raise KeyboardInterrupt(*filter(None, [stays])) from interrupt

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"emp_gitops.cli.{_COMMANDS[cmd_name]}").command
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=True)
@click.option(
    "-C", "folder", metavar="DIR", type=click.Path(path_type=Path), help="Work as if started in DIR."
)
@click.option(
    "--config", metavar="FILE", type=click.Path(path_type=Path), help="Another configuration file than emp-gitops.yaml."
)
@click.option("--platform", metavar="URL", envvar="EMP_PLATFORM", help="The platform, instead of the configured one.")
@click.option("--today", metavar="DATE", envvar="EMP_TODAY", help="The day to work with, instead of today.")
@click.option("--jobs", metavar="N", type=JOBS, help=JOBS_HELP)
@click.version_option(__version__, prog_name="emp-gitops", message="%(prog)s %(version)s")
@click.pass_context
def cli(
    ctx: click.Context,
    folder: Path | None,
    config: Path | None,
    platform: str | None,
    today: str | None,
    jobs: int | None,
) -> None:
    """Manage the customer accounts of an Energy Management Platform from a git repository.

    Each account is a YAML file; `plan` shows what git would change on the platform, `reconcile` applies it, `status`
    shows the zones.

    Example: emp-gitops plan --today 2026-11-23
    """
    if folder:
        _change_to(folder)
    ctx.obj = Session(config=config, platform=platform, today=today, jobs=jobs)


def run(arguments: Sequence[str]) -> int:
    """Run one command; every error for people ends here."""
    prepare_streams()
    try:
        code = cli.main(args=list(arguments), prog_name="emp-gitops", standalone_mode=False)
        sys.stdout.flush()
    except EmpError as error:
        _explain(error)
        return error.exit_code
    except click.ClickException as error:
        with telling():
            _harmless(error).show()
        return ExitCode.USAGE if isinstance(error, click.UsageError) else ExitCode.ERROR
    except click.Abort as abort:
        # click turns both Ctrl-C and the end of input at a prompt into Abort.
        cause = abort.__cause__ or abort.__context__
        if isinstance(cause, EOFError):
            note("error: the input ended at a question; nothing was written")
            return ExitCode.ERROR
        raise KeyboardInterrupt(*(cause.args if isinstance(cause, KeyboardInterrupt) else ())) from abort
    except BrokenPipeError:
        discard_output()  # its reader went away (`| head`)
        return ExitCode.ERROR
    return int(code or ExitCode.OK)


def _harmless(error: click.ClickException) -> click.ClickException:
    """The same error, whose words may quote what the command was given, and do nothing then."""
    from emp_gitops.render.escape import terminal

    message = error.format_message()
    if isinstance(error, click.MissingParameter) or (told := terminal(message)) == message:
        return error  # a missing parameter quotes nothing, and lists its choices line by line
    return click.UsageError(told, error.ctx) if isinstance(error, click.UsageError) else click.ClickException(told)


def _change_to(folder: Path) -> None:
    """Before the command's own options are read, so that every path in them starts there."""
    try:
        os.chdir(folder)
    except OSError as error:
        raise click.UsageError(f"-C {folder}: {error.strerror}") from error


def _explain(error: EmpError) -> None:
    note(f"error: {error.message}")
    if error.where:
        note(f"  where: {error.where}")
    if error.hint:
        note(f"  hint: {error.hint}")
    for other in error.others:
        _explain(other)
