"""What became of applications after they were merged, told on each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from emp_gitops.core.changes import Change, fingerprint
from emp_gitops.errors import try_each
from emp_gitops.forge.base import Discussion
from emp_gitops.reconcile import Report, Result

MARKER = "<!-- emp-gitops:outcome -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationOutcome:
    """What a run of reconcile did with the accounts of one application. `changes` are those that were planned, by
    account.
    """

    application: str
    revision: str | None
    results: tuple[Result, ...]
    changes: Mapping[str, Change]

    def count(self, *outcomes: str) -> int:
        return sum(result.outcome in outcomes for result in self.results)

    @property
    def digest(self) -> str:
        """The same where nothing is new to say: what one run applied is unchanged for the next one."""
        return fingerprint([
            [each.account, "in effect" if each.outcome in ("applied", "unchanged") else each.outcome, each.error]
            for each in self.results
        ])


def outcomes_of(report: Report, applications: Mapping[str, str]) -> tuple[ApplicationOutcome, ...]:
    """The report by application; `applications` maps accounts to the application that brought them."""
    found = {result.account: result for result in report.results}
    by_application: dict[str, list[Result]] = {}
    for account, application in sorted(applications.items()):
        # A run that stops before the first account says so once; a retired account has no result any more.
        default = Result(account, "refused", report.blocked) if report.blocked else Result(account, "unchanged")
        by_application.setdefault(application, []).append(found.get(account, default))
    changes = {change.account: change for change in report.plan.changes}
    return tuple(
        ApplicationOutcome(
            application=application,
            revision=report.plan.revision,
            results=tuple(results),
            changes={each.account: changes[each.account] for each in results if each.account in changes},
        )
        for application, results in by_application.items()
    )


def post_outcomes(
    discussion: Discussion, outcomes: Iterable[ApplicationOutcome], body: Callable[[ApplicationOutcome], str]
) -> None:
    """Comment on each application, unless the newest comment there says the same already; `body` gives the Markdown.

    Each one is tried. Raises the first ForgeError, with the others in it.
    """
    try_each(partial(_post, discussion, outcome, body) for outcome in outcomes)


def _post(discussion: Discussion, outcome: ApplicationOutcome, body: Callable[[ApplicationOutcome], str]) -> None:
    told = f"<!-- emp-gitops:outcome {outcome.digest}"
    newest = (discussion.find_comment(outcome.application, MARKER) or "").rstrip().rpartition("\n")[2]
    if not newest.startswith(told):
        marker = f"{told} {outcome.revision or 'work tree'} -->"
        discussion.comment(outcome.application, marker, "\n".join([body(outcome).rstrip("\n"), "", MARKER, marker]))
