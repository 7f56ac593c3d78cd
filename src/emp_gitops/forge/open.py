"""Everything that a configuration's forge offers, opened by its name. GitHub's side is imported when it is needed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from emp_gitops.core.config import Config
from emp_gitops.errors import RefusedError
from emp_gitops.forge.base import ApprovalSource, Discussion, Forge, FormSource
from emp_gitops.forge.issues import IssueTracker
from emp_gitops.forge.plain.branches import PlainForge
from emp_gitops.forge.plain.issues import PlainIssues
from emp_gitops.forge.plain.signed_merges import SignedMerges
from emp_gitops.forge.settings import Settings
from emp_gitops.repository import Repository

Say = Callable[[str], None]
"""Is told of waits."""


def open_forge(config: Config, repository: Repository, *, say: Say) -> Forge:
    """GitHub or plain git. Raises ForgeError where GitHub cannot be asked at all."""
    if not config.is_on_github:
        return PlainForge(repository)
    from emp_gitops.forge.github.applications import GitHubForge  # noqa: PLC0415 - imports PyGithub

    return GitHubForge.of(config, repository, say=say)


def open_approvals(config: Config, repository: Repository, *, say: Say) -> ApprovalSource:
    """The source that `approvals.source` names, other than `none`. Raises RefusedError where it cannot be asked."""
    if config.approvals.source == "signed-merge":
        return SignedMerges(repository)
    check_named(config)
    from emp_gitops.forge.github.approvals import GitHubApprovals  # noqa: PLC0415 - imports PyGithub

    return GitHubApprovals.of(config, repository, say=say)


def open_discussion(config: Config, *, say: Say) -> Discussion | None:
    """The conversations on the forge's pull requests; None in plain git, which has none. Raises ForgeError."""
    if not config.is_on_github:
        return None
    from emp_gitops.forge.github.discussion import GitHubDiscussion  # noqa: PLC0415 - imports PyGithub

    return GitHubDiscussion.of(config, say=say)


def open_forms(config: Config, *, say: Say) -> FormSource | None:
    """The issues of the forge, to which people send forms; None in plain git, which has none. Raises ForgeError."""
    if not config.is_on_github:
        return None
    from emp_gitops.forge.github.forms import GitHubForms  # noqa: PLC0415 - imports PyGithub

    return GitHubForms.of(config, say=say)


def open_issues(config: Config, repository: Repository, *, say: Say, moment: datetime | None = None) -> IssueTracker:
    """The issues that the tool keeps, on GitHub or as files in plain git. `moment` is now unless something else is
    given. Raises ForgeError where GitHub cannot be asked at all.
    """
    if not config.is_on_github:
        return PlainIssues.of(config, repository, say=say, moment=moment)
    from emp_gitops.forge.github.issues import GitHubIssues  # noqa: PLC0415 - imports PyGithub

    return GitHubIssues.of(config, say=say)


def open_settings(config: Config, *, say: Say) -> Settings | None:
    """What administrators set on the forge; None for plain git, which has no settings. Raises ForgeError."""
    if not config.is_on_github:
        return None
    from emp_gitops.forge.github.settings import GitHubSettings  # noqa: PLC0415 - imports PyGithub

    return GitHubSettings.of(config, say=say)


def check_named(config: Config) -> None:
    """Raises RefusedError where approvals are to be read on GitHub, and nothing says in which repository."""
    if not config.is_on_github:
        raise RefusedError(
            "approvals.source is 'github', but forge names no repository there",
            where="emp-gitops.yaml",
            hint="set forge to github:OWNER/REPO, or approvals.source to signed-merge",
        )
