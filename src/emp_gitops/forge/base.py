"""What every forge offers, as protocols and the values that pass through them.

A forge knows people, branches and approvals; what an application would change is computed from git.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from emp_gitops.core.config import Config
from emp_gitops.core.forms import FormIssue, FormRequest
from emp_gitops.errors import ForgeError

State = Literal["draft", "pending", "approved", "changes_requested", "applied", "rejected", "stale", "failed"]

MAIN = "main"
"""The branch that reconcile follows, and that applications are merged into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Why no approval of an application counts, in words that end a sentence, besides that nobody approved it yet.

    What `lasts` stays in the way whoever approves: the commits have to be made anew, or the application opened anew.
    """

    words: str
    lasts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """A proposed change as the forge knows it.

    `id` is what a person names it by: `12` on GitHub, `application/…` in plain git. `head` is the full commit id of
    what is proposed now, `branch` the name of the branch without a remote's. `requester` is a login, or `Name <email>`
    in plain git; `opened_at` is in UTC. `approved_by` holds those whose approval counts now, and `obstacle` is why none
    does although somebody gave one, or could. `form` is what the requester asked for by a form, where an App opened the
    application, or what that proposes. `is_proposal` says that the tool proposes it, and that no SuperAdmin has taken
    it up yet. `trouble` is why the forge could not tell who asks and who approved; the state is `failed` then.

    Of a proposal, `requester` is who made it, and nobody is `requested_by`.
    """

    id: str
    title: str
    state: State
    requester: str
    opened_at: datetime
    branch: str
    head: str
    url: str | None = None
    approved_by: tuple[str, ...] = ()
    obstacle: Obstacle | None = None
    form: FormRequest | None = None
    is_proposal: bool = False
    trouble: ForgeError | None = None

    @property
    def requested_by(self) -> str | None:
        return None if self.is_proposal else self.requester

    @property
    def proposed_by(self) -> str | None:
        """Of a proposal, the App's login or the tool's name; the address with that in plain git is nobody's."""
        return self.requester.partition(" <")[0] if self.is_proposal else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An application to be: a commit that is already in the local repository, and the words to open it with (`body` is
    Markdown).
    """

    branch: str
    commit: str
    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyInForce:
    """What an application is judged by: the configuration and the `allowed_signers` before it."""

    config: Config
    allowed_signers: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a forge says of the step that begins at one commit of main.

    The step takes in `commits` of main's first-parent commits, at least 1 (more where a pull request was rebased). With
    `trouble` it is not approved, and that says why, in words that end a sentence ("nobody of Customer Success approved
    its last commit"). Otherwise `head` is the approved commit; whether the step equals the merge of its base and that
    commit is for the caller to find out, as is whether `approved_by` are enough. `form` is what the requester asked for
    by a form, where an App opened the application: the caller derives the change from it again.
    """

    commits: int = 1
    application: str | None = None
    head: str | None = None
    requested_by: str | None = None
    approved_by: tuple[str, ...] = ()
    form: FormRequest | None = None
    trouble: str | None = None


class ApprovalSource(Protocol):
    """Judges steps of main. It reads only, and fails closed: what cannot be read is an error, never an approval."""

    def judge(self, line: Sequence[str], policy: PolicyInForce) -> Verdict:
        """The verdict on the step that begins with the first commit of `line`: full ids, one after the other on main.

        Raises ForgeError where the forge cannot be asked or does not answer in full.
        """
        ...

    def fetch(self, commit: str) -> None:
        """Make the commit available in the local repository, from the forge where needed. Raises ForgeError."""
        ...


class Forge(Protocol):
    """Lists and opens applications."""

    @property
    def name(self) -> str:
        """As the configuration names it: `git` or `github:OWNER/REPO`."""
        ...

    def applications(self) -> Sequence[Application]:
        """The open applications, oldest first. Raises ForgeError."""
        ...

    def application(self, id_: str) -> Application:
        """One application, open or not, by what a person calls it. Raises ForgeError where there is none."""
        ...

    def propose(self, proposal: Proposal) -> Application:
        """Publish the commit as a branch and open an application for it. Asked again for the same branch and commit,
        gives the one that is open already. Raises ForgeError.
        """
        ...

    def fetch(self, commit: str) -> None:
        """Make the commit available in the local repository. Raises ForgeError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The outcome of a review or a run, shown beside a commit. `summary` is Markdown of at most 65,535 characters."""

    name: str
    head: str
    conclusion: Literal["success", "failure", "neutral", "action_required"]
    title: str
    summary: str


class Discussion(Protocol):
    """The conversation on one application, for CI to speak in. Only forges with pull requests have one."""

    def put_comment(self, application: str, marker: str, body: str) -> None:
        """Create the comment that holds the hidden marker, or edit it in place where this identity wrote it.

        A comment of anybody else is never taken for it. Raises ForgeError.
        """
        ...

    def comment(self, application: str, marker: str, body: str) -> None:
        """Add a comment, unless this identity already wrote one with the marker. Raises ForgeError."""
        ...

    def find_comment(self, application: str, marker: str) -> str | None:
        """The body of this identity's newest comment with the marker. Raises ForgeError."""
        ...

    def set_labels(self, application: str, *, prefix: str, labels: Sequence[str]) -> None:
        """Make `labels` the only ones that begin with `prefix`; creates them where missing. Raises ForgeError."""
        ...

    def put_check(self, check: Check) -> None:
        """Create the check of this name on the commit, or update it. Raises ForgeError."""
        ...


class FormSource(Protocol):
    """Where forms are sent to. Only forges with issues have one."""

    def identity(self) -> str:
        """As whom to commit for a form (`Name <address>`), so that the forge knows the author. Raises ForgeError."""
        ...

    def form_issue(self, number: str) -> FormIssue:
        """The issue of a number, as it is now, with everybody who ever edited it. Raises ForgeError."""
        ...

    def requester_trouble(self, login: str) -> str | None:
        """Why somebody may not ask for anything ("carla is no SuperAdmin"), None for a SuperAdmin. Raises ForgeError
        where the roles cannot be read in full.
        """
        ...

    def describe(self, application: str, *, title: str, body: str) -> None:
        """Give an application that was opened for a form this title and text (Markdown). Raises ForgeError."""
        ...
