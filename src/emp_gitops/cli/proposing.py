"""`remind --open-renewals`: the renewals that accounts want to be proposed become applications."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from emp_gitops.cli.desk import desk
from emp_gitops.cli.reminding import Office
from emp_gitops.cli.session import Session, note
from emp_gitops.errors import EmpError, ExitCode

if TYPE_CHECKING:
    from emp_gitops.core.config import Config
    from emp_gitops.core.model import LiveAccount
    from emp_gitops.forge.base import Application
    from emp_gitops.review.making import Reviewer


def proposed(session: Session) -> ExitCode:
    """Propose what is due and say so, to standard error. Raises EmpError where it cannot be seen what that is."""
    from emp_gitops.reminding.proposing import Proposing, propose_renewals
    from emp_gitops.render.reminder_markdown import proposed_words

    code = ExitCode.OK
    with Office.opened(session) as (office, platform):
        config = office.policy.policy.config
        proposing = Proposing(
            before=config.reminders_before,
            today=office.today,
            propose=partial(_propose, desk(session)[1], _identity(config), office.today),
            words=proposed_words,
            pending=office.pending,
        )
        for each in propose_renewals(proposing, platform, office.tracker()):
            if each.trouble:
                note(f"{each.account}: no renewal was proposed: {each.trouble.message}")
                code = ExitCode.ERROR
            elif each.application:
                note(f"{each.account}: {each.application.url or each.application.id} proposes its renewal")
    return code


def _propose(reviewer: Reviewer, identity: str, today: date, live: LiveAccount) -> Application | None:
    from emp_gitops.applications.proposing import Proposer
    from emp_gitops.render.application_body import proposal_words

    proposer = Proposer(reviewer=reviewer, words=proposal_words(live.id), identity=identity)
    return proposer.renewal(live.id, expires_on=live.account.term.expires_on, today=today)


def _identity(config: Config) -> str:
    """As whom to commit. Raises EmpError where reconcile could make nothing of what is proposed."""
    from emp_gitops.forge.open import open_forms
    from emp_gitops.forge.plain.identity import IDENTITY

    if not config.is_on_github:
        return IDENTITY
    source = open_forms(config, say=note)
    if source is None or config.forms_app is None:
        raise EmpError(
            "renewals can only be proposed by the App that forms.app names", where="emp-gitops.yaml",
            hint="register it as docs/github.md says, or run remind without --open-renewals",
        )
    return source.identity()
