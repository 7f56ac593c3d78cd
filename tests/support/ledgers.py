"""An issue tracker and an outbox in memory, which keep their protocols to the letter and fail where a test says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import EmailMessage
from typing import Self

from emp_gitops.errors import EmpError, ForgeError
from emp_gitops.forge.issues import Amend, Close, Comment, Deed, Entry, Issue, OpenIssue, Relabel, Reopen
from emp_gitops.mail.base import Delivery, LostError, Mail, MailError, UnreachableError
from emp_gitops.mail.facts import ReminderFacts, RemovedContactFacts


@dataclass
class Kept:
    """An issue as it is kept: the first text is the description, the others are comments by id."""

    opened: OpenIssue
    number: int
    is_open: bool = True
    labels: tuple[str, ...] = ()
    texts: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    edited: set[str] = field(default_factory=set)

    @property
    def comments(self) -> list[str]:
        return [body for id_, (body, _) in self.texts.items() if id_]

    @property
    def records(self) -> list[str]:
        return [line for _, lines in self.texts.values() for line in lines]


class MemoryTracker:
    """`writes` counts deeds that changed something; `before_deed` may fail, as a forge does between two writes.

    As on GitHub, which issues there are is known from the last call of `issues`: one that somebody else opened since is
    not seen, and opened a second time. `beside` is a tracker of another process for the same issues.
    """

    def __init__(self, *, has_pages: bool = False, beside: MemoryTracker | None = None) -> None:
        self.kept: dict[str, Kept] = beside.kept if beside else {}
        self._listed: set[str] | None = None
        self.writes = 0
        self.heartbeats = 0
        self.before_deed: Callable[[Deed], object] = lambda _deed: None
        self._has_pages = has_pages

    def issues(self) -> Mapping[str, Issue]:
        self._listed = set(self.kept)
        return {key: self._issue(key) for key in self.kept}

    @property
    def _known(self) -> set[str]:
        if self._listed is None:
            self._listed = set(self.kept)
        return self._listed

    def find(self, keys: Collection[str]) -> Mapping[str, Issue]:
        self._known.update(self.kept)
        return {key: self._issue(key) for key in keys if key in self.kept}

    def entries(self, keys: Collection[str]) -> Mapping[str, Sequence[Entry]]:
        return {
            key: [
                Entry(id=id_, records=lines) for id_, (_, lines) in self.kept[key].texts.items()
                if lines and id_ not in self.kept[key].edited
            ]
            for key in keys if key in self._known and key in self.kept
        }

    def do(self, deeds: Sequence[Deed]) -> Mapping[str, Issue]:
        for deed in deeds:
            self.before_deed(deed)
            if not isinstance(deed, OpenIssue) and not (deed.key in self._known and deed.key in self.kept):
                raise ForgeError(f"there is no issue {deed.key!r}")
            self._do(deed)
        return {deed.key: self._issue(deed.key) for deed in deeds}

    def heartbeat(self) -> None:
        self.heartbeats += 1

    def _issue(self, key: str) -> Issue:
        kept = self.kept[key]
        url = f"https://forge.example/issues/{kept.number}" if self._has_pages else None
        return Issue(id=f"#{kept.number}", key=key, is_open=kept.is_open, url=url)

    def _do(self, deed: Deed) -> None:
        if isinstance(deed, OpenIssue):
            if deed.key not in self._known:
                assert deed.key not in self.kept, f"a second issue {deed.key!r}"
                texts = {"": (deed.body, deed.records)}
                self.kept[deed.key] = Kept(deed, len(self.kept) + 1, labels=deed.labels, texts=texts)
                self._known.add(deed.key)
                self.writes += 1
            return
        kept = self.kept[deed.key]
        match deed:
            case Comment():
                self._comment(kept, deed.body, deed.records)
            case Amend() if deed.entry in kept.texts and deed.entry not in kept.edited:
                kept.texts[deed.entry] = (deed.body, deed.records)
                self.writes += 1
            case Amend():
                self._comment(kept, deed.body, deed.records)
            case Relabel():
                others = tuple(label for label in kept.labels if not label.startswith(deed.prefix))
                self.writes += kept.labels != (*others, *deed.labels)
                kept.labels = (*others, *deed.labels)
            case Close() if kept.is_open:
                self._comment(kept, deed.body, deed.records)
                kept.is_open = False
            case Reopen() if not kept.is_open:
                self._comment(kept, deed.body, deed.records)
                kept.is_open = True

    def _comment(self, kept: Kept, body: str, records: tuple[str, ...]) -> None:
        if (body, records) not in list(kept.texts.values())[1:]:
            kept.texts[str(len(kept.texts))] = (body, records)
            self.writes += 1


@dataclass
class MemoryOutbox:
    """`refuses` maps addresses to `450` (put off) or `550` (for good); `is_down` is a server that nobody reaches."""

    refuses: dict[str, int] = field(default_factory=dict)
    is_down: bool = False
    hangs_up: bool = False
    tries: int = 0
    sent: list[tuple[Mail, Delivery]] = field(default_factory=list)
    before_send: Callable[[Mail], object] = lambda _mail: None
    after_send: Callable[[Mail], object] = lambda _mail: None

    @property
    def where(self) -> str:
        return "smtp://mail.example"

    def send(self, mail: Mail) -> Delivery:
        self.tries += 1
        self.before_send(mail)
        if self.is_down:
            raise UnreachableError("the mail server cannot be reached", where=self.where)
        if self.hangs_up:
            raise LostError("the connection was lost", where=self.where)
        said = {each: self.refuses[each] for each in mail.recipients if each in self.refuses}
        accepted = tuple(each for each in mail.recipients if each not in said)
        if not accepted:
            raise MailError("the mail server takes none of the recipients", where=self.where)
        delivery = Delivery(
            accepted=accepted,
            rejected={each: "550 no such user" for each, code in said.items() if code == 550},
            deferred={each: "450 try again" for each, code in said.items() if code == 450},
        )
        self.sent.append((replace(mail, message=mail.message), delivery))
        self.after_send(mail)
        return delivery

    def got(self) -> list[tuple[str, str]]:
        """The subject and the recipient of every copy that somebody accepted, in the order of sending."""
        return [(str(mail.message["Subject"]), each) for mail, delivery in self.sent for each in delivery.accepted]

    def close(self) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...


@dataclass
class PlainComposer:
    """Says what a mail is about in its subject (`acme-lyon P1W 2026-12-10`). `cc` gets a copy of every reminder;
    `number` is a part of the Message-ID, which may not be the same for every run.
    """

    cc: tuple[str, ...] = ()
    number: int = 1
    reminders: list[ReminderFacts] = field(default_factory=list)
    notices: list[RemovedContactFacts] = field(default_factory=list)

    def reminder(self, facts: ReminderFacts, *, at: datetime) -> Mail:
        self.reminders.append(facts)
        name = f"{facts.account} {facts.stage} {facts.value.term.expires_on}"
        return self._mail(name, (*facts.to, *self.cc), facts.issue_url)

    def removed_contact(self, facts: RemovedContactFacts, *, at: datetime) -> Mail:
        self.notices.append(facts)
        return self._mail(f"{facts.account} contacts {facts.version}", facts.removed, None)

    def _mail(self, name: str, recipients: tuple[str, ...], url: str | None) -> Mail:
        if not recipients:
            raise EmpError("there is nobody to write to")
        message = EmailMessage()
        message["Subject"] = name
        message["Message-ID"] = f"<{name.replace(' ', '.')}.{self.number}@example.com>"
        message.set_content(url or "no issue")
        return Mail(message=message, recipients=recipients)
