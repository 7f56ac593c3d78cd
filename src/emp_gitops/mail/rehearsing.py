"""An organisation's templates, given examples of what mails are about: what is wrong shows before a mail is due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

from emp_gitops.core.catalogue import Catalogue
from emp_gitops.core.config import LANGUAGES, Config, Language
from emp_gitops.core.model import Account
from emp_gitops.mail.facts import ReminderFacts, RemovedContactFacts, Renewal
from emp_gitops.mail.templating import FOLDER, IN_EACH_LANGUAGE, SHARED, SHIPPED, BrokenTemplateError, Templates
from emp_gitops.mail.values import Values, reminder_values, removed_values

_SHARED = frozenset(f"{FOLDER}/{name}" for name in SHARED if name.endswith(".html"))
_DATAPOINTS = 120
_DAYS_LEFT = (30, 1, 0, -1)
_USED = (84, None, 131)
_PENDING = (None, "#14")
_WAYS_TO_RENEW = (
    Renewal(url="https://github.com/example/accounts/issues/new"),
    Renewal(commands=("emp-gitops account renew example --open",)),
    Renewal(),
)


def rehearse(
    templates: Mapping[str, bytes], config: Config, catalogue: Catalogue | None
) -> Iterator[BrokenTemplateError]:
    """What is wrong with templates, by path: all that cannot be read; where there is none, of each that fails on some
    facts the first failure.
    """
    unreadable = [error for path, data in templates.items() for error in _unreadable(path, data)]
    yield from unreadable or _failing(templates, config, catalogue)


def _unreadable(path: str, data: bytes) -> Iterator[BrokenTemplateError]:
    try:
        Templates({path: data})
    except BrokenTemplateError as error:
        yield error


def _failing(
    replaced: Mapping[str, bytes], config: Config, catalogue: Catalogue | None
) -> Iterator[BrokenTemplateError]:
    templates = Templates(replaced)
    told = set()
    for language in LANGUAGES:
        concerned = [name for name in IN_EACH_LANGUAGE if _concerns(f"{language}/{name}", replaced)]
        for kind, facts in (
            ("reminder.", _reminders(config, catalogue, language)), ("removed.", _removals(config, language)),
        ):
            names = [f"{language}/{name}" for name in concerned if name.startswith(kind)]
            given = list(facts) if names else []
            for error in (error for name in names for error in _first_failure(templates, name, given)):
                blamed = _blamed(error, replaced)
                if (blamed.where, blamed.message) not in told:
                    told.add((blamed.where, blamed.message))
                    yield blamed


def _concerns(name: str, replaced: Iterable[str]) -> bool:
    """Whether a template is an organisation's, or made of something that is."""
    return f"{FOLDER}/{name}" in replaced or (name.endswith(".html") and not _SHARED.isdisjoint(replaced))


def _first_failure(templates: Templates, name: str, facts: Iterable[Values]) -> Iterator[BrokenTemplateError]:
    for number, values in enumerate(facts):
        try:
            templates.render(name, values)
        except BrokenTemplateError as error:
            example = f", for example with {_words(values)}" if number else ""  # which ones matters if not all do
            yield BrokenTemplateError(f"{error.message}{example}", error.file, error.line, hint=error.hint)
            return


def _words(values: Values) -> str:
    return ", ".join(
        f"{name} {'none' if values[name] is None else values[name]}"
        for name in ("days_left", "used", "pending", "renew_url", "issue_url") if name in values
    )


def _blamed(error: BrokenTemplateError, replaced: Mapping[str, bytes]) -> BrokenTemplateError:
    """The error, on a file that the organisation has: ours fail only for want of something in what they are made of."""
    if not error.file.startswith(SHIPPED):
        return error
    file = min(_SHARED.intersection(replaced), default=FOLDER)
    return BrokenTemplateError(f"{error.message} (in {error.where})", file, None, hint=error.hint)


def _reminders(config: Config, catalogue: Catalogue | None, language: Language) -> Iterator[Values]:
    account = _account(catalogue, language)
    for used, days, pending, renewal in product(_USED, _DAYS_LEFT, _PENDING, _WAYS_TO_RENEW):
        facts = ReminderFacts(
            account="example",
            value=replace(account, rtc_lines=4 if used else 0),
            used_datapoints=used,
            stage="P1M",
            today=account.term.expires_on - timedelta(days),
            to=(),
            renewal=renewal,
            pending=pending,
            issue_url="https://github.com/example/accounts/issues/12" if renewal.url else None,
        )
        yield reminder_values(facts, config, catalogue) | {"subject": "Example"}


def _removals(config: Config, language: Language) -> Iterator[Values]:
    account = _account(None, language)
    facts = RemovedContactFacts(account="example", value=account, removed=(), version=2, changed_on=account.start)
    yield removed_values(facts, config) | {"subject": "Example"}


def _account(catalogue: Catalogue | None, language: Language) -> Account:
    license_ = next(iter(catalogue.licenses), "example") if catalogue else "example"
    return Account(
        name="Example", customer="Example Ltd.", license=license_, datapoints=_DATAPOINTS, start=date(2027, 1, 1),
        months=12, sector="other", language=language,
    )
