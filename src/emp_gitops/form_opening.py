"""A filled-in form becomes an application: read it, apply it to main, open it, and tell whoever sent it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from emp_gitops.core.checking import CheckedTree
from emp_gitops.core.form_answers import FormError, request_in
from emp_gitops.core.forms import FormRequest
from emp_gitops.core.model import Account, WantedAccount
from emp_gitops.editor import Draft, Editor
from emp_gitops.errors import EmpError, ForgeError, RefusedError, RepositoryError
from emp_gitops.forge.base import Application, Discussion, Forge, FormSource, Proposal, Verdict
from emp_gitops.forms import FormCheck, asked_for
from emp_gitops.workspace import Workspace

MARKER = "<!-- emp-gitops:form-outcome -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a form comes to: the account on main, None for a new one, and as it is wanted. `number` is the issue's."""

    request: FormRequest
    number: str
    before: Account | None
    wanted: WantedAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What to say: title and text of an application (the latter Markdown with the form's marker in it), and what to
    comment on the issue, in Markdown with `MARKER` in it.
    """

    title: Callable[[Asked], str]
    body: Callable[[Asked], str]
    opened: Callable[[Asked, Application], str]
    refused: Callable[[EmpError], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDesk:
    """Where forms are dealt with."""

    workspace: Workspace
    source: FormSource
    forge: Forge
    discussion: Discussion
    words: Words

    def open(self, number: str) -> tuple[Asked, Application]:
        """Open the application that the form in an issue asks for, or bring the one that is open up to date with it.

        Either way the issue gets a comment, the same one each time; asked again, nothing is opened twice. Raises
        RefusedError for people who may not ask, EmpError for forms that ask for what cannot be, both after the comment;
        ForgeError and RepositoryError without one, since whoever sent the form cannot help it.
        """
        try:
            asked = self._asked(number)
            application = self._opened(*asked)
        except (ForgeError, RepositoryError):
            raise
        except EmpError as error:
            self.discussion.put_comment(number, MARKER, self.words.refused(error))
            raise
        self.discussion.put_comment(number, MARKER, self.words.opened(asked[0], application))
        return asked[0], application

    def _asked(self, number: str) -> tuple[Asked, Draft, str]:
        """What the form asks of main, the file that says so, and the commit of main."""
        issue = self.source.form_issue(number)
        if trouble := self.source.requester_trouble(issue.author):
            raise RefusedError(trouble, where=issue.issue, hint="a SuperAdmin can send this form")
        if not issue.is_open:
            raise FormError("this form is closed", where=issue.issue, hint="send a new one")
        request = request_in(issue)
        repository = self.workspace.repository
        base = repository.tip_of_main()
        checked = self.workspace.check(repository.tree(base))
        id_, wanted = asked_for(request, checked)
        draft = _draft(Editor(self.workspace, checked), request, id_, wanted)
        return Asked(request=request, number=number, before=_before(checked, id_), wanted=draft.wanted), draft, base

    def _opened(self, asked: Asked, draft: Draft, base: str) -> Application:
        branch = f"application/{asked.number}-{asked.request.kind}"
        title, body = self.words.title(asked), self.words.body(asked)
        commit = self._commit(asked, draft, base, self._last(branch))
        application = self.forge.propose(Proposal(branch=branch, commit=commit, title=title, body=body))
        self.source.describe(application.id, title=title, body=body)  # it may have been opened for an earlier answer
        return replace(application, title=title)

    def _last(self, branch: str) -> str | None:
        """The newest commit of the branch on the forge, as last fetched."""
        try:
            return self.workspace.repository.resolve(f"refs/remotes/origin/{branch}")
        except RepositoryError:
            return None

    def _commit(self, asked: Asked, draft: Draft, base: str, last: str | None) -> str:
        """A commit that makes of main what the form asks for: the last one where it still does, else one on top of it,
        so that no branch ever has to be pushed by force.
        """
        repository = self.workspace.repository
        check = FormCheck(repository, self.workspace.check)
        if last and check(Verdict(head=last, form=asked.request), base, base) is None and self._fits(asked, base, last):
            return last
        committing = repository.committing(identity=self.source.identity())
        message = f"{self.words.title(asked)}\n\nRequested by {asked.request.requested_by} with {asked.request.issue}."
        commit = committing.commit(base, {draft.wanted.file: draft.data}, message)
        if last and last != base:
            behind = [] if repository.merge_base(base, last) == base else [base]
            commit = committing.commit_tree(f"{commit}^{{tree}}", [last, *behind], message)
        if trouble := check(Verdict(head=commit, form=asked.request), base, base):
            raise FormError(f"the application would be refused: {trouble}", where=asked.request.issue)
        return commit

    def _fits(self, asked: Asked, base: str, commit: str) -> bool:
        """Whether merging the commit into main, as that is now, still comes to what the form asks for."""
        proposed = self.workspace.repository.proposed(base, commit)
        wanted = self.workspace.check(proposed.tree).wanted.get(asked.wanted.id)
        return not proposed.conflicts and wanted is not None and wanted.account == asked.wanted.account


def _draft(editor: Editor, request: FormRequest, id_: str, wanted: Account) -> Draft:
    if request.kind == "create":
        return editor.drafted_creation(id_, wanted, folder=None)
    return editor.drafted_change(id_, wanted)


def _before(checked: CheckedTree, id_: str) -> Account | None:
    found = checked.wanted.get(id_)
    return found.account if found else None
