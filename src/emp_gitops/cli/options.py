"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import rich_click as click

from emp_gitops.cli.session import Session

F = TypeVar("F", bound=Callable[..., Any])


def with_session(command: Callable[..., Any]) -> Callable[..., Any]:
    """Hand the session to a command as its first argument; it takes in what the shared options say."""

    @wraps(command)
    @click.pass_obj
    def wrapped(session: Session, /, **arguments: Any) -> Any:
        session.use(**{name: arguments.pop(name, None) for name in ("platform", "today", "jobs")})
        return command(session, **arguments)

    return wrapped


def today_option(command: F) -> F:
    return click.option(
        "--today", metavar="DATE", help="The day to work with (YYYY-MM-DD; EMP_TODAY), instead of today."
    )(command)


def platform_option(command: F) -> F:
    return click.option(
        "--platform", metavar="URL", help="The platform (EMP_PLATFORM), instead of the configured one."
    )(command)


JOBS = click.IntRange(min=1)
JOBS_HELP = "At most so many processes share the work. This version does all of it in one."


def jobs_option(command: F) -> F:
    return click.option("--jobs", metavar="N", type=JOBS, help=JOBS_HELP)(command)


def format_option(*formats: str) -> Callable[[F], F]:
    """`--format`; the first one is the default."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="How to print the result.",
    )


def allow_option(command: F) -> F:
    return click.option(
        "--allow",
        metavar="DIGEST",
        callback=filled,
        help="Apply the plan of this digest although a guard or drift stands in the way.",
    )(command)


def filled(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Refuses an option that was given nothing, such as a variable that a script forgot to set: leaving the option out
    means something else.
    """
    if value is not None and not value.strip():
        raise click.BadParameter("it names nothing; leave the option out, or say which")
    return value
