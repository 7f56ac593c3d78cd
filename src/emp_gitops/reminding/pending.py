"""Open applications that renew accounts already: then there is no need to ask for that again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from emp_gitops.core.model import LiveAccount
from emp_gitops.errors import EmpError
from emp_gitops.forge.base import Application, Forge
from emp_gitops.repository import Repository
from emp_gitops.review.proposals import Check, Proposals, is_open


def pending_renewals(
    forge: Forge, repository: Repository, check: Check, live: Mapping[str, LiveAccount],
    *, refused: Callable[[Application, str], str | None],
) -> tuple[Mapping[str, Application], Sequence[str]]:
    """The open applications after which some of the accounts end later than now, by account (the oldest that somebody
    asks for, or else the oldest), and what could not be read, in words.

    `refused` says why whoever asks may not, given the application and the tip of main: that is no reason for customers
    to do nothing.
    """
    found: dict[str, Application] = {}
    troubles: list[str] = []
    try:
        opened = [each for each in forge.applications() if is_open(each)]
        applications = sorted(opened, key=lambda each: each.is_proposal)
        base = repository.tip_of_main()
        proposals = Proposals(repository=repository, base=base, fetch=forge.fetch, check=check)
    except EmpError as error:
        return {}, [f"the open applications cannot be read: {error.message}"]
    for application in applications:
        try:
            accounts = [each for each in _renewed(proposals, application, live) if each not in found]
            if accounts and (application.is_proposal or refused(application, base) is None):
                found |= dict.fromkeys(accounts, application)
        except EmpError as error:
            troubles.append(f"application {application.id} cannot be read: {error.message}")
    return found, troubles


def _renewed(proposals: Proposals, application: Application, live: Mapping[str, LiveAccount]) -> list[str]:
    ids = proposals.changed(application) & live.keys()
    wanted = proposals.wanted(application.head, ids) if ids else {}
    return [
        id_ for id_, account in sorted(wanted.items())
        if account.term.expires_on > live[id_].account.term.expires_on
    ]
