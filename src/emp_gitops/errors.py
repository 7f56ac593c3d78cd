"""Errors for people: each says what happened, where, and what to do about it.

Every error that a person can cause derives from `EmpError`; the command line prints it and exits with its
`exit_code`. Anything else that escapes is a defect of ours and keeps its traceback.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """What the process tells its caller; where several apply to one run, `ERROR` goes before `REFUSED`."""

    OK = 0
    ERROR = 1
    USAGE = 2
    REFUSED = 3
    STALE_PLAN = 4
    CHANGES_PENDING = 10
    INTERRUPTED = 130


class EmpError(Exception):
    """A failure that a person can understand and mend. `others` were found at the same time, and are told as well."""

    exit_code = ExitCode.ERROR

    def __init__(self, message: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint
        self.others: tuple[EmpError, ...] = ()

    @property
    def in_one_line(self) -> str:
        """What failed, where, and what to do: for places that show one text."""
        where = f" ({self.where})" if self.where else ""
        return f"{self.message}{where}{f'; {self.hint}' if self.hint else ''}"


def try_each(attempts: Iterable[Callable[[], object]]) -> None:
    """Make every attempt, whatever became of those before. Raises the first EmpError, with the later ones in it."""
    failures: list[EmpError] = []
    for attempt in attempts:
        try:
            attempt()
        except EmpError as error:
            failures.append(error)
    if failures:
        failures[0].others += tuple(failures[1:])
        raise failures[0]


class UsageError(EmpError):
    """The command was called in a way that cannot mean anything."""

    exit_code = ExitCode.USAGE


class RefusedError(EmpError):
    """A guard or a missing approval stands in the way."""

    exit_code = ExitCode.REFUSED


class StalePlanError(EmpError):
    """A saved plan does not describe the present, or cannot be trusted to."""

    exit_code = ExitCode.STALE_PLAN


class OffMainError(EmpError):
    """The commit to reconcile is not one that main went through."""

    exit_code = ExitCode.STALE_PLAN


class RepositoryError(EmpError):
    """Git, or the tree of files, cannot be read."""


class ForgeError(EmpError):
    """The forge cannot be reached, does not answer in full, or refuses."""


class PlatformError(EmpError):
    """The platform cannot be reached, read or written."""


class VersionConflictError(PlatformError):
    """The account on the platform is no longer at the version that the plan saw."""


class LockedError(PlatformError):
    """Another reconciler holds the platform's lock."""
