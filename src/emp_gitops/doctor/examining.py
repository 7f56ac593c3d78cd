"""All checks, in the order of their report."""

from __future__ import annotations

from collections.abc import Iterator

from emp_gitops.doctor import branch, database, forms, owners, people, reminders, running, secrets, trust, workflows
from emp_gitops.doctor.values import Check, Diagnosis, Problem, Subject, unknown
from emp_gitops.errors import EmpError, ExitCode

CHECKS: tuple[Check, ...] = (
    *people.CHECKS, *trust.CHECKS, *database.CHECKS, *branch.CHECKS, *owners.CHECKS, *workflows.CHECKS, *secrets.CHECKS,
    *running.CHECKS, *reminders.CHECKS, *forms.CHECKS,
)


def examine(subject: Subject) -> tuple[Diagnosis, ...]:
    """What every check that concerns the subject came to; one that cannot be made leaves the others alone."""
    return tuple(
        diagnosis for check in CHECKS if check.concerns(subject) for diagnosis in _diagnoses(check, subject)
    )


def exit_code(diagnoses: tuple[Diagnosis, ...]) -> ExitCode:
    """What is unknown may be as bad as an error."""
    bad = any(diagnosis.outcome in ("error", "unknown") for diagnosis in diagnoses)
    return ExitCode.ERROR if bad else ExitCode.OK


def _diagnoses(check: Check, subject: Subject) -> Iterator[Diagnosis]:
    problems: dict[Problem, None] = {}  # each told once, such as one reason for several people
    try:
        for problem in check.examine(subject):
            problems[problem] = None
    except EmpError as error:
        problems[unknown(error)] = None
    for problem in problems:
        yield Diagnosis(check=check.id, outcome=problem.outcome, message=problem.message, hint=problem.hint)
    if not problems:
        yield Diagnosis(check=check.id, outcome="fine", message=check.fine)
