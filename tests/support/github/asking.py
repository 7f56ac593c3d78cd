"""The stand-in as its own tests ask it: through PyGithub, which asks once and waits for nothing, and over plain HTTP."""

from __future__ import annotations

from typing import Any

import httpx
from github import Auth, Github
from github.Repository import Repository

from support.github.control import GitHub

OURS = "/repos/example-energy/accounts"


def client(github: GitHub, login: str = "ana", *, can_write: bool = True) -> Github:
    return Github(
        auth=Auth.Token(github.token_for(login, can_write=can_write)), base_url=github.state.api, retry=None, lazy=True,
        seconds_between_requests=0, seconds_between_writes=0,
    )


def repository(github: GitHub, login: str = "ana", *, can_write: bool = True) -> Repository:
    return client(github, login, can_write=can_write).get_repo("example-energy/accounts")


def ask(
    github: GitHub, method: str, path: str, body: Any = None, *, token: str | None = None, **headers: str
) -> httpx.Response:
    """`path` is below the API's address; the token is ana's unless another is given."""
    authorization = f"Bearer {github.token_for('ana') if token is None else token}"
    return httpx.request(
        method, f"{github.state.api}{path}", json=body, headers={"authorization": authorization, **headers}, trust_env=False
    )
