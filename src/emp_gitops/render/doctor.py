"""What the doctor found, as text and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from emp_gitops.doctor.values import Diagnosis, Outcome
from emp_gitops.render.escape import terminal
from emp_gitops.render.style import Style, drawn

if TYPE_CHECKING:
    from rich.text import Text

FORMAT_VERSION = "1.0"

_COLORS: dict[Outcome, str] = {"error": "red", "unknown": "magenta", "warning": "yellow", "fine": "green"}
_COUNTED = {"error": "{} error{}", "unknown": "{} unknown", "warning": "{} warning{}", "fine": "{} fine"}


def doctor_text(diagnoses: Sequence[Diagnosis], style: Style) -> str:
    """One line a check, what mends it below (once for several in a row), and a last line that counts."""
    counts = Counter(diagnosis.outcome for diagnosis in diagnoses)
    said = ", ".join(
        _COUNTED[outcome].format(counts[outcome], "s" if counts[outcome] > 1 else "")
        for outcome in _COLORS if counts[outcome]
    )
    wide = Style(color=style.color, width=10_000)
    following = [diagnosis.hint for diagnosis in diagnoses[1:]] + [None]
    lines = (line for diagnosis, after in zip(diagnoses, following, strict=True) for line in _lines(diagnosis, after))
    return drawn(wide, *lines, "", f"Doctor: {said}.")


def doctor_json(forge: str, diagnoses: Sequence[Diagnosis]) -> dict[str, Any]:
    """As `schemas/doctor.schema.json` says."""
    checks = [
        {"check": each.check, "outcome": each.outcome, "message": each.message, "hint": each.hint}
        for each in diagnoses
    ]
    return {"format_version": FORMAT_VERSION, "forge": forge, "checks": checks}


def _lines(diagnosis: Diagnosis, hint_after: str | None) -> Iterator[Text]:
    from rich.text import Text

    yield Text.assemble(
        (f"  {diagnosis.outcome:<7}  ", _COLORS[diagnosis.outcome]),
        (f"{diagnosis.check:<14}  ", "bold"),
        terminal(diagnosis.message),
    )
    if diagnosis.hint and diagnosis.hint != hint_after:
        yield Text(f"{'':<27}hint: {terminal(diagnosis.hint)}")
