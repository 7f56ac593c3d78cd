"""Does the platform know from where on approvals count?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from emp_gitops.doctor.secrets import PLATFORM, PRODUCTION
from emp_gitops.doctor.values import Check, Problem, Subject, error, on_forge, unknown
from emp_gitops.errors import EmpError
from emp_gitops.platform.base import PlatformMissingError

_HINT = "look at the accounts of a commit of main, then start from it: emp-gitops reconcile --trust REVISION"
_UNKNOWN = "whether the platform trusts a commit of main is not known"
_ASK_THERE = f"run doctor again with {PLATFORM} set to the platform, as a user who can read it"


def _trust(subject: Subject) -> Iterator[Problem]:
    try:
        with subject.read_platform() as reader:
            trusted = reader.trusted_revision()
    except EmpError as trouble:
        yield _unread(subject, trouble)
        return
    if trusted is None:
        yield error("the platform trusts no commit of main yet, so reconcile refuses", _HINT)


def _unread(subject: Subject, trouble: EmpError) -> Problem:
    """A platform that is not there trusts nothing; of one that cannot be read nobody knows."""
    is_missing = isinstance(trouble, PlatformMissingError)
    reason = f"{trouble.message} ({trouble.where})" if trouble.where else trouble.message
    if not on_forge(subject) or subject.platform is not None:
        if is_missing:
            return error("there is no platform yet, and so none that trusts a commit of main: reconcile refuses", _HINT)
        return unknown(trouble, f"{_UNKNOWN}: {reason}")
    if is_missing:  # the workflows have theirs from a secret
        reason = f"{PLATFORM} of {PRODUCTION} tells which one it is, and is not set here"
    return replace(unknown(trouble, f"{_UNKNOWN}: {reason}"), hint=_ASK_THERE)


CHECKS = (
    Check(
        id="trust", fine="the platform trusts a commit of main, from which on approvals count", examine=_trust,
        concerns=lambda subject: subject.config.approvals.source != "none",
    ),
)
