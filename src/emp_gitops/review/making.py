"""Making a review: fetch what is proposed, plan it against the platform, ask who may do what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from emp_gitops.approval_policy import required_approvals
from emp_gitops.core.checking import CheckedTree
from emp_gitops.core.config import Config
from emp_gitops.core.model import LiveAccount
from emp_gitops.core.planning import make_plan
from emp_gitops.errors import EmpError
from emp_gitops.forge.base import Application, Forge, PolicyInForce, Verdict
from emp_gitops.forms import FormCheck
from emp_gitops.repository import Repository
from emp_gitops.repository.difference import keys_changed
from emp_gitops.repository.proposed import Proposed
from emp_gitops.review.facts import FailedReview, Review
from emp_gitops.review.overlaps import overlaps
from emp_gitops.workspace import Workspace

RequesterCheck = Callable[[Application, str, PolicyInForce], str | None]
"""Why the requester of an application may not ask, or None. Takes the commit of main that it would be merged into, and
the policy there. Raises ForgeError where that cannot be found out.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewer:
    """What a review is made with. `live` reads the platform that a checked tree names, `today` tells the day."""

    workspace: Workspace
    forge: Forge
    live: Callable[[CheckedTree], Mapping[str, LiveAccount]]
    today: Callable[[CheckedTree], date]
    requester_trouble: RequesterCheck

    def review(
        self, application: Application, *, others: Sequence[Application] | None = None
    ) -> Review | FailedReview:
        """The review of an application as it is now; a failure to make one is a review too, and says so.

        It is compared with the `others`, by default with all that the forge has open.
        """
        if application.trouble:
            return FailedReview(application, application.trouble)
        try:
            return self._review(application, self.forge.applications() if others is None else others)
        except EmpError as error:
            return FailedReview(application, error)

    def _review(self, application: Application, others: Sequence[Application]) -> Review:
        repository = self.workspace.repository
        self.forge.fetch(application.head)
        base = repository.tip_of_main()
        proposed = repository.proposed(base, application.head)
        accounts = _own_accounts(repository, base, application, proposed)
        checked = self.workspace.check(proposed.tree)
        # Without a policy nothing can be planned, and the platform need not be reached to say so.
        live = self.live(checked) if checked.policy else {}
        config = checked.policy.config if checked.policy else None
        return Review(
            application=application,
            base=base,
            plan=make_plan(checked, live, self.today(checked)),
            live={id_: live[id_] for id_ in accounts if id_ in live},
            accounts=accounts,
            policy_files=proposed.policy_files,
            conflicts=proposed.conflicts,
            config=config,
            requester_trouble=self._requester_trouble(application, base, config) if config else None,
            form_trouble=self._form_trouble(application, base) if config else None,
            required=self._required(base, application, checked),
            overlaps=overlaps(
                application, accounts, others, base=base, repository=repository, fetch=self.forge.fetch,
                check=self.workspace.check,
            ),
        )

    def _requester_trouble(self, application: Application, base: str, config: Config) -> str | None:
        if config.approvals.source == "none":
            return None
        policy = PolicyInForce(config=config, allowed_signers=self.workspace.repository.signers(base))
        return self.requester_trouble(application, base, policy)

    def _form_trouble(self, application: Application, base: str) -> str | None:
        """By the same rule as when it is merged."""
        if application.form is None:
            return None
        check = FormCheck(self.workspace.repository, self.workspace.check)
        return check(Verdict(head=application.head, form=application.form), base, application.head)

    def _required(self, base: str, application: Application, checked: CheckedTree) -> int:
        """How many people must approve, by the same rule as when it is merged."""
        if checked.policy is None or not checked.policy.config.approvals.stricter:
            return required_approvals(checked, (), self.workspace.repository, self.workspace.check)
        repository = self.workspace.repository
        merged = repository.merge(base, application.head).tree or application.head
        changes = repository.changes_between(base, merged)
        return required_approvals(checked, changes, repository, self.workspace.check)


def _own_accounts(repository: Repository, base: str, application: Application, proposed: Proposed) -> tuple[str, ...]:
    """The ids that the application changes. Where it conflicts with main, the difference between the two also holds
    what main changed since, which is not its doing.
    """
    if not proposed.conflicts:
        return proposed.accounts
    start = repository.merge_base(base, application.head) or base
    changed = keys_changed(repository.changes_between(start, application.head))
    return tuple(key.name for key in changed if key.what == "account" and key.name in proposed.accounts)
