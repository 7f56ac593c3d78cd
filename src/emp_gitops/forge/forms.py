"""Where people send forms to."""

from __future__ import annotations

from collections.abc import Callable

from emp_gitops.core.config import Config
from emp_gitops.forge.base import FormSource


def form_source_of(config: Config, *, say: Callable[[str], None]) -> FormSource | None:
    """The issues of the forge; None in plain git, which has none. Raises ForgeError."""
    if not config.forge.startswith("github:"):
        return None
    from emp_gitops.forge.github.forms import GitHubForms  # noqa: PLC0415 - imports PyGithub

    return GitHubForms.of(config, say=say)
