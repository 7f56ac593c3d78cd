"""What every platform offers, as two protocols and the values that pass through them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, Self

from emp_gitops.core.changes import Change, Kind
from emp_gitops.core.model import Account, LiveAccount
from emp_gitops.errors import PlatformError


class PlatformMissingError(PlatformError):
    """Nothing is there yet: no database file, or a database without our tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a change comes from, for the audit. `requested_by` and `approved_by` are names, None where unknown."""

    revision: str | None = None
    requested_by: str | None = None
    approved_by: str | None = None


@dataclass(frozen=True, slots=True)
class Write:
    """One change to apply and where it comes from."""

    change: Change
    provenance: Provenance = Provenance()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One applied change of one account, as the append-only audit keeps it. `at` is in UTC, `version` the account's
    after the change.
    """

    at: datetime
    account: str
    version: int
    kinds: tuple[Kind, ...]
    before: Account | None
    after: Account | None
    revision: str | None
    requested_by: str | None
    approved_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """One moment at which a revision came to be trusted, and by whom: reconcile itself, after checking approvals, or an
    operator with `--trust`. `at` is in UTC, `previous` what was trusted before.
    """

    at: datetime
    revision: str
    previous: str | None
    actor: str
    by_operator: bool


class PlatformReader(Protocol):
    """Reads, and cannot write."""

    def accounts(self) -> Mapping[str, LiveAccount]:
        """Every account by id, retired ones included, as one consistent snapshot. Raises PlatformError."""
        ...

    def accounts_of(self, ids: Collection[str]) -> Mapping[str, LiveAccount]:
        """Those of the accounts that exist, by id, read anew and as one snapshot. Raises PlatformError."""
        ...

    def history(self, account: str) -> Sequence[AuditEntry]:
        """The account's applied changes, oldest first; empty where there are none. Raises PlatformError."""
        ...

    def changes_since(self, moment: datetime) -> Sequence[AuditEntry]:
        """The applied changes of all accounts from a moment on, oldest first. Raises PlatformError."""
        ...

    def trusted_revision(self) -> str | None:
        """The commit of main up to which every account and policy file has approved content; None before the first
        `--trust`. Raises PlatformError.
        """
        ...

    def reconciled_revision(self) -> str | None:
        """The newest commit of main of which something approved was reconciled; None before. Raises PlatformError."""
        ...

    def trust_history(self) -> Sequence[Trust]:
        """Every revision that was trusted, oldest first. Raises PlatformError."""
        ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


class LockingReader(PlatformReader, Protocol):
    """Reads, and can keep others out meanwhile: what it read stays true. It needs no right to write accounts."""

    def lock(self, *, timeout: float = 30.0) -> AbstractContextManager[None]:
        """Keep out reconcilers, and others who take the lock, until the block ends or this process dies.

        Waits up to `timeout` seconds, then raises LockedError, which names the holder.
        """
        ...


class PlatformWriter(LockingReader, Protocol):
    """Writes, one transaction a call."""

    def apply(self, writes: Sequence[Write]) -> None:
        """Apply all of the writes or none (the legs of a transfer belong together).

        Each is conditional on the version that its change saw and is recorded in the audit once: a write whose
        idempotency key the audit already holds is taken as done. Raises VersionConflictError where a version moved on,
        PlatformError where a decrease would go below the used datapoints, or the database fails.
        """
        ...

    def acknowledge(self, account: str, *, seen_version: int, revision: str | None) -> None:
        """Note that git now agrees with the live account, without changing it: `applied` becomes the live account (or
        None where it is retired). Raises VersionConflictError.
        """
        ...

    def trust(self, revision: str, *, by_operator: bool = False) -> None:
        """Trust the commit (a full id) from now on, and record who said so. Raises PlatformError."""
        ...

    def note_reconciled(self, revision: str) -> None:
        """Remember the commit (a full id) as the newest one of which something was. Raises PlatformError."""
        ...


class PlatformOperator(PlatformReader, Protocol):
    """The platform's own side: what the reconciler never does. Recording usage, and changing accounts directly."""

    def record_usage(self, readings: Mapping[str, int]) -> None:
        """Set used datapoints by account id, all or none. Raises PlatformError for an unknown or retired id."""
        ...

    def put_account(self, account: str, value: Account) -> None:
        """Create or change an account as the platform's own screen would: a new version, nothing applied from git."""
        ...

    def retire_account(self, account: str) -> None:
        """Retire an account as the platform's own screen would. Raises PlatformError where there is none."""
        ...


class EmptyPlatform:
    """A platform before its first account, for planning against one that does not exist yet."""

    def accounts(self) -> Mapping[str, LiveAccount]:
        return {}

    def accounts_of(self, ids: Collection[str]) -> Mapping[str, LiveAccount]:
        return {}

    def history(self, account: str) -> Sequence[AuditEntry]:
        return ()

    def changes_since(self, moment: datetime) -> Sequence[AuditEntry]:
        return ()

    def trusted_revision(self) -> str | None:
        return None

    def reconciled_revision(self) -> str | None:
        return None

    def trust_history(self) -> Sequence[Trust]:
        return ()

    def close(self) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...
