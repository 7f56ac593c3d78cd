"""Whether those who open applications may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from emp_gitops.core.config import Config
from emp_gitops.forge.base import Application, PolicyInForce
from emp_gitops.forge.open import check_named
from emp_gitops.forge.plain.signed_merges import SignedMerges
from emp_gitops.repository import Repository

if TYPE_CHECKING:
    from emp_gitops.forge.github.roles import Roles


class Requesters:
    """Asks the forge who is a SuperAdmin; a team is read once. `say` is told of waits."""

    def __init__(self, repository: Repository, *, say: Callable[[str], None]) -> None:
        self._repository = repository
        self._say = say
        self._roles: tuple[Config, Roles] | None = None

    def trouble(self, application: Application, base: str, policy: PolicyInForce) -> str | None:
        """Why the requester may not ask, by the policy of the base, or None; nobody is asked where approvals are none.

        Raises ForgeError where it cannot be found out, RefusedError where the policy names no place to ask.
        """
        source = policy.config.approvals.source
        if source == "none":
            return None
        if source == "signed-merge":
            merges = SignedMerges(self._repository, since=datetime.now(UTC))
            return merges.requester_trouble(base, application.head, policy)
        check_named(policy.config)
        if self._roles_of(policy.config).is_super_admin(application.requester):
            return None
        return f"{application.requester} is no SuperAdmin"

    def _roles_of(self, config: Config) -> Roles:
        if self._roles is None or self._roles[0] != config:
            from emp_gitops.forge.github.client import GitHub  # noqa: PLC0415 - imports PyGithub
            from emp_gitops.forge.github.roles import Roles  # noqa: PLC0415

            self._roles = config, Roles(GitHub.of(config, say=self._say), config)
        return self._roles[1]
