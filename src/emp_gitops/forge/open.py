"""The forge that a configuration names."""

from __future__ import annotations

from collections.abc import Callable

from emp_gitops.core.config import Config
from emp_gitops.forge.base import Forge
from emp_gitops.forge.plain.branches import PlainForge
from emp_gitops.forge.settings import Settings
from emp_gitops.repository import Repository


def open_forge(config: Config, repository: Repository, *, say: Callable[[str], None]) -> Forge:
    """GitHub or plain git; `say` is told of waits. Raises ForgeError where GitHub cannot be asked at all."""
    if not config.forge.startswith("github:"):
        return PlainForge(repository)
    from emp_gitops.forge.github.applications import GitHubForge  # noqa: PLC0415 - imports PyGithub

    return GitHubForge.of(config, repository, say=say)


def open_settings(config: Config, *, say: Callable[[str], None]) -> Settings | None:
    """What administrators set on the forge; None for plain git, which has no settings. Raises ForgeError."""
    if not config.forge.startswith("github:"):
        return None
    from emp_gitops.forge.github.settings import GitHubSettings  # noqa: PLC0415 - imports PyGithub

    return GitHubSettings.of(config, say=say)
