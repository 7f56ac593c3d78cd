"""Fetching and pushing commits over HTTP, with a token that no other process, log or server gets to see."""

from __future__ import annotations

import base64

from emp_gitops.repository.process import Git
from emp_gitops.repository.troubles import harmless

# Bytes a second, and for how many seconds there may be fewer before git gives up.
_SLOWEST, _PATIENCE = "1000", "30"


def fetch(git: Git, url: str, wanted: str, *, token: str) -> str | None:
    """Fetch a commit id, or a ref under its full name, into the repository; no branch, tag or FETCH_HEAD changes.

    Returns git's last complaint where it fails. Raises RepositoryError only where git is missing.
    """
    return _with_token(
        git, url, token,
        "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-auto-maintenance",
        "--", url, wanted,
    )


def publish(git: Git, url: str, commit: str, *, branch: str, token: str) -> str | None:
    """Make the commit (a full id) the branch's there, unless that would drop commits from it.

    Returns git's last complaint where it fails, and raises, as `fetch` does.
    """
    return _with_token(
        git, url, token,
        "push", "--quiet", "--no-verify", "--no-follow-tags", "--no-signed", "--recurse-submodules=no",
        "--", url, f"{commit}:refs/heads/{branch}",
    )


def _with_token(git: Git, url: str, token: str, *command: str) -> str | None:
    """Run git with a token that goes to this very URL only: in the environment, since anybody can list arguments, and
    never along a redirection.
    """
    header = f"Authorization: Basic {base64.b64encode(f'x-access-token:{token}'.encode()).decode('ascii')}"
    settings = (
        (f"http.{url}.extraHeader", ""),  # forgets those of the repository's own settings: two would be refused
        (f"http.{url}.extraHeader", header),
        ("http.followRedirects", "false"),
        ("http.lowSpeedLimit", _SLOWEST),
        ("http.lowSpeedTime", _PATIENCE),
        ("credential.helper", ""),
    )
    environment = {"GIT_ALLOW_PROTOCOL": "http:https", "GIT_ASKPASS": "", "GIT_CONFIG_COUNT": str(len(settings))}
    for number, (key, value) in enumerate(settings):
        environment |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    outcome = Git(git.root, environment=environment).attempt(*command)
    if not outcome.status:
        return None
    lines = [line.strip() for line in outcome.complaint.splitlines() if line.strip()]
    telling = [line for line in lines if not line.startswith(("hint:", "error: failed to push"))]
    text = telling[-1] if telling else f"git {command[0]} failed"
    return harmless(text, 300)
