"""What a write makes of an account. No database here: an account in, the account afterwards out, or a refusal."""

from __future__ import annotations

from dataclasses import replace

from emp_gitops.core.changes import Change
from emp_gitops.core.decrease import refused_decrease
from emp_gitops.core.model import Account, LiveAccount
from emp_gitops.errors import PlatformError, VersionConflictError
from emp_gitops.platform.base import Write


def after_write(live: LiveAccount | None, write: Write) -> LiveAccount:
    """The account after the write; `live` is None where the platform never had it.

    Raises VersionConflictError where the plan saw another version, PlatformError where the change does not fit the
    account, or would take away datapoints that are in use.
    """
    change, revision = write.change, write.provenance.revision
    live = check_version(change.account, live, change.seen_version)
    if "create" in change.kinds and change.after:
        return _created(change, change.after, live, revision)
    if live is None or live.retired:
        raise _misfit(change, "there is no such account")
    if change.after is None:
        return replace(live, version=live.version + 1, retired=True, applied=None, applied_revision=revision)
    if "adoption" in change.kinds:
        if change.after != live.account:
            raise _misfit(change, "its file and the platform differ")
    elif refused := refused_decrease(live, change.after):
        raise PlatformError(f"{live.id}: {refused.message}", hint=refused.hint)
    return replace(
        live, version=live.version + 1, account=change.after, applied=change.after, applied_revision=revision,
    )


def check_version(account: str, live: LiveAccount | None, seen: int) -> LiveAccount | None:
    """`live` again. Raises VersionConflictError where it is not at the version that was seen, 0 being none."""
    version = live.version if live else 0
    if version == seen:
        return live
    now = f"at version {version}" if version else "gone"
    then = f"at version {seen}" if seen else "not there"
    raise VersionConflictError(
        f"{account} is {now} on the platform; when the plan was made, it was {then}", hint="make a new plan",
    )


def _created(change: Change, account: Account, live: LiveAccount | None, revision: str | None) -> LiveAccount:
    if live and not live.retired:
        raise _misfit(change, "it exists already")
    return LiveAccount(
        id=change.account, version=live.version + 1 if live else 1, account=account, used_datapoints=0,
        applied=account, applied_revision=revision,
    )


def _misfit(change: Change, why: str) -> PlatformError:
    kinds = " and ".join(change.kinds)
    return PlatformError(f"{change.account}: {kinds} is not possible, {why}", hint="make a new plan")
