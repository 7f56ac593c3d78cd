"""Questions of `emp-gitops account …`: asked on a terminal for what was not given, each answer checked as it comes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import rich_click as click

from emp_gitops.core.wording import did_you_mean
from emp_gitops.errors import EmpError, UsageError
from emp_gitops.render.escape import terminal

if TYPE_CHECKING:
    from emp_gitops.core.model import WantedAccount
    from emp_gitops.editor import Editor

T = TypeVar("T")

_SHOWN = 8
"""So many choices still fit on the line of their question."""


def can_ask() -> bool:
    """Whether somebody sees a question and can answer it. The result may go elsewhere."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def demand(command: str, **given: Any) -> None:
    """Raise UsageError for everything that was not given (None, or an empty list) where nobody can be asked for it."""
    missing = [name for name, value in given.items() if value in (None, ())]
    if missing and not can_ask():
        raise UsageError(f"missing: {', '.join(missing)}", hint=f"emp-gitops account {command} --help")


def ask(text: str, check: Callable[[str], T], *, default: str | None = None) -> T:
    """What `check` makes of the answer. Where it raises EmpError, the reason is told and the question asked again."""

    def checked(answer: str) -> T:
        try:
            return check(answer.strip())
        except EmpError as error:
            hint = f" ({error.hint})" if error.hint else ""
            raise click.UsageError(terminal(f"{error.message}{hint}")) from error

    answer: T = click.prompt(text, value_proc=checked, default=default, err=True)
    return answer


def ask_choice(text: str, choices: Sequence[str], *, default: str | None = None) -> str:
    """One of the choices, which the question names where they are few."""

    def known(answer: str) -> str:
        if answer not in choices:
            raise EmpError(f"{answer!r} is none of them{did_you_mean(answer, choices)}", hint=", ".join(choices))
        return answer

    return ask(text + _listed(choices), known, default=default)


def ask_account(editor: Editor, *, check: Callable[[WantedAccount], object] = lambda _wanted: None) -> str:
    """The id of an account whose file can be edited and of which `check` does not raise EmpError.

    Raises EmpError where there is none.
    """

    def found(answer: str) -> str:
        check(wanted := editor.find(answer))
        return wanted.id

    def comes_into_question(wanted: WantedAccount) -> bool:
        try:
            check(wanted)
        except EmpError:
            return False
        return True

    ids = sorted(wanted.id for wanted in editor.checked.wanted.values() if comes_into_question(wanted))
    if not ids:
        raise EmpError("there is no account for which this could be done", hint="emp-gitops status lists the accounts")
    return ask("Account id" + _listed(ids), found, default=ids[0] if len(ids) == 1 else None)


def _listed(choices: Sequence[str]) -> str:
    return terminal(f" ({', '.join(choices)})") if len(choices) <= _SHOWN else ""
