"""The lock between reconcilers. It dies with its holder, and who waits for it in vain is told who that is."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from emp_gitops.errors import LockedError, PlatformError


@dataclass(frozen=True, slots=True)
class Holder:
    """Who runs what: `actor` a person or a CI service's identity, `job` a command."""

    job: str
    actor: str

    def describe(self) -> str:
        """As in "reconcile by ana, pid 4711, since 10:02 UTC on build-7"."""
        since = f"since {datetime.now(UTC):%H:%M} UTC"
        return f"{self.job} by {self.actor}, pid {os.getpid()}, {since} on {socket.gethostname()}"


def locked_by(holder: str | None, where: str) -> LockedError:
    """The error for those who waited in vain."""
    return LockedError(
        f"the platform is locked: {holder or 'by another process'}", where=where,
        hint="wait until it is done, or stop that process: the lock is released with it",
    )


@contextmanager
def file_lock(path: Path, holder: Holder, timeout: float, *, where: str) -> Iterator[None]:
    """Hold a lock on the file at `path`, which stays there. The operating system releases it when the process ends.

    The holder's name stands in a file of its own, since locking may truncate the locked one. Raises LockedError after
    `timeout` seconds, PlatformError where the files cannot be written.
    """
    name = path.with_name(f"{path.name}-holder")
    lock = FileLock(path, timeout=timeout)
    try:
        lock.acquire()
    except Timeout:
        raise locked_by(_read(name), where) from None
    except OSError as error:
        raise _unlockable(path, error) from error
    try:
        try:
            name.write_text(holder.describe(), encoding="utf-8")
        except OSError as error:
            raise _unlockable(name, error) from error
        yield
    finally:
        with suppress(OSError):
            name.unlink()
        lock.release()


def _unlockable(path: Path, error: OSError) -> PlatformError:
    return PlatformError(
        f"the platform cannot be locked: {error.strerror}", where=str(path), hint="check the permissions of the folder",
    )


def _read(name: Path) -> str | None:
    with suppress(OSError):
        return name.read_text(encoding="utf-8", errors="replace")
    return None
