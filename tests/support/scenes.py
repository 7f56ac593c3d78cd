"""Applications on a real repository and a platform in memory, and their reviews."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from emp_gitops.core.checking import CheckedTree
from emp_gitops.core.model import LiveAccount
from emp_gitops.errors import PlatformError
from emp_gitops.forge.base import Application, PolicyInForce
from emp_gitops.review.facts import FailedReview, Review
from emp_gitops.review.making import Reviewer
from emp_gitops.workspace import Workspace
from support.accounts import TODAY
from support.discussions import RecordedForge
from support.repos import ConfigRepo
from support.reviews import an_application


def nobody_objects(_application: Application, _base: str, _policy: PolicyInForce) -> str | None:
    return None


@dataclass
class Scene:
    """Applications on one repository. `live` is the platform; None is one that cannot be reached."""

    repo: ConfigRepo
    live: Mapping[str, LiveAccount] | None
    applications: dict[str, Application] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()

    def propose(self, id_: str, change: Callable[[], object], *, start: str = "main", **fields: Any) -> Application:
        """Commit what `change` does to the work tree on a branch of its own, as an application."""
        branch = f"application/{id_}-any"
        self.repo.branch(branch, start=start)
        change()
        head = self.repo.commit(f"application {id_}")
        self.repo.switch("main")
        self.applications[id_] = an_application(id=id_, branch=branch, head=head, **fields)
        return self.applications[id_]

    def review(self, id_: str, trouble: Callable[[Application, str, PolicyInForce], str | None] = nobody_objects) -> Review | FailedReview:
        forge = RecordedForge(self.applications, self.missing)
        reviewer = Reviewer(
            workspace=Workspace(self.repo.root), forge=forge, live=self._read, today=lambda _: TODAY, requester_trouble=trouble,
        )
        return reviewer.review(forge.application(id_))

    def reviewed(self, id_: str, trouble: Callable[[Application, str, PolicyInForce], str | None] = nobody_objects) -> Review:
        review = self.review(id_, trouble)
        assert isinstance(review, Review), review
        return review

    def _read(self, _checked: CheckedTree) -> Mapping[str, LiveAccount]:
        if self.live is None:
            raise PlatformError("the platform cannot be reached", where="postgresql://db.example/emp")
        return self.live
