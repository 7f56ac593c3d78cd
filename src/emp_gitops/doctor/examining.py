"""All checks, in the order of their report."""

from __future__ import annotations

from collections.abc import Iterator

from emp_gitops.doctor import branch, forms, people, running, secrets, workflows
from emp_gitops.doctor.values import Check, Diagnosis, Subject
from emp_gitops.errors import ExitCode
from emp_gitops.forge.settings import UnreadableError

CHECKS: tuple[Check, ...] = (
    *people.CHECKS, *branch.CHECKS, *workflows.CHECKS, *secrets.CHECKS, *running.CHECKS, *forms.CHECKS,
)


def examine(subject: Subject) -> tuple[Diagnosis, ...]:
    """What every check that concerns the subject came to. Raises ForgeError where the forge cannot be asked at all."""
    return tuple(
        diagnosis for check in CHECKS if check.concerns(subject) for diagnosis in _diagnoses(check, subject)
    )


def exit_code(diagnoses: tuple[Diagnosis, ...]) -> ExitCode:
    """What is unknown may be as bad as an error."""
    bad = any(diagnosis.outcome in ("error", "unknown") for diagnosis in diagnoses)
    return ExitCode.ERROR if bad else ExitCode.OK


def _diagnoses(check: Check, subject: Subject) -> Iterator[Diagnosis]:
    is_fine = True
    try:
        for problem in check.examine(subject):
            is_fine = False
            yield Diagnosis(check=check.id, outcome=problem.outcome, message=problem.message, hint=problem.hint)
    except UnreadableError as unreadable:
        is_fine = False
        yield Diagnosis(check=check.id, outcome="unknown", message=unreadable.message, hint=unreadable.hint)
    if is_fine:
        yield Diagnosis(check=check.id, outcome="fine", message=check.fine)
