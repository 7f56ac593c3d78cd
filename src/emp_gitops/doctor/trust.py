"""Does the platform know from where on approvals count?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from emp_gitops.doctor.secrets import PLATFORM
from emp_gitops.doctor.values import Check, Problem, Subject, error, on_forge, unknown
from emp_gitops.errors import EmpError
from emp_gitops.platform.base import PlatformMissingError

_HINT = "look at the accounts of a commit of main, then start from it: emp-gitops reconcile --trust REVISION"
_ASK_THERE = f"run doctor again with {PLATFORM} set to the platform, as a user who can read it"


def _trust(subject: Subject) -> Iterator[Problem]:
    is_elsewhere = on_forge(subject) and subject.platform is None  # the workflows get theirs from a secret
    try:
        with subject.read_platform() as reader:
            trusted = reader.trusted_revision()
    except EmpError as trouble:
        if isinstance(trouble, PlatformMissingError) and not is_elsewhere:
            yield error("there is no platform yet, and so none that trusts a commit of main: reconcile refuses", _HINT)
            return
        place = f" ({trouble.where})" if trouble.where else ""
        message = f"whether the platform trusts a commit of main is not known: {trouble.message}{place}"
        problem = unknown(trouble, message)
        yield replace(problem, hint=_ASK_THERE) if is_elsewhere else problem
        return
    if trusted is None:
        yield error("the platform trusts no commit of main yet, so reconcile refuses", _HINT)


CHECKS = (
    Check(
        id="trust", fine="the platform trusts a commit of main, from which on approvals count", examine=_trust,
        concerns=lambda subject: subject.config.approvals.source != "none",
    ),
)
