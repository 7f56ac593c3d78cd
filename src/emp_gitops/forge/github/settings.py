"""The settings of a repository on GitHub, read through its REST API."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, Self, TypeVar
from urllib.parse import quote, urlencode

import requests
from github.GithubException import GithubException, RateLimitExceededException

from emp_gitops.core.config import Config
from emp_gitops.errors import ForgeError
from emp_gitops.forge.github.client import GitHub
from emp_gitops.forge.github.protection import protection_rules
from emp_gitops.forge.settings import Environment, Facts, Rule, UnreadableError

_ADMINISTRATION = "Administration: read"
_ENVIRONMENTS = "Environments: read"
_PAGE = 100


P = ParamSpec("P")
T = TypeVar("T")


def _sensible(method: Callable[P, T]) -> Callable[P, T]:
    """A method that reads answers as GitHub describes them; what is answered otherwise comes from something else."""

    @wraps(method)
    def read(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(*args, **kwargs)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise ForgeError(
                "the answer is none of GitHub's",
                hint="check that GITHUB_API_URL is the address of GitHub's REST API",
            ) from error

    return read


class GitHubSettings:
    """The Settings of one repository. GitHub is asked for each of them once, and for nothing more once it cannot be
    reached: each try may take minutes.
    """

    def __init__(self, client: GitHub) -> None:
        self._client = client
        self._answers: dict[str, Any] = {}
        self._unreachable: tuple[str, str | None] | None = None
        self.name = f"{client.owner}/{client.name}"

    @classmethod
    def of(cls, config: Config, *, say: Callable[[str], None]) -> Self:
        """Raises ForgeError without credentials. `say` is told what is waited for."""
        return cls(GitHub.of(config, say=say))

    @_sensible
    def facts(self) -> Facts:
        value = self._get("", what="read the repository", needs="Metadata: read")
        return Facts(
            is_private=value["private"], default_branch=value["default_branch"], has_issues=value["has_issues"]
        )

    @_sensible
    def rules(self, branch: str) -> Sequence[Rule]:
        path = f"/rules/branches/{quote(branch, safe='')}"
        return [
            Rule(type=rule["type"], parameters=rule.get("parameters", {}), ruleset=rule.get("ruleset_id"))
            for rule in self._list(path, None, what="read the rules of main", needs="Metadata: read")
        ]

    @_sensible
    def protection(self, branch: str) -> Sequence[Rule]:
        path = f"/branches/{quote(branch, safe='')}/protection"
        try:
            value = self._get(path, what="read the protection of main", needs=_ADMINISTRATION)
        except UnreadableError as error:
            if _said(error) == "Branch not protected":
                return ()
            raise
        return protection_rules(value)

    @_sensible
    def exceptions(self, ruleset: int) -> int:
        what = "read who may bypass the rules of main"
        value = self._get(f"/rulesets/{ruleset}", what=what, needs="Administration: write")
        if "bypass_actors" not in value:
            raise _unreadable(what, "Administration: write")
        return len(value["bypass_actors"])

    @_sensible
    def environments(self) -> Mapping[str, Environment]:
        found = self._list("/environments", "environments", what="read the environments", needs="Actions: read")
        return {each["name"]: self._environment(each) for each in found}

    def _environment(self, value: Mapping[str, Any]) -> Environment:
        policy, name = value.get("deployment_branch_policy"), value["name"]
        branches: tuple[str, ...] | None = None
        if policy and policy["custom_branch_policies"]:
            path = f"/environments/{quote(name, safe='')}/deployment-branch-policies"
            found = self._list(path, "branch_policies", what=f"read who may use {name}", needs="Actions: read")
            branches = tuple(f"tag {each['name']}" if each.get("type") == "tag" else each["name"] for each in found)
        return Environment(
            name=name,
            branches=branches,
            only_protected=bool(policy and policy["protected_branches"]),
            waits_for_people=any(rule["type"] == "required_reviewers" for rule in value.get("protection_rules", ())),
        )

    @_sensible
    def secrets(self, environment: str | None) -> Collection[str]:
        path = "/actions/secrets" if environment is None else f"/environments/{quote(environment, safe='')}/secrets"
        whose, needs = ("the repository", "Secrets: read") if environment is None else (environment, _ENVIRONMENTS)
        found = self._list(path, "secrets", what=f"read the names of the secrets of {whose}", needs=needs)
        return {each["name"] for each in found}

    @_sensible
    def variables(self, environment: str | None) -> Mapping[str, str]:
        path = "/actions/variables"
        whose, needs = "the repository", "Variables: read"
        if environment is not None:
            path, whose, needs = f"/environments/{quote(environment, safe='')}/variables", environment, _ENVIRONMENTS
        found = self._list(path, "variables", what=f"read the variables of {whose}", needs=needs)
        return {each["name"]: each["value"] for each in found}

    @_sensible
    def workflow_state(self, file: str) -> str | None:
        found = self._list("/actions/workflows", "workflows", what="read the workflows", needs="Actions: read")
        return next((each["state"] for each in found if each["path"] == f".github/workflows/{file}"), None)

    @_sensible
    def last_success(self, file: str, branch: str, *, event: str | None = None) -> datetime | None:
        path = f"/actions/workflows/{quote(file, safe='')}/runs"
        what, asked = f"read the runs of {file}", {"status": "success", "branch": branch, "per_page": 1}
        asked |= {"event": event} if event else {}
        runs = self._get(path, what=what, needs="Actions: read", **asked)["workflow_runs"]
        return datetime.fromisoformat(runs[0]["created_at"]) if runs else None

    @_sensible
    def code_owner_errors(self, branch: str) -> Sequence[str]:
        what = "read the errors of CODEOWNERS"
        found = self._get("/codeowners/errors", what=what, needs="Contents: read", ref=branch)["errors"]
        return [f"{each['path']}:{each['line']}: {each['kind']}" for each in found]

    def has_label(self, name: str) -> bool:
        path = f"/repos/{self.name}/labels/{quote(name, safe='')}"
        return self._found(path, what=f"look the label {name} up", needs="Issues: read") is not None

    @_sensible
    def has_user(self, login: str) -> bool:
        user = self._found(f"/users/{quote(login, safe='')}", what=f"look {login} up", needs="any")
        return user is not None and user.get("type") != "Organization"

    @_sensible
    def members(self, team: str) -> Collection[str]:
        organisation, _, slug = (quote(part, safe="") for part in team[1:].partition("/"))
        path, what, needs = f"/orgs/{organisation}/teams/{slug}/members", f"read who is in {team}", "Members: read"
        try:
            return {each["login"].lower() for each in self._pages(path, None, what=what, needs=needs)}
        except UnreadableError as error:
            if _status(error) != 404:
                raise
            raise UnreadableError(error.message, hint=f"check the name {team}, or {error.hint}") from error.__cause__

    def _found(self, path: str, *, what: str, needs: str) -> Any:
        """What is at a path, None where there is no such thing."""
        try:
            return self._ask(path, what=what, needs=needs)
        except UnreadableError as error:
            if _status(error) == 404:
                return None
            raise

    def _get(self, path: str, *, what: str, needs: str, **asked: Any) -> Any:
        """What is at a path below the repository."""
        return self._ask(f"/repos/{self.name}{path}", what=what, needs=needs, **asked)

    def _list(self, path: str, key: str | None, *, what: str, needs: str) -> Iterator[Any]:
        return self._pages(f"/repos/{self.name}{path}", key, what=what, needs=needs)

    def _pages(self, path: str, key: str | None, *, what: str, needs: str) -> Iterator[Any]:
        """All of a list, which stands in the answer under a key or is the answer."""
        page, full = 0, True
        while full:
            page += 1
            value = self._ask(path, what=what, needs=needs, per_page=_PAGE, page=page)
            found = value if key is None else value[key]
            yield from found
            full = len(found) == _PAGE

    def _ask(self, path: str, *, what: str, needs: str, **asked: Any) -> Any:
        key = f"{path}?{urlencode(asked)}" if asked else path
        if self._unreachable:
            reason, hint = self._unreachable
            raise ForgeError(f"cannot {what}: {reason}", where=self._client.where, hint=hint)
        if key not in self._answers:
            try:
                with self._client.asking(what):
                    self._answers[key] = self._client.api.requester.requestJsonAndCheck("GET", key)[1]
            except ForgeError as error:
                if _is_withheld(error):
                    raise _unreadable(what, needs, error) from error.__cause__
                if isinstance(error.__cause__, requests.RequestException):
                    self._unreachable = error.message.removeprefix(f"cannot {what}: "), error.hint
                raise
        return self._answers[key]


def _is_withheld(error: ForgeError) -> bool:
    """Whether GitHub answered, and keeps the thing from us. At its rate limit it answers 403 as well."""
    return _status(error) in (403, 404) and not isinstance(error.__cause__, RateLimitExceededException)


def _unreadable(what: str, permission: str, error: ForgeError | None = None) -> UnreadableError:
    if error and str(_said(error)).startswith("Upgrade to "):  # a private repository without a paid plan
        return UnreadableError(
            f"cannot {what}: GitHub has that for private repositories in paid plans only",
            hint="upgrade the plan; reconcile checks approvals by itself, whatever GitHub lets in",
        )
    return UnreadableError(f"cannot {what}", hint=f"run again with a token that has the permission {permission}")


def _status(error: ForgeError) -> int | None:
    return error.__cause__.status if isinstance(error.__cause__, GithubException) else None


def _said(error: ForgeError) -> object:
    data = error.__cause__.data if isinstance(error.__cause__, GithubException) else None
    return data.get("message") if isinstance(data, dict) else None
