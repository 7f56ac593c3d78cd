"""What a form asks for, whether an application is just that, and which files the forms are."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from emp_gitops.core.checking import CheckedTree, Policy
from emp_gitops.core.differ import field_differences
from emp_gitops.core.form_answers import FormError, derive
from emp_gitops.core.form_templates import issue_forms
from emp_gitops.core.forms import FormRequest
from emp_gitops.core.model import Account, file_path
from emp_gitops.core.tree import ACCOUNTS_FOLDER, Tree
from emp_gitops.errors import EmpError
from emp_gitops.files import write_whole
from emp_gitops.forge.base import Verdict
from emp_gitops.repository import Repository
from emp_gitops.repository.difference import keys_changed
from emp_gitops.workspace import Workspace, unknown_account


def differing_forms(workspace: Workspace) -> dict[Path, bytes]:
    """The files of the forms that are missing or not as the work tree's schema makes them, as they should be.

    They belong where GitHub looks for them, at the top of the git repository. Raises EmpError where the configuration
    or a schema is broken.
    """
    top = _top(workspace.root)
    files = {top / path: text.encode() for path, text in issue_forms(workspace.policy()).items()}
    return {path: data for path, data in files.items() if _content(path) != data}


def write_forms(files: Mapping[Path, bytes]) -> None:
    """Raises EmpError."""
    for path, data in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EmpError(f"the folder cannot be made: {error.strerror}", where=str(path.parent)) from error
        write_whole(path, data)


def _top(root: Path) -> Path:
    return next((folder for folder in (root, *root.parents) if os.path.lexists(folder / ".git")), root)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def day_of(request: FormRequest, policy: Policy) -> date:
    """The day on which the form was sent, where the organisation is."""
    return request.sent_at.astimezone(ZoneInfo(policy.config.timezone)).date()


def asked_for(request: FormRequest, base: CheckedTree) -> tuple[str, Account]:
    """The id of the account that a form is about, and the account as the form wants it, from how the base has it.

    Depends on nothing but the two: see `FormRequest` for the day. Raises EmpError where the form asks for what cannot
    be. Whether the schema and the rules allow the account is for the caller to check.
    """
    if base.policy is None:
        raise FormError("the configuration or a schema of main is broken, so no form can be read by it")
    id_ = request.answers["account"]
    before = base.wanted.get(id_)
    if before is None and request.kind != "create":
        if id_ in base.ids:
            raise FormError(f"the file of {id_!r} is broken; mend it first", where=request.issue)
        raise unknown_account(id_, base.ids, f"under {ACCOUNTS_FOLDER}/")
    if request.kind == "create" and id_ in base.ids:
        raise FormError(f"the account {id_!r} exists already", where=request.issue, hint="choose another id")
    account = before.account if before else None
    wanted = derive(request, account, today=day_of(request, base.policy), late_days=base.policy.config.late_days)
    return id_, wanted


@dataclass(frozen=True, slots=True)
class FormCheck:
    """Says whether an application that an App opened is what its form asked for; a `CheckForm` of the walk.

    The form is applied again to the accounts that the application started from, the last that it has in common with
    main, under the policy that main has before the step.
    """

    repository: Repository
    check: Callable[[Tree], CheckedTree]

    def __call__(self, verdict: Verdict, base: str, _last: str) -> str | None:
        """Why the approved commit is not what the form asked for, or None where it is."""
        request, head = verdict.form, verdict.head
        common = self.repository.merge_base(base, head) if head else None
        if request is None or head is None or common is None:
            return "it has no form and no commit to compare"
        policy = self.repository.policy(base)
        try:
            id_, wanted = asked_for(request, self._checked(common, policy))
        except EmpError as error:
            return f"{request.source} asks for nothing that can be: {error.message}"
        changed = keys_changed(self.repository.changes_between(common, head))
        if more := [key.name for key in changed if (key.what, key.name) != ("account", id_)]:
            return f"it changes {more[0]}, which {request.source} does not ask for"
        proposed = self._checked(head, policy).wanted.get(id_)
        if proposed is None:
            return f"it leaves no valid account {id_}, and {request.source} asks for one"
        if differing := [file_path(name) for name in field_differences(proposed.account, wanted)]:
            return f"what it makes of {id_} is not what {request.source} asks for, in {' and '.join(differing)}"
        return None

    def _checked(self, commit: str, policy: Tree) -> CheckedTree:
        tree = self.repository.tree(commit)
        return self.check(replace(tree, config=policy.config, schemas=policy.schemas))
