"""Telling those who are no contacts of an account any more: somebody may have wanted mail to go elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from emp_gitops.core.model import LiveAccount
from emp_gitops.core.reminders import standing_of
from emp_gitops.core.tree import account_id_trouble
from emp_gitops.forge.issues import Entry, OpenIssue
from emp_gitops.mail.base import Mail
from emp_gitops.mail.facts import RemovedContactFacts
from emp_gitops.platform.base import AuditEntry, PlatformReader
from emp_gitops.reminding.errands import Errand
from emp_gitops.reminding.keys import CONTACTS, LABEL, notice_key
from emp_gitops.reminding.planning import batches, records_of
from emp_gitops.reminding.reminder_errands import assignees
from emp_gitops.reminding.running import Ledgers, Run

REMEMBERED_DAYS = 30
"""How far back changes are looked at."""

_READ_AT_ONCE = 100


def removals(platform: PlatformReader, run: Run) -> list[RemovedContactFacts]:
    """The addresses that applied changes took off accounts, by the change that took them off last; without those that
    were put back since. Raises PlatformError.
    """
    since = datetime.combine(run.today - timedelta(days=REMEMBERED_DAYS), time(), tzinfo=UTC)
    by_account: dict[str, list[AuditEntry]] = {}
    for entry in platform.changes_since(since):
        if entry.before and entry.after and account_id_trouble(entry.account) is None:
            by_account.setdefault(entry.account, []).append(entry)
    live, zone = platform.accounts_of(by_account), ZoneInfo(run.config.timezone)
    return [
        facts for account, entries in sorted(by_account.items())
        for facts in _removals_of(entries, live.get(account), zone)
    ]


def _removals_of(
    entries: Iterable[AuditEntry], live: LiveAccount | None, zone: ZoneInfo
) -> Iterator[RemovedContactFacts]:
    removed: dict[str, tuple[AuditEntry, str]] = {}
    for entry in entries:
        before, after = (_folded(each.contacts if each else ()) for each in (entry.before, entry.after))
        removed = {key: value for key, value in removed.items() if key not in after}
        removed |= {key: (entry, address) for key, address in before.items() if key not in after}
    present = _folded(live.account.contacts) if live else {}
    by_entry: dict[int, tuple[AuditEntry, list[str]]] = {}
    for key, (entry, address) in removed.items():
        if key not in present:
            by_entry.setdefault(entry.version, (entry, []))[1].append(address)
    for version, (entry, addresses) in sorted(by_entry.items()):
        if entry.after:
            yield RemovedContactFacts(
                account=entry.account,
                value=entry.after,
                removed=tuple(sorted(addresses)),
                version=version,
                changed_on=entry.at.astimezone(zone).date(),
            )


def _folded(contacts: Iterable[str]) -> dict[str, str]:
    return {each.casefold(): each for each in contacts}


@dataclass(frozen=True, slots=True)
class Untold:
    """Former contacts who are still to be told, and the ledger of that, None without an issue."""

    facts: RemovedContactFacts
    entries: Sequence[Entry] | None

    @property
    def key(self) -> str:
        return notice_key(self.facts.account, self.facts.version)


def untold(facts: Iterable[RemovedContactFacts], ledgers: Ledgers) -> Iterator[Untold]:
    """Those that are still to be told. Raises ForgeError."""
    for some in batches(facts, _READ_AT_ONCE):
        found = ledgers.entries([notice_key(each.account, each.version) for each in some])
        for each in some:
            entries = found.get(notice_key(each.account, each.version))
            if not standing_of(CONTACTS, records_of(entries or ())).is_done:
                yield Untold(each, entries)


def notice_errand(untold: Untold, run: Run) -> Errand:
    """The errand of telling them, and of closing the issue that says so at once."""
    facts, key = untold.facts, untold.key

    def mail(_url: str | None) -> Mail:
        return run.composer.removed_contact(facts, at=run.now())

    return Errand(
        key=key,
        stage=CONTACTS,
        on=run.today,
        entries=untold.entries,
        opening=OpenIssue(
            key=key,
            title=run.words.notice_title(facts),
            body=run.words.notice(facts),
            labels=(LABEL,),
            assignees=assignees(run),
        ),
        announcement=run.words.notice(facts),
        not_yet=run.words.not_yet(),
        closing=run.words.notice_done(),
        mail=mail,
        mailed=run.words.mailed,
    )


