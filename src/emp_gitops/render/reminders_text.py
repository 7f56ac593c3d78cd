"""What a run of reminders did or would do, and why an account's mails went out or not, as text for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from emp_gitops.reminding.explaining import Explanation, TermStory
from emp_gitops.reminding.stages import StageOutcome, StageStory
from emp_gitops.reminding.values import Ended, Notice, Outcome, Reminder, Report, Resumed
from emp_gitops.render.escape import terminal
from emp_gitops.render.findings import counted
from emp_gitops.render.reminder_markdown import stage_words
from emp_gitops.render.style import Style, drawn

if TYPE_CHECKING:
    from rich.text import Text

_COLORS: dict[Outcome, str] = {"sent": "green", "pending": "yellow", "skipped": "dim", "failed": "red"}
_STAGE_COLORS: dict[StageOutcome, str] = {
    "sent": "green", "due": "yellow", "later": "cyan", "skipped": "dim", "never": "dim",
}


def reminders_text(report: Report, style: Style, *, is_plan: bool = False) -> str:
    """One line a mail, what went wrong below, one line an issue that is closed or opened again, and a last line that
    sums up. `is_plan` is for a run that only looks.
    """
    from rich.text import Text

    lines = [line for each in report.all if each.outcome != "failed" for line in _row(each)]
    for trouble, group in _by_trouble(report.failures).items():
        lines += [line for each in group for line in _row(each)]
        lines.append(Text(f"      {terminal(trouble)}", style="red"))
    lines += (_resumed(each, is_plan=is_plan) for each in report.resumed)
    lines += (_ended(each, is_plan=is_plan) for each in report.ended)
    heading = Text.assemble(("Reminders", "bold"), f" for {report.today}", ", nothing is sent" if is_plan else "")
    wide = Style(color=style.color, width=10_000)
    return drawn(wide, heading, "", *lines, *([""] if lines else []), _sum(report, is_plan=is_plan))


def remarks(report: Report) -> list[str]:
    """What a program's output has no place for, in a line each: why something failed, and what a person should know."""
    failed = [
        f"{counted(len(group), 'mail')} failed: {trouble}" for trouble, group in _by_trouble(report.failures).items()
    ]
    warned = [f"{each.account}: {warning}" for each in report.all for warning in each.post.warnings]
    return failed + warned


def _by_trouble(failures: Iterable[Reminder | Notice]) -> dict[str, list[Reminder | Notice]]:
    """What failed of the same, together: a server that is gone is one trouble and not a thousand."""
    found: dict[str, list[Reminder | Notice]] = {}
    for each in failures:
        found.setdefault(each.post.trouble or "for an unknown reason", []).append(each)
    return found


def _row(each: Reminder | Notice) -> Iterator[Text]:
    from rich.text import Text

    what = _what(each)
    to = f", to {', '.join(each.post.recipients)}" if each.post.recipients and each.outcome != "failed" else ""
    yield Text.assemble(
        (f"  {each.outcome:<7}", _COLORS[each.outcome]), "  ", (terminal(each.account), "bold"),
        f"  {terminal(what + to)}", (f"  {terminal(each.post.issue)}" if each.post.issue else "", "dim"),
    )
    yield from (Text(f"      warning: {terminal(warning)}", style="yellow") for warning in each.post.warnings)


def _what(each: Reminder | Notice) -> str:
    if isinstance(each, Notice):
        return "to its former contacts"
    return stage_words(each.stage, str(each.expires_on))


def _ended(each: Ended, *, is_plan: bool) -> Text:
    from rich.text import Text

    changed = f"ends on {each.now} now" if each.now else "retired"
    why = f"renewed until {each.now}" if each.is_renewed else changed
    verb = "to close" if is_plan else "closed"
    return Text.assemble(
        (f"  {verb:<7}", "cyan"), "  ", (terminal(each.account), "bold"), f"  {why}",
        (f"  {terminal(each.issue)}", "dim"),
    )


def _resumed(each: Resumed, *, is_plan: bool) -> Text:
    from rich.text import Text

    verb = "to open" if is_plan else "opened"
    return Text.assemble(
        (f"  {verb:<7}", "cyan"), "  ", (terminal(each.account), "bold"),
        f"  again, since it ends on {each.expires_on} once more", (f"  {terminal(each.issue)}", "dim"),
    )


def _sum(report: Report, *, is_plan: bool) -> str:
    """`Reminded: 3 sent, 1 skipped.`"""
    counts = Counter(each.outcome for each in report.all)
    said = [f"{counts[outcome]:,} {outcome}" for outcome in _COLORS if counts[outcome]]
    if report.ended:
        said.append(f"{counted(len(report.ended), 'issue')} {'to close' if is_plan else 'closed'}")
    if report.resumed:
        said.append(f"{counted(len(report.resumed), 'issue')} {'to open' if is_plan else 'opened'} again")
    if not said:
        return "Nothing is due."
    return f"{'To do' if is_plan else 'Reminded'}: {', '.join(said)}."


def why_text(explanation: Explanation, style: Style) -> str:
    """What is next, then each term with its reminders, earliest first."""
    from rich.text import Text

    lines: list[Text | str] = [
        Text.assemble(
            (terminal(explanation.account), "bold"), f" on {explanation.today}: ", explanation.state,
            f", mail goes to {terminal(', '.join(explanation.contacts))}" if explanation.contacts else ", no contacts",
        ),
        f"  {terminal(explanation.reason)}.",
    ]
    for term in explanation.terms:
        lines += ["", *_term(term)]
    return drawn(Style(color=style.color, width=10_000), *lines)


def _term(term: TermStory) -> Iterable[Text]:
    from rich.text import Text

    what = "Present term" if term.is_current else "Term"
    issue = f", {term.issue.id}{'' if term.issue.is_open else ' (closed)'}" if term.issue else ", no issue"
    yield Text.assemble((what, "bold"), f" to {term.expires_on}", (terminal(issue), "dim"))
    if not term.stages:
        yield Text("  nothing is known to have been mailed", style="dim")
    yield from _stages(term.stages)


def _stages(stages: Sequence[StageStory]) -> Iterator[Text]:
    from rich.text import Text

    width = max((len(terminal(each.stage)) for each in stages), default=0)
    for each in stages:
        yield Text.assemble(
            "  ", str(each.on or "no day").ljust(10), "  ", (terminal(each.stage).ljust(width), "bold"), "  ",
            (f"{each.outcome:<7}", _STAGE_COLORS[each.outcome]), f"  {terminal(each.reason)}",
        )
