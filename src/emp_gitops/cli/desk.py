"""What the commands about applications look at them with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from emp_gitops.cli.session import Session, note

if TYPE_CHECKING:
    from emp_gitops.core.checking import CheckedTree
    from emp_gitops.core.model import LiveAccount
    from emp_gitops.forge.base import Forge
    from emp_gitops.review.making import Reviewer


def desk(
    session: Session, live: Callable[[CheckedTree], Mapping[str, LiveAccount]] | None = None
) -> tuple[Forge, Reviewer]:
    """The forge that the work tree's configuration names, and the reviewer of its applications.

    `live` reads the platform; without it, the configured one is read, once. Raises EmpError where the configuration is
    broken, ForgeError.
    """
    from emp_gitops.forge.open import open_forge
    from emp_gitops.forge.requesters import Requesters
    from emp_gitops.review.making import Reviewer

    workspace = session.workspace
    forge = open_forge(workspace.policy().config, workspace.repository, say=note)

    known: dict[object, Mapping[str, LiveAccount]] = {}

    def read(checked: CheckedTree) -> Mapping[str, LiveAccount]:
        url = workspace.platform_url(checked, session.platform)
        if url not in known:
            known[url] = session.live_accounts(checked, may_be_missing=True)
        return known[url]

    return forge, Reviewer(
        workspace=workspace,
        forge=forge,
        live=live or read,
        today=session.day,
        requester_trouble=Requesters(workspace.repository, say=note).trouble,
    )
