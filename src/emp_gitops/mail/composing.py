"""From facts to a mail: words from templates, headers from the configuration, from an account nothing but values."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from datetime import datetime

from css_inline import CSSInliner

from emp_gitops.core.catalogue import Catalogue
from emp_gitops.core.config import Config
from emp_gitops.core.model import Account
from emp_gitops.mail.addresses import sorted_out, wire_form
from emp_gitops.mail.base import Mail, MailError
from emp_gitops.mail.calendar import Entry, calendar
from emp_gitops.mail.facts import ReminderFacts, RemovedContactFacts
from emp_gitops.mail.identity import calendar_uid, message_id, removed_message_id
from emp_gitops.mail.message import Parts, build
from emp_gitops.mail.plain import in_header, one_line, without_links
from emp_gitops.mail.senders import senders
from emp_gitops.mail.templating import Templates
from emp_gitops.mail.values import Values, reminder_values, removed_values
from emp_gitops.mail.wording import contract, expires

LINE = 72
"""Characters in a line of the plain text, where words allow it."""

LONGEST_SUBJECT = 300


class Composer:
    """Composes every mail of one configuration.

    `catalogue` gives licenses their titles. `templates` are the files that replace ours, by path; see
    `templating.template_paths`. Raises EmpError where one of them cannot be used.
    """

    def __init__(
        self, config: Config, *, catalogue: Catalogue | None = None, templates: Mapping[str, bytes] | None = None
    ) -> None:
        self._config = config
        self._catalogue = catalogue
        self._templates = Templates(templates or {})
        self._inliner = CSSInliner(
            extra_css=self._templates.style(), keep_at_rules=True, load_remote_stylesheets=False
        )

    def reminder(self, facts: ReminderFacts, *, at: datetime) -> Mail:
        """The reminder; `at` is the moment of sending, with a time zone.

        Raises MailError where none of `facts.to` is an address, EmpError without `mail.from`, or where a template does
        not go with the facts.
        """
        values = reminder_values(facts, self._config, self._catalogue)
        return self._mail(
            "reminder", values, facts.value, facts.to, at=at,
            message_id=message_id(
                self._config, account=facts.account, expires_on=facts.value.term.expires_on, stage=facts.stage
            ),
            attached=(f"expiry-{facts.value.term.expires_on}.ics", self._calendar(facts, values, at)),
        )

    def removed_contact(self, facts: RemovedContactFacts, *, at: datetime) -> Mail:
        """The notice to former contacts. Raises as `reminder` does."""
        return self._mail(
            "removed", removed_values(facts, self._config), facts.value, facts.removed, at=at,
            message_id=removed_message_id(self._config, account=facts.account, version=facts.version),
        )

    def _mail(
        self,
        template: str,
        values: Values,
        account: Account,
        contacts: Sequence[str],
        *,
        at: datetime,
        message_id: str,
        attached: tuple[str, bytes] | None = None,
    ) -> Mail:
        found = senders(self._config, account)
        to, unusable = _recipients(contacts)
        cc = _copies(self._config.mail.cc, to)
        language = self._config.mail.language_of(account)
        subject = in_header(
            self._templates.render(f"{language}/{template}.subject.txt", values), limit=LONGEST_SUBJECT
        )
        body = values | {"subject": without_links(subject)}
        message = build(Parts(
            message_id=message_id,
            at=at,
            sender=found.sender,
            reply_to=found.reply_to,
            to=to,
            cc=cc,
            language=language,
            subject=subject,
            text=wrapped(self._templates.render(f"{language}/{template}.txt", body)),
            html=self._inliner.inline(self._templates.render(f"{language}/{template}.html", body)),
            calendar=attached,
        ))
        return Mail(message=message, recipients=(*to, *cc), unusable=unusable, warning=found.warning)

    def _calendar(self, facts: ReminderFacts, values: Values, at: datetime) -> bytes:
        term, language = facts.value.term, values["language"]
        title = expires(values["account"]["name"], language)
        entry = Entry(
            uid=calendar_uid(self._config, account=facts.account, expires_on=term.expires_on),
            sequence=max((facts.today - term.start).days, 0),  # what a later reminder says is newer
            day=term.expires_on,
            summary=title,
            description=contract(values["account"]["customer"], values["license"], values["datapoints"], language),
            url=values["renew_url"],
            alarm=title if facts.today < term.expires_on else None,
        )
        return calendar([entry], stamp=at, language=language)


def _recipients(contacts: Sequence[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    to, unusable = sorted_out(contacts)
    if not to:
        told = "; ".join(f"{one_line(address)!r}: {why}" for address, why in unusable.items())
        raise MailError(
            f"there is nobody to write to: {told or 'there are no contacts'}", hint="give the account contacts"
        )
    return to, unusable


def _copies(cc: Sequence[str], to: Sequence[str]) -> tuple[str, ...]:
    """Those who are not written to anyway."""
    written = set(map(wire_form, to))
    return tuple(address for address in cc if wire_form(address) not in written)


def wrapped(text: str) -> str:
    """Lines of at most `LINE` characters where words allow it; those that are indented stay as they are, and several
    empty lines are one.
    """
    lines: list[str] = []
    for line in re.sub(r"\n{3,}", "\n\n", text.strip("\n")).split("\n"):
        fits = len(line) <= LINE or line.startswith(" ")
        lines += [line] if fits else textwrap.wrap(line, LINE, break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines) + "\n"
