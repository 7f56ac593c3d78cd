"""The forge that a configuration names."""

from __future__ import annotations

from collections.abc import Callable

from emp_gitops.core.config import Config
from emp_gitops.forge.base import Forge
from emp_gitops.forge.plain.branches import PlainForge
from emp_gitops.repository import Repository


def open_forge(config: Config, repository: Repository, *, say: Callable[[str], None]) -> Forge:
    """GitHub or plain git; `say` is told of waits. Raises ForgeError where GitHub cannot be asked at all."""
    if not config.forge.startswith("github:"):
        return PlainForge(repository)
    from emp_gitops.forge.github.applications import GitHubForge  # noqa: PLC0415 - imports PyGithub

    return GitHubForge.of(config, repository, say=say)
