"""The expiry dates of all accounts as a calendar that others subscribe to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from emp_gitops.core.checking import Policy
from emp_gitops.core.model import LiveAccount
from emp_gitops.mail.calendar import Entry, calendar
from emp_gitops.mail.identity import feed_uid
from emp_gitops.mail.plain import unlinked
from emp_gitops.mail.wording import contract, expires, expiry_dates


def expirations_ics(accounts: Iterable[LiveAccount], policy: Policy, today: date) -> str:
    """One entry for each managed account that is not retired, the next to expire first; the same on all of a day.

    An account keeps its entry from one term to the next: the platform's version of the account says which one is newer.
    """
    managed = [live for live in accounts if not live.retired and not live.is_unmanaged]
    managed.sort(key=lambda live: (live.account.term.expires_on, live.id))
    language = policy.config.mail.language
    name = unlinked(expiry_dates(policy.config.organisation, language))
    entries = (_entry(live, policy) for live in managed)
    data = calendar(entries, stamp=datetime.combine(today, time(), UTC), name=name, language=language)
    return data.decode()


def _entry(live: LiveAccount, policy: Policy) -> Entry:
    account, language = live.account, policy.config.mail.language
    choice = policy.catalogue.licenses.get(account.license)
    customer, license_ = unlinked(account.customer), unlinked(choice.title if choice else account.license)
    return Entry(
        uid=feed_uid(policy.config, account=live.id),
        sequence=live.version,
        day=account.term.expires_on,
        summary=expires(unlinked(account.name), language),
        description=f"{contract(customer, license_, account.datapoints, language)} {unlinked(live.id)}",
    )
