"""Where the edits of `emp-gitops account …` go: into the files of the work tree, or straight into an application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import rich_click as click

from emp_gitops.cli.opening import Opening, key_option
from emp_gitops.cli.session import Session, say
from emp_gitops.errors import UsageError

if TYPE_CHECKING:
    from emp_gitops.core.model import Account, WantedAccount
    from emp_gitops.editor import Draft, Editor

F = TypeVar("F", bound=Callable[..., Any])
Told = Callable[["WantedAccount"], str]
"""What an edit comes to, in one line."""


def open_option(command: F) -> F:
    """`--open` and `--key`, which go to `Edits.of`."""
    described = "Open an application with it, on top of main; the files here stay as they are."
    return click.option("--open", "opens", is_flag=True, help=described)(key_option(command))


@dataclass(frozen=True)
class Edits:
    """Edits of the files of a work tree, or of main where they become an application."""

    editor: Editor
    opening: Opening | None

    @classmethod
    def of(cls, session: Session, *, opens: bool, key: Path | None) -> Edits:
        """Raises EmpError where the configuration or a schema is broken, UsageError for a key that nothing is for."""
        from emp_gitops.editor import Editor

        if not opens:
            if key:
                raise UsageError("--key signs an application", hint="add --open")
            return cls(Editor.of(session.workspace), None)
        opening = Opening.of(session, key)
        return cls(Editor(session.workspace, opening.main), opening)

    def change(self, id_: str, after: Account, told: Told) -> None:
        """See `Editor.change`; then say it."""
        if self.opening:
            self._open(self.opening, self.editor.drafted_change(id_, after), told)
        else:
            wanted = self.editor.change(id_, after)
            say(told(wanted), f"{wanted.file} changed; commit it to make it count")

    def create(self, id_: str, account: Account, told: Told, *, folder: str | None) -> None:
        """See `Editor.create`; then say it."""
        if self.opening:
            self._open(self.opening, self.editor.drafted_creation(id_, account, folder=folder), told)
        else:
            wanted = self.editor.create(id_, account, folder=folder)
            say(told(wanted), f"{wanted.file} written; commit it to make it count")

    def remove(self, id_: str) -> None:
        """See `Editor.remove`; then say it."""
        if self.opening:
            self.opening.open({self.editor.find(id_).file: None})
        else:
            say(f"{id_}: {self.editor.remove(id_)} removed, to be retired")

    def _open(self, opening: Opening, draft: Draft, told: Told) -> None:
        opening.open({draft.wanted.file: draft.data})
        say(told(draft.wanted))
