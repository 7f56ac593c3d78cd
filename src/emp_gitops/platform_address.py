"""Whether the platform that a commit names may be followed to.

The trusted revision is kept by the platform, so a push that names another platform would choose its own judge. Where
the approvals of an earlier commit were kept, no later commit can say by itself; an operator can.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from emp_gitops.core.config import DEFAULT_PLATFORM
from emp_gitops.core.loading import load
from emp_gitops.core.tree import CONFIG_FILE
from emp_gitops.errors import RefusedError
from emp_gitops.platform.url import PlatformUrl, SqliteUrl, parse_platform_url
from emp_gitops.repository import Repository
from emp_gitops.workspace import Workspace

_BY_AN_OPERATOR = "an operator names the platform: --platform URL, or the variable EMP_PLATFORM"


def check_address(workspace: Workspace, commit: str, url: PlatformUrl) -> None:
    """Whether a configured address (not one that an operator gave) may be followed from a commit of main (a full id).

    Nothing is looked at while no commit ever asked for approvals. Raises RefusedError, RepositoryError.
    """
    known = list(_configurations(workspace.repository, commit))
    demanding = [config for config in known if _demands(config)]
    if not demanding:
        return
    now = known[0]
    if _address(demanding[-1]) != _address(now):  # the oldest: where approvals were kept first
        raise RefusedError(
            "the configuration names another platform than before, when approvals were asked for already",
            where=CONFIG_FILE, hint=f"if the platform really moved, {_BY_AN_OPERATOR}",
        )
    _check_place(workspace, commit, url)


def address_kept(workspace: Workspace, commit: str) -> PlatformUrl | None:
    """The address that `check_address` would let pass at a commit, whatever its own configuration says; None while no
    commit ever asked for approvals. Raises RefusedError, RepositoryError.
    """
    demanding = [config for config in _configurations(workspace.repository, commit) if _demands(config)]
    if not demanding:
        return None
    url = parse_platform_url(str(_address(demanding[-1])), workspace.root)
    _check_place(workspace, commit, url)
    return url


def asked_for_approvals(repository: Repository, commit: str) -> bool:
    """Whether the configuration asked for approvals at a commit (a full id) of main, or ever before. Raises
    RepositoryError.
    """
    return any(map(_demands, _configurations(repository, commit)))


def _check_place(workspace: Workspace, commit: str, url: PlatformUrl) -> None:
    """Raises RefusedError where a commit brought what is there."""
    if isinstance(url, SqliteUrl) and (place := _inside(url, workspace)) and (
        planted := workspace.repository.last_touched(commit, place)
    ):
        raise RefusedError(
            f"commit {planted[:12]} put a file in the place of the embedded platform; what is there may be its content",
            where=place,
            hint=f"restore the platform from a backup, at another place or on PostgreSQL; then {_BY_AN_OPERATOR}",
        )


def _configurations(repository: Repository, commit: str) -> Iterator[Mapping[str, Any]]:
    """Each version of the configuration on main's line, newest first; an unreadable one says nothing."""
    for data in repository.versions(commit, CONFIG_FILE):
        value = load(data).value if data else None
        yield value if isinstance(value, dict) else {}


def _demands(config: Mapping[str, Any]) -> bool:
    approvals = config.get("approvals")
    return isinstance(approvals, dict) and approvals.get("source", "none") != "none"


def _address(config: Mapping[str, Any]) -> Any:
    return config.get("platform", DEFAULT_PLATFORM)


def _inside(url: SqliteUrl, workspace: Workspace) -> str | None:
    """The topmost folder below the root that holds the file, or the file; None where it is outside of the root."""
    root, path = workspace.root.absolute(), Path(os.path.normpath(url.path))
    return path.relative_to(root).parts[0] if path.is_relative_to(root) else None
