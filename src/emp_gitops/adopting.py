"""Bringing what is on the platform into the files: unmanaged accounts, and values that the platform changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from emp_gitops.core.model import LiveAccount
from emp_gitops.editor import Editor
from emp_gitops.errors import EmpError
from emp_gitops.workspace import unknown_account


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one account's file."""

    account: str
    file: str
    outcome: Literal["written", "updated", "removed", "equal"]


def import_accounts(
    editor: Editor, live: Mapping[str, LiveAccount], ids: Sequence[str], *, folder: str | None
) -> Iterator[Imported]:
    """Make the files of the named accounts equal to the platform; of every unmanaged one where none is named.

    A file that exists is changed in the fields that differ and nowhere else; that of an account which the platform
    itself retired is removed. Raises EmpError for an unknown account, and for a retired one with nothing to remove,
    before anything is written; and at the account whose values would not make a valid file; files written before stay.
    """
    chosen = ids or sorted(id_ for id_, each in live.items() if each.is_unmanaged and id_ not in editor.checked.ids)
    for id_ in chosen:
        if id_ not in live:
            raise unknown_account(id_, live, "on the platform")
        if live[id_].retired:
            _check_removable(editor, live[id_])
    for id_ in chosen:
        yield _import(editor, live[id_], folder)


def _check_removable(editor: Editor, live: LiveAccount) -> None:
    if live.id not in editor.checked.ids:
        raise EmpError(
            f"{live.id!r} is retired on the platform and has no file", hint=f"emp-gitops history {live.id} tells more"
        )
    if live.applied is None:
        # Reconcile retired it: a file that is here now asks for a new account of the id.
        raise EmpError(
            f"{live.id!r} is retired on the platform, and its file asks for it anew",
            hint="commit the file for reconcile to create the account, or remove it",
        )
    editor.find(live.id)


def _import(editor: Editor, live: LiveAccount, folder: str | None) -> Imported:
    if live.retired:
        return Imported(live.id, editor.remove(live.id), "removed")
    if live.id not in editor.checked.ids:
        return Imported(live.id, editor.create(live.id, live.account, folder=folder).file, "written")
    wanted = editor.find(live.id)
    if wanted.account == live.account:
        return Imported(live.id, wanted.file, "equal")
    return Imported(live.id, editor.change(live.id, live.account).file, "updated")
