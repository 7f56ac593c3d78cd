"""Who judges applications under a configuration."""

from __future__ import annotations

from collections.abc import Callable

from emp_gitops.core.config import Config
from emp_gitops.errors import RefusedError
from emp_gitops.forge.base import ApprovalSource
from emp_gitops.forge.plain.signed_merges import SignedMerges
from emp_gitops.repository import Repository


def approval_source(config: Config, repository: Repository, *, say: Callable[[str], None]) -> ApprovalSource:
    """The source that `approvals.source` names, other than `none`. Raises RefusedError where it cannot be asked."""
    if config.approvals.source == "signed-merge":
        return SignedMerges(repository)
    if not config.forge.startswith("github:"):
        raise RefusedError(
            "approvals.source is 'github', but forge names no repository there",
            where="emp-gitops.yaml",
            hint="set forge to github:OWNER/REPO, or approvals.source to signed-merge",
        )
    from emp_gitops.forge.github.approvals import GitHubApprovals  # noqa: PLC0415 - the only user of PyGithub

    return GitHubApprovals.of(config, repository, say=say)
