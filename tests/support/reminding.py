"""A platform on SQLite whose accounts are to be reminded of, with a tracker and an outbox in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from emp_gitops.core.config import Config, Roles
from emp_gitops.core.model import Account, LiveAccount
from emp_gitops.core.reminder_records import Record, read_records
from emp_gitops.forge.base import Application
from emp_gitops.mail.facts import Renewal
from emp_gitops.platform.open import open_locking_reader, open_operator, open_reader, open_writer
from emp_gitops.platform.url import PlatformUrl
from emp_gitops.reminding.foreseeing import foresee
from emp_gitops.reminding.job import remind
from emp_gitops.reminding.running import Run
from emp_gitops.reminding.values import Report
from emp_gitops.render.reminder_markdown import ReminderMarkdown
from support.accounts import an_account
from support.ledgers import MemoryOutbox, MemoryTracker, PlainComposer
from support.platforms import creation, edit, live, retirement

LYON, MADRID = "acme-lyon", "acme-madrid"
END = date(2026, 12, 10)
CONTACT = "facilities@acme.example"


def ending(id_: str = LYON, end: date = END, **fields: Any) -> Account:
    """An account whose term of a year ends on a day."""
    return an_account(id_, start=end.replace(year=end.year - 1), **fields)


@dataclass
class Room:
    """Everything a run needs, and what it left behind.

        room = Room(url)
        room.put("acme-lyon")
        room.run("2026-11-10")
        room.mails == [("acme-lyon P1M 2026-12-10", "facilities@acme.example")]
    """

    url: PlatformUrl
    tracker: MemoryTracker = field(default_factory=MemoryTracker)
    outbox: MemoryOutbox = field(default_factory=MemoryOutbox)
    composer: PlainComposer = field(default_factory=PlainComposer)
    config: Config = field(default_factory=lambda: Config(
        organisation="Example Energy", timezone="Europe/Madrid",
        roles=Roles(customer_success=("carla", "@example-energy/success", "berta")),
    ))
    pending: Mapping[str, Application] = field(default_factory=dict)
    seconds_a_look: int = 0
    """How far the clock goes on at each look."""
    pauses: int = 0
    """How often others were let have the lock."""

    def put(self, id_: str = LYON, account: Account | None = None) -> None:
        """Make git create the account, or change it."""
        account = account or ending(id_)
        with open_writer(self.url) as writer:
            known = writer.accounts().get(id_)
            writer.apply([edit(known, account) if known and not known.retired else creation(id_, account, seen_version=known.version if known else 0)])

    def change(self, id_: str = LYON, **fields: Any) -> None:
        self.put(id_, replace(self.live(id_).account, **fields))

    def renew(self, id_: str = LYON, months: int = 12) -> None:
        self.change(id_, months=self.live(id_).account.months + months)

    def retire(self, id_: str = LYON) -> None:
        with open_writer(self.url) as writer:
            writer.apply([retirement(live(writer, id_))])

    def put_by_hand(self, id_: str, account: Account) -> None:
        with open_operator(self.url) as screen:
            screen.put_account(id_, account)

    def live(self, id_: str = LYON) -> LiveAccount:
        with open_reader(self.url) as reader:
            return live(reader, id_)

    def run(self, day: date | str = END) -> Report:
        with open_locking_reader(self.url, job="remind") as platform:
            return remind(self._run(day), platform, self.tracker, self.outbox)

    def foresee(self, day: date | str = END) -> Report:
        with open_reader(self.url) as platform:
            return foresee(self._run(day), platform, self.tracker)

    def _run(self, day: date | str) -> Run:
        now = datetime(2026, 11, 23, 8, tzinfo=UTC)

        def look() -> datetime:
            nonlocal now
            now += timedelta(seconds=self.seconds_a_look)
            return now

        return Run(
            today=day if isinstance(day, date) else date.fromisoformat(day), config=self.config, composer=self.composer,
            words=ReminderMarkdown(), renewal=lambda id_: Renewal(commands=(f"emp-gitops account renew {id_} --open",)),
            pause=self._pause,
            pending=lambda accounts: {id_: each for id_, each in self.pending.items() if id_ in accounts}, now=look,
        )

    def _pause(self) -> None:
        self.pauses += 1

    @property
    def mails(self) -> list[tuple[str, str]]:
        return self.outbox.got()

    def ledger(self, key: str = f"reminder {LYON} {END}") -> list[Record]:
        return list(read_records(self.tracker.kept[key].records))


def outcomes(report: Report) -> list[tuple[str, str, str]]:
    return [(each.account, each.stage, each.outcome) for each in report.reminders]
