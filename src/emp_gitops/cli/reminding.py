"""What `remind` and `why` have in common: the policy in force, the day, the forge's issues, and a run of them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING

from emp_gitops.cli.session import Session, note
from emp_gitops.errors import EmpError

if TYPE_CHECKING:
    from emp_gitops.core.model import LiveAccount
    from emp_gitops.forge.base import Application
    from emp_gitops.forge.issues import IssueTracker
    from emp_gitops.mail.base import Outbox
    from emp_gitops.platform.base import LockingReader, PlatformReader
    from emp_gitops.platform.url import PlatformUrl
    from emp_gitops.reminding.explaining import Explanation
    from emp_gitops.reminding.policy import Here, MailPolicy
    from emp_gitops.reminding.running import Run
    from emp_gitops.reminding.values import Report

PAUSE = 0.1
"""Seconds in which somebody who waits for the platform's lock looks twice whether it is free."""


@dataclass(frozen=True)
class Office:
    """`policy` is the one in force, `today` the day of the run where the organisation is."""

    session: Session
    policy: MailPolicy
    today: date

    @classmethod
    def of(cls, session: Session, here: Here, platform: PlatformReader) -> Office:
        from emp_gitops.mail.templating import FOLDER
        from emp_gitops.reminding.policy import policy_in_force

        workspace = session.workspace
        found = policy_in_force(workspace, here, platform.trusted_revision(), FOLDER)
        if found.remark:
            note(found.remark)
        return cls(session, found, session.day(found.checked))

    @classmethod
    @contextmanager
    def opened(cls, session: Session) -> Iterator[tuple[Office, LockingReader]]:
        """With the platform that may be followed to: what is mailed to whom, it decides."""
        from emp_gitops.platform.open import open_locking_reader
        from emp_gitops.reminding.policy import policy_here

        here = policy_here(session.workspace)
        with open_locking_reader(_platform(session, here), job="remind", actor=session.actor) as platform:
            yield cls.of(session, here, platform), platform

    @classmethod
    @contextmanager
    def read(cls, session: Session) -> Iterator[tuple[Office, PlatformReader]]:
        """As `opened`, for those who only look and take no lock."""
        from emp_gitops.platform.open import open_reader
        from emp_gitops.reminding.policy import policy_here

        here = policy_here(session.workspace)
        with open_reader(_platform(session, here)) as platform:
            yield cls.of(session, here, platform), platform

    def tracker(self) -> IssueTracker:
        from emp_gitops.forge.open import open_issues

        return open_issues(self.policy.policy.config, self.session.workspace.repository, say=note)

    def run(self) -> Run:
        from emp_gitops.cli.progress import progress
        from emp_gitops.mail.composing import Composer
        from emp_gitops.mail.identity import default_sender
        from emp_gitops.reminding.renewals import renewal_of
        from emp_gitops.reminding.running import Run
        from emp_gitops.render.reminder_markdown import ReminderMarkdown

        policy = self.policy.policy
        server_url = os.environ.get("GITHUB_SERVER_URL") or "https://github.com"
        return Run(
            today=self.today,
            config=policy.config,
            composer=Composer(policy.config, catalogue=policy.catalogue, templates=self.policy.templates),
            words=ReminderMarkdown(),
            renewal=partial(renewal_of, policy.config, server_url=server_url),
            pending=self.pending,
            now=partial(datetime.now, UTC),
            ready=partial(default_sender, policy.config),
            progress=lambda accounts: progress(accounts, "reminding"),
            pause=partial(time.sleep, PAUSE),
        )

    def pending(self, live: Mapping[str, LiveAccount]) -> Mapping[str, Application]:
        """Open applications that renew some of the accounts; where they cannot be read, none, and that is said."""
        from emp_gitops.forge.base import PolicyInForce
        from emp_gitops.forge.open import open_forge
        from emp_gitops.forge.requesters import Requesters
        from emp_gitops.reminding.pending import pending_renewals

        if not live:
            return {}
        workspace, config = self.session.workspace, self.policy.policy.config
        requesters = Requesters(workspace.repository, say=note)

        def refused(application: Application, base: str) -> str | None:
            signers = workspace.repository.signers(self.policy.revision or base)
            return requesters.trouble(application, base, PolicyInForce(config=config, allowed_signers=signers))

        try:
            forge = open_forge(config, workspace.repository, say=note)
        except EmpError as error:
            note(f"the open applications cannot be read: {error.message}; the mails say nothing of them")
            return {}
        found, troubles = pending_renewals(forge, workspace.repository, workspace.check, live, refused=refused)
        for trouble in troubles:
            note(f"{trouble}; the mails say nothing of it")
        return found


def _platform(session: Session, here: Here) -> PlatformUrl:
    """Where it is: as an operator says, else as the work tree's configuration, as far as that may be followed. Where
    that is broken, as it was when approvals were kept first. Raises EmpError.
    """
    from emp_gitops.cli.applying import platform_in_force
    from emp_gitops.platform.url import parse_platform_url
    from emp_gitops.platform_address import address_kept

    if not isinstance(here, EmpError):
        return platform_in_force(session, here, None)
    workspace = session.workspace
    if session.platform:
        return parse_platform_url(session.platform, workspace.root)
    head = workspace.head()
    url = address_kept(workspace, head) if head and not workspace.replaces_config else None
    if url is None:
        raise here
    return url


def reminded(session: Session) -> tuple[Report, str]:
    """Run the job; gives its report, and where mails went."""
    from emp_gitops.mail.open import open_outbox
    from emp_gitops.reminding.job import remind

    with (
        Office.opened(session) as (office, platform),
        open_outbox(office.policy.policy.config, session.workspace.root, os.environ) as outbox,
    ):
        _check_lasting(outbox)
        return remind(office.run(), platform, office.tracker(), outbox), outbox.where


def _check_lasting(outbox: Outbox) -> None:
    """Raises EmpError where mails would count as sent and be thrown away with the machine."""
    from emp_gitops.mail.maildir import MaildirOutbox

    if isinstance(outbox, MaildirOutbox) and os.environ.get("RUNNER_ENVIRONMENT") == "github-hosted":
        raise EmpError(
            "mails would go into a Maildir on a machine that is thrown away after this run", where=outbox.where,
            hint="name the mail server: the secret EMP_SMTP, or mail.smtp in emp-gitops.yaml",
        )


def foreseen(session: Session) -> tuple[Report, None]:
    """What the job would do."""
    from emp_gitops.reminding.foreseeing import foresee

    with Office.read(session) as (office, platform):
        return foresee(office.run(), platform, office.tracker()), None


def explained(session: Session, account: str) -> Explanation:
    """Raises EmpError for an account that the platform does not know."""
    from emp_gitops.reminding.explaining import explain
    from emp_gitops.workspace import unknown_account

    with Office.read(session) as (office, platform):
        accounts = platform.accounts()
    if account not in accounts:
        raise unknown_account(account, accounts, "on the platform")
    return explain(accounts[account], office.tracker(), office.policy.policy.config.reminders_before, office.today)
