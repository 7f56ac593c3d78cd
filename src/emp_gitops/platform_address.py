"""Whether the platform that a commit names may be followed to.

The trusted revision is kept by the platform, so a push that names another platform would choose its own judge. Where
the approvals of an earlier commit were kept, no later commit can say by itself; an operator can.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
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

    Nothing is refused while no commit ever asked for approvals. Raises RefusedError, RepositoryError.
    """
    known = list(_configurations(workspace.repository, commit))
    now = known[0] if known else {}
    _check_whole(workspace, now)
    demanding = _demanding(workspace, commit, known)
    if not demanding:
        return
    if any(_address(config) != _address(now) for config in demanding):
        raise RefusedError(
            "the configuration names another platform than before, when approvals were asked for already",
            where=CONFIG_FILE, hint=f"if the platform really moved, {_BY_AN_OPERATOR}",
        )
    _check_place(workspace, commit, url)


def address_kept(workspace: Workspace, commit: str) -> PlatformUrl | None:
    """The address that `check_address` would let pass at a commit, whatever its own configuration says; None while no
    commit ever asked for approvals. Raises RefusedError, RepositoryError.
    """
    demanding = _demanding(workspace, commit, list(_configurations(workspace.repository, commit)))
    if not demanding:
        return None
    _check_whole(workspace, demanding[0])
    if any(_address(config) != _address(demanding[0]) for config in demanding):
        raise RefusedError(
            "approvals were asked for on several platforms before, and the configuration does not say which counts",
            where=CONFIG_FILE, hint=_BY_AN_OPERATOR,
        )
    url = parse_platform_url(str(_address(demanding[0])), workspace.root)
    _check_place(workspace, commit, url)
    return url


def asked_for_approvals(workspace: Workspace, commit: str) -> bool:
    """Whether the configuration asked for approvals at a commit (a full id) of main, or ever before. Raises
    RepositoryError.
    """
    return bool(_demanding(workspace, commit, list(_configurations(workspace.repository, commit))))


def _demanding(workspace: Workspace, commit: str, line: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The configurations that asked for approvals: the oldest on main's `line`, where they were kept first, and all
    that are not on it. A push can make main the second parent of something else, or put a configuration nearer.
    """
    found = [config for config in line if _demands(config)][-1:]
    anywhere = map(_read, workspace.repository.versions_anywhere(commit, workspace.config_places))
    return [*found, *(config for config in anywhere if config not in line and _demands(config))]


def _check_whole(workspace: Workspace, config: Mapping[str, Any]) -> None:
    """Raises RefusedError where a shallow clone leads to a platform that is not beside it: what was asked for before is
    not to be seen there.
    """
    if _address(config) == DEFAULT_PLATFORM:
        return
    try:
        workspace.repository.check_whole()
    except RefusedError as error:
        raise RefusedError(
            "the clone is shallow, so it does not show whether its configuration may lead to another platform",
            where=error.where, hint=f"{error.hint}; or {_BY_AN_OPERATOR}",
        ) from error


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
    yield from map(_read, repository.versions(commit, CONFIG_FILE))


def _read(data: bytes | None) -> Mapping[str, Any]:
    value = load(data).value if data else None
    return value if isinstance(value, dict) else {}


def _demands(config: Mapping[str, Any]) -> bool:
    approvals = config.get("approvals")
    return isinstance(approvals, dict) and approvals.get("source", "none") != "none"


def _address(config: Mapping[str, Any]) -> Any:
    return config.get("platform", DEFAULT_PLATFORM)


def _inside(url: SqliteUrl, workspace: Workspace) -> str | None:
    """The topmost folder below the root that holds the file, or the file; None where it is outside of the root."""
    root, path = workspace.root.absolute(), Path(os.path.normpath(url.path))
    return path.relative_to(root).parts[0] if path.is_relative_to(root) else None
