"""Pull requests as applications: listed, looked up and opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Self

from github.PullRequest import PullRequest

from emp_gitops.core.config import Config
from emp_gitops.core.tree import ACCOUNTS_FOLDER
from emp_gitops.errors import ForgeError
from emp_gitops.forge.base import MAIN, Application, Proposal, State
from emp_gitops.forge.github.client import GitHub
from emp_gitops.forge.github.effects import once
from emp_gitops.forge.github.fetching import fetch, push
from emp_gitops.forge.github.judging import Judge, Judgement
from emp_gitops.forge.github.numbers import number_of
from emp_gitops.forge.github.roles import login_of
from emp_gitops.repository import Repository

MOST_FILES = 3_000
"""GitHub lists no more files of one pull request. What has that many is taken for an application, whatever they are."""

_SOMEBODY = "a deleted user"


class GitHubForge:
    """A Forge: every pull request into main that changes account files is an application, whatever its branch."""

    def __init__(self, client: GitHub, config: Config, repository: Repository) -> None:
        self._client = client
        self._repository = repository
        self._required = config.approvals.required
        self._judge = Judge(client, config)

    @classmethod
    def of(cls, config: Config, repository: Repository, *, say: Callable[[str], None]) -> Self:
        """Raises ForgeError without credentials. `say` is told what is waited for."""
        return cls(GitHub.of(config, say=say), config, repository)

    @property
    def name(self) -> str:
        return self._client.where

    def applications(self) -> Sequence[Application]:
        """The open applications, oldest first. Raises ForgeError."""
        with self._client.asking("list the open pull requests"):
            pulls = [*self._client.repository.get_pulls(state="open", base=MAIN, sort="created", direction="asc")]
        return [self._application(pull) for pull in pulls if self._changes_accounts(pull)]

    def application(self, id_: str) -> Application:
        """A pull request into main by its number (`12`, `#12`), whatever it changes. Raises ForgeError."""
        number = number_of(id_)
        with self._client.asking(f"read pull request #{number}"):
            pull = self._client.repository.get_pull(number)
            base = pull.base.ref
        if base != MAIN:
            raise ForgeError(
                f"pull request #{number} is no application: it goes into {base!r}", where=self.name,
                hint=f"change its base to {MAIN}",
            )
        return self._application(pull)

    def propose(self, proposal: Proposal) -> Application:
        """Push the commit as a branch and open a pull request, unless there is one of the two or both."""
        push(self._client, self._repository, proposal.commit, branch=proposal.branch)
        pull = self._open_pull(proposal.branch)
        if pull is None:
            pull = once(lambda: self._create(proposal), lambda: self._open_pull(proposal.branch))
        # What GitHub says of commits and reviews may still be of before the push, so nothing is made of it here.
        return replace(self._shown(pull, "pending", Judgement()), head=proposal.commit)

    def fetch(self, commit: str) -> None:
        """From GitHub, where the clone has not got it. Raises ForgeError."""
        fetch(self._client, self._repository, commit)

    def _application(self, pull: PullRequest) -> Application:
        with self._client.asking(f"read pull request #{pull.number}"):
            is_closed, is_merged, is_draft = pull.state == "closed", bool(pull.merged), pull.draft
        if is_closed and not is_merged:  # decided: nobody's approval of it means anything
            return self._shown(pull, "rejected", Judgement())
        try:
            found = self._judge.judge(pull)
        except ForgeError as error:  # the application is there, and its review can say what is not known
            return self._shown(pull, "applied" if is_merged else "failed", Judgement(), trouble=error)
        return self._shown(pull, "applied" if is_merged else "draft" if is_draft else self._state(found), found)

    def _shown(
        self, pull: PullRequest, state: State, found: Judgement, *, trouble: ForgeError | None = None
    ) -> Application:
        with self._client.asking(f"read pull request #{pull.number}"):
            return Application(
                id=str(pull.number),
                title=pull.title,
                state=state,
                requester=found.requested_by or login_of(pull.user) or _SOMEBODY,
                opened_at=pull.created_at.astimezone(UTC),
                branch=pull.head.ref,
                head=pull.head.sha,
                url=pull.html_url,
                approved_by=found.approved_by,
                obstacle=found.obstacle,
                form=found.form,
                trouble=trouble,
            )

    def _state(self, found: Judgement) -> State:
        if found.changes_requested_by:
            return "changes_requested"
        return "approved" if found.trouble is None and len(found.approved_by) >= self._required else "pending"

    def _changes_accounts(self, pull: PullRequest) -> bool:
        with self._client.asking(f"read what pull request #{pull.number} changes"):
            for number, file in enumerate(pull.get_files(), 1):
                if number >= MOST_FILES or any(map(_is_account, filter(None, (file.filename, file.previous_filename)))):
                    return True
            return False

    def _open_pull(self, branch: str) -> PullRequest | None:
        with self._client.asking(f"find the pull request of {branch}"):
            pulls = self._client.repository.get_pulls(state="open", base=MAIN, head=f"{self._client.owner}:{branch}")
            return next((pull for pull in pulls if pull.head.ref == branch), None)

    def _create(self, proposal: Proposal) -> PullRequest:
        with self._client.asking(f"open a pull request for {proposal.branch}", needs="Pull requests: write"):
            return self._client.repository.create_pull(
                base=MAIN, head=proposal.branch, title=proposal.title, body=proposal.body
            )


def _is_account(path: str) -> bool:
    """Also where the configuration stands in a folder of the repository."""
    return f"/{ACCOUNTS_FOLDER}/" in f"/{path}"
