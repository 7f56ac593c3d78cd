"""Editing account files in the work tree: find one, change it by as little as possible, check it, write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from emp_gitops.core.checking import CheckedTree, Policy
from emp_gitops.core.editing import REMOVE, new_file, with_values
from emp_gitops.core.explaining import explanations
from emp_gitops.core.findings import Finding
from emp_gitops.core.loading import load
from emp_gitops.core.model import FIELDS, Account, WantedAccount, file_path
from emp_gitops.core.tree import ACCOUNT_SUFFIX, ACCOUNTS_FOLDER, account_id, account_id_trouble
from emp_gitops.errors import EmpError
from emp_gitops.files import write_whole
from emp_gitops.workspace import Workspace, unknown_account


class InvalidAccountError(EmpError):
    """What was asked for would not be a valid account; `findings` say why. Nothing was written."""

    def __init__(self, message: str, findings: tuple[Finding, ...]) -> None:
        first, *others = findings
        super().__init__(f"{message}: {first.message}", where=first.place, hint=first.hint)
        self.findings = findings
        self.others = tuple(EmpError(each.message, where=each.place, hint=each.hint) for each in others)


@dataclass(frozen=True, slots=True)
class Draft:
    """An account file as it is to be, with the account that it then describes. Nothing is written yet."""

    wanted: WantedAccount
    data: bytes


@dataclass(frozen=True, slots=True)
class Editor:
    """The account files of one tree: of the work tree, where they can be written, or of a commit, for drafts."""

    workspace: Workspace
    checked: CheckedTree

    @classmethod
    def of(cls, workspace: Workspace) -> Editor:
        """Raises EmpError where the configuration or a schema is broken."""
        workspace.check_policy()
        return cls(workspace, workspace.check(workspace.tree(None)))

    @property
    def policy(self) -> Policy:
        assert self.checked.policy is not None  # noqa: S101 - `of` raises without one
        return self.checked.policy

    def find(self, id_: str) -> WantedAccount:
        """The account with the id. Raises EmpError where there is none, InvalidAccountError for a broken file."""
        wanted = self.checked.wanted.get(id_)
        if wanted:
            return wanted
        if id_ in self.checked.ids:
            raise InvalidAccountError("mend the file first", _errors(self.checked, id_))
        raise unknown_account(id_, self.checked.ids, f"under {ACCOUNTS_FOLDER}/")

    def check_new_id(self, id_: str) -> None:
        """Raises EmpError for what is no id, and for one that is taken."""
        if trouble := account_id_trouble(id_):
            raise EmpError(f"{id_!r} is no account id", hint=trouble)
        if id_ in self.checked.ids:
            raise EmpError(
                f"the account {id_!r} exists already", hint="choose another id; an id never changes its account"
            )

    def check_value(self, field: str, value: Any) -> None:
        """Raises EmpError where no account may have the value in this field, whatever else it has."""
        path = tuple(file_path(field).split("."))
        alone = load(new_file({field: value}, schema_path="schema")).value
        for each in explanations([self.policy.schema], alone, noun="an account"):
            if each.path[: len(path)] == path:
                raise EmpError(each.message, hint=each.hint)

    def change(self, id_: str, after: Account) -> WantedAccount:
        """Give an account's file the values of `after`; everything else in the file stays, byte for byte.

        Raises EmpError where `after` would be invalid; nothing is written then.
        """
        return self._write(self.drafted_change(id_, after))

    def drafted_change(self, id_: str, after: Account) -> Draft:
        """As `change`, without writing."""
        wanted = self.find(id_)
        data = with_values(self.checked.tree.accounts[wanted.file], edits(wanted.account, after))
        return self._draft(id_, wanted.file, data)

    def create(self, id_: str, account: Account, *, folder: str | None) -> WantedAccount:
        """Write a new account's file, beside the customer's other accounts unless a folder is named.

        Raises EmpError where the id is taken or none, and where `account` is invalid; nothing is written then.
        """
        return self._write(self.drafted_creation(id_, account, folder=folder))

    def drafted_creation(self, id_: str, account: Account, *, folder: str | None) -> Draft:
        """As `create`, without writing."""
        self.check_new_id(id_)  # before it becomes part of a path
        place = self._folder_for(account.customer) if folder is None else _inside_accounts(folder)
        path = f"{place}/{id_}{ACCOUNT_SUFFIX}"
        schema_path = "../" * path.count("/") + "schemas/account.schema.json"
        return self._draft(id_, path, new_file(given_values(account), schema_path=schema_path))

    def remove(self, id_: str) -> str:
        """Remove an account's file; returns its path. Raises EmpError."""
        wanted = self.find(id_)
        try:
            (self.workspace.root / wanted.file).unlink()
        except OSError as error:
            raise EmpError(f"the file cannot be removed: {error.strerror}", where=wanted.file) from error
        return wanted.file

    def _folder_for(self, customer: str) -> str:
        folders = {
            wanted.file.rpartition("/")[0]
            for wanted in self.checked.wanted.values()
            if wanted.account.customer == customer
        }
        return folders.pop() if len(folders) == 1 else ACCOUNTS_FOLDER

    def _draft(self, id_: str, path: str, data: bytes) -> Draft:
        tree = replace(self.checked.tree, accounts={**self.checked.tree.accounts, path: data})
        after = self.workspace.check(tree)
        if errors := _errors(after, id_):
            raise InvalidAccountError("nothing was written", errors)
        return Draft(after.wanted[id_], data)

    def _write(self, draft: Draft) -> WantedAccount:
        target = self.workspace.root / draft.wanted.file
        _make_folder(target.parent, self.workspace.root)
        write_whole(target, draft.data)
        return draft.wanted


def edits(before: Account, after: Account) -> dict[tuple[str | int, ...], Any]:
    """What to set in (or remove from) a file of `before` to make it one of `after`."""
    old, new = before.to_flat(), after.to_flat()
    return {
        tuple(file_path(field).split(".")): REMOVE if new[field] is None else new[field]
        for field in FIELDS
        if old[field] != new[field]
    }


def given_values(account: Account) -> Mapping[str, Any]:
    """The fields worth writing into a new file: nothing that is a default by being absent."""
    flat = account.to_flat()
    return {
        field: flat[field]
        for field in FIELDS
        if flat[field] is not None and not (field == "rtc_lines" and flat[field] == 0)
    }


def _errors(checked: CheckedTree, id_: str) -> tuple[Finding, ...]:
    """What is wrong with an account, or with the name of its file."""
    return tuple(f for f in checked.findings if f.severity == "error" and id_ in (f.account, account_id(f.file)))


def _inside_accounts(folder: str) -> str:
    parts = [part for part in folder.replace("\\", "/").split("/") if part not in ("", ".")]
    if ".." in parts or folder.startswith("/") or not folder.isprintable():
        raise EmpError(
            f"{folder!r} is not a folder under {ACCOUNTS_FOLDER}/", hint="name a folder such as acme or accounts/acme"
        )
    return "/".join(parts if parts[:1] == [ACCOUNTS_FOLDER] else [ACCOUNTS_FOLDER, *parts])


def _make_folder(folder: Path, root: Path) -> None:
    """Raises EmpError also where a link is on the way: links are not followed when files are read either."""
    try:
        if folder.resolve() != folder:
            raise EmpError("this folder is, or is in, a symbolic link", where=str(folder.relative_to(root)))
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EmpError(f"the folder cannot be made: {error.strerror}", where=str(folder.relative_to(root))) from error
