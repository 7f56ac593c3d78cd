"""Issues that are filled-in forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from emp_gitops.core.config import Config
from emp_gitops.core.forms import FormIssue
from emp_gitops.errors import ForgeError
from emp_gitops.forge.github.client import GitHub
from emp_gitops.forge.github.numbers import number_of
from emp_gitops.forge.github.roles import Roles, login_of

_EDITORS = """
query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    issue(number: $number) { userContentEdits(first: 100) { nodes { editor { login } } pageInfo { hasNextPage } } }
  }
}
"""
DELETED = "a deleted user"


class GitHubForms:
    """A FormSource."""

    def __init__(self, client: GitHub, roles: Roles) -> None:
        self._client = client
        self._roles = roles

    @classmethod
    def of(cls, config: Config, *, say: Callable[[str], None]) -> Self:
        """Raises ForgeError without credentials."""
        client = GitHub.of(config, say=say)
        return cls(client, Roles(client, config))

    def identity(self) -> str:
        """By GitHub's own address for us: of commits with another one it does not say who made them."""
        client = self._client
        with client.asking("find out as whom to commit"):
            number = client.api.get_user(client.login).id
        return f"{client.login} <{number}+{client.login}@{client.noreply}>"

    def form_issue(self, number: str) -> FormIssue:
        """The issue of a number, as it is now, with everybody who ever edited it. Raises ForgeError."""
        return read_form_issue(self._client, int(number))

    def requester_trouble(self, login: str) -> str | None:
        return None if self._roles.is_super_admin(login) else f"{login} is no SuperAdmin"

    def describe(self, application: str, *, title: str, body: str) -> None:
        number = number_of(application)
        with self._client.asking(f"describe pull request #{number}", needs="Pull requests: write"):
            pull = self._client.repository.get_pull(number)
            if (pull.title, pull.body) != (title, body):
                pull.edit(title=title, body=body)


def read_form_issue(client: GitHub, number: int) -> FormIssue:
    """Raises ForgeError, also for a pull request, which has a number like an issue."""
    with client.asking(f"read issue #{number}"):
        issue = client.repository.get_issue(number)
        text, login, is_pull = issue.body or "", login_of(issue.user), issue.pull_request
        sent_at, is_open = issue.created_at, issue.state == "open"
    if is_pull:
        raise ForgeError(f"#{number} is a pull request, and no form", where=client.where)
    if login is None:
        raise ForgeError(f"nobody knows who sent #{number}: the account is gone", where=client.where)
    editors = _editors(client, number)
    return FormIssue(
        issue=f"#{number}", author=login, sent_at=sent_at, text=text, is_open=is_open,
        other_editors=tuple(dict.fromkeys(each for each in editors if each.lower() != login.lower())),
    )


def _editors(client: GitHub, number: int) -> list[str]:
    """Everybody who edited the text of an issue; only GitHub's GraphQL tells."""
    variables = {"owner": client.owner, "name": client.name, "number": number}
    with client.asking(f"read who edited issue #{number}"):
        _, answer = client.api.requester.graphql_query(_EDITORS, variables)
        try:
            edits: dict[str, Any] = answer["data"]["repository"]["issue"]["userContentEdits"]
            editors = [each["editor"]["login"] if each["editor"] else DELETED for each in edits["nodes"]]
            is_whole = edits["pageInfo"]["hasNextPage"] is False
        except (KeyError, TypeError) as error:
            raise ValueError("an answer without the edits") from error
    if not is_whole:
        raise ForgeError(f"#{number} was edited more than 100 times", where=client.where, hint="send a new form")
    return editors
