"""The connection to GitHub: which repository, as whom, and how long anything may take."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from typing import Any, Self
from urllib.parse import urlsplit

import jwt
from github import Auth, Github, GithubIntegration
from github.GithubException import GithubException, RateLimitExceededException
from github.Repository import Repository

from emp_gitops.core.config import GITHUB, Config
from emp_gitops.errors import ForgeError
from emp_gitops.forge.github.troubles import asking
from emp_gitops.forge.github.waiting import Patience, SafeRetry

TIMEOUT = 30
"""Seconds until a connection, and until each part of an answer."""

ACTIONS = "github-actions[bot]"
"""Whose the token is that GitHub gives to every workflow, and that may not ask for its own name."""

# Statuses of a refusal by GraphQL (400 stands for an error that it answers with 200), not of a failure.
_UNTOLD = (400, 403, 404)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class GitHub:
    """One repository on GitHub, as a token or an App sees it. Nothing is asked before it is needed.

    `server_url` is where people and git go, without a slash at the end; `patience` is what is left of the run's.
    """

    def __init__(self, full_name: str, *, api_url: str, server_url: str, auth: Auth.Auth, patience: Patience) -> None:
        self.owner, _, self.name = full_name.partition("/")
        self.server_url = server_url
        self.patience = patience
        self._auth = auth
        self._settings: dict[str, Any] = {
            "base_url": api_url, "timeout": TIMEOUT, "retry": SafeRetry(patience), "per_page": 100,
            "user_agent": "emp-gitops", "seconds_between_requests": 0, "seconds_between_writes": 0,
        }

    @classmethod
    def of(
        cls,
        config: Config,
        *,
        say: Callable[[str], None],
        environment: Mapping[str, str] | None = None,
        sleep: Callable[[float], None] | None = None,
    ) -> Self:
        """The repository that `forge: github:OWNER/REPO` names, with the credentials of the environment.

        `say` is told what it waits for. Raises ForgeError without credentials, or for addresses that are none.
        """
        settings = os.environ if environment is None else environment
        return cls(
            config.forge.removeprefix(GITHUB),
            api_url=_address(settings, "GITHUB_API_URL", "https://api.github.com"),
            server_url=_address(settings, "GITHUB_SERVER_URL", "https://github.com"),
            auth=_credentials(settings),
            patience=Patience(say=say, sleep=sleep),
        )

    @property
    def where(self) -> str:
        """As the configuration names the repository."""
        return f"github:{self.owner}/{self.name}"

    def asking(self, what: str, *, needs: str | None = None) -> AbstractContextManager[None]:
        """See `troubles.asking`; what is read lazily must be read inside."""
        return asking(what, where=self.where, needs=needs)

    @cached_property
    def api(self) -> Github:
        """Everything it gives is lazy: asked when a field is first read, which raises PyGithub's own errors."""
        return Github(auth=self._permission, lazy=True, **self._settings)

    @cached_property
    def repository(self) -> Repository:
        return self.api.get_repo(f"{self.owner}/{self.name}")

    @cached_property
    def login(self) -> str:
        """Who we are, as the author of comments and pull requests. Raises ForgeError."""
        with self.asking("find out whom the credentials belong to"):
            if isinstance(self._auth, Auth.AppAuth):
                return f"{self._integration.get_app().slug}[bot]"
            try:
                return self.api.get_user().login
            except GithubException as error:
                if error.status != 403 or isinstance(error, RateLimitExceededException):
                    raise
                return self._viewer() or ACTIONS

    def _viewer(self) -> str | None:
        """Who we are by GraphQL, which tells it to the token of an installation too, where the other way does not."""
        try:
            _, answer = self.api.requester.graphql_query("query { viewer { login } }", {})
        except GithubException as error:
            if error.status not in _UNTOLD or isinstance(error, RateLimitExceededException):
                raise
            return None
        try:
            return str(answer["data"]["viewer"]["login"])
        except (KeyError, TypeError) as error:
            raise ValueError("an answer without a viewer") from error

    def token(self) -> str:
        """A token that is valid now, for git. Raises ForgeError."""
        with self.asking("get a token for git"):
            return self._permission.token

    @cached_property
    def _integration(self) -> GithubIntegration:
        return GithubIntegration(auth=self._auth, **self._settings)  # type: ignore[arg-type] # of an App, see its users

    @cached_property
    def _permission(self) -> Auth.Auth:
        """The token, or for an App its installation on this repository."""
        if not isinstance(self._auth, Auth.AppAuth):
            return self._auth
        with self.asking("find the App's installation"):
            installation = self._integration.get_repo_installation(self.owner, self.name)
            return self._auth.get_installation_auth(installation.id, requester=self._integration.requester)


def _credentials(environment: Mapping[str, str]) -> Auth.Auth:
    app, key = environment.get("EMP_GITHUB_APP_ID", "").strip(), environment.get("EMP_GITHUB_APP_KEY", "").strip()
    if app and key:
        return _app(app, key)
    if app or key:
        missing = "EMP_GITHUB_APP_KEY" if app else "EMP_GITHUB_APP_ID"
        raise ForgeError(f"an App needs its id and its key, and {missing} is not set", hint=f"set {missing}")
    token = environment.get("GITHUB_TOKEN", "").strip()
    if not token:
        raise ForgeError(
            "there are no credentials for GitHub",
            hint="set GITHUB_TOKEN (`gh auth token` prints yours), or EMP_GITHUB_APP_ID and EMP_GITHUB_APP_KEY",
        )
    if not (token.isascii() and token.isprintable() and " " not in token):
        raise ForgeError("GITHUB_TOKEN is no token", hint="a token is one word of letters, digits and _")
    return Auth.Token(token)


def _app(app: str, key: str) -> Auth.AppAuth:
    auth = Auth.AppAuth(app, key + "\n")
    try:
        auth.create_jwt()
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise ForgeError(
            "EMP_GITHUB_APP_KEY is no private key", hint="it is the whole text of the App's .pem file"
        ) from error
    return auth


def _address(environment: Mapping[str, str], name: str, default: str) -> str:
    """The address without a slash at its end; credentials go to https only, or stay on this machine."""
    text = environment.get(name, "").strip() or default
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or parts.query or parts.fragment or "@" in parts.netloc:
        raise ForgeError(f"{name} is no address of a server", hint=f"such as {default}")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise ForgeError(f"{name} would send the token without encryption", hint="give an https address")
    return text.rstrip("/")
