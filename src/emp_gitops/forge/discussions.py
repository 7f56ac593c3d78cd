"""Where CI may speak about an application."""

from __future__ import annotations

from collections.abc import Callable

from emp_gitops.core.config import Config
from emp_gitops.forge.base import Discussion


def discussion_of(config: Config, *, say: Callable[[str], None]) -> Discussion | None:
    """The conversations on the forge's pull requests; None in plain git, which has none. Raises ForgeError."""
    if not config.forge.startswith("github:"):
        return None
    from emp_gitops.forge.github.discussion import GitHubDiscussion  # noqa: PLC0415 - imports PyGithub

    return GitHubDiscussion.of(config, say=say)
