"""Any sequence of what the sides do, against a model that says in a few lines what should come of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import count
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emp_gitops.core.model import LiveAccount
from emp_gitops.errors import PlatformError, VersionConflictError
from emp_gitops.platform.base import Write
from emp_gitops.platform.open import open_operator, open_writer
from emp_gitops.platform.sql.operator import SqlOperator
from emp_gitops.platform.sql.writer import SqlWriter
from emp_gitops.platform.url import PlatformUrl
from support.accounts import an_account
from support.platforms import adoption, creation, edit, retirement
from support.thorough import examples

Step = tuple[Literal["want", "retire", "adopt", "put", "use", "acknowledge", "stale"], Literal["x", "y"], int]
Rows = dict[str, LiveAccount]

steps: st.SearchStrategy[list[Step]] = st.lists(st.tuples(
    st.sampled_from(["want", "retire", "adopt", "put", "use", "acknowledge", "stale"]), st.sampled_from(["x", "y"]),
    st.sampled_from([20, 50, 80, 110]),
), max_size=14)

prefixes = count()


@pytest.fixture
def sides(platform_url: PlatformUrl) -> Iterator[tuple[SqlWriter, SqlOperator]]:
    with ExitStack() as stack:
        yield stack.enter_context(open_writer(platform_url)), stack.enter_context(open_operator(platform_url))


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_versions_only_grow_and_the_audit_tells_what_the_rows_say(
    sides: tuple[SqlWriter, SqlOperator], steps: list[Step],
) -> None:
    writer, operator = sides
    prefix = f"account-{next(prefixes)}"  # examples share a platform, and nothing else
    expected: Rows = {}
    applied: list[Write] = []
    for kind, letter, number in steps:
        id_ = f"{prefix}-{letter}"
        before = expected.get(id_)
        if write := planned(kind, id_, before, number):
            if fits(before, write):
                writer.apply([write])
                applied.append(write)
                expected[id_] = after(before, write)
            else:
                with pytest.raises(PlatformError):
                    writer.apply([write])
        else:
            by_platform(kind, id_, number, expected, writer, operator)
        found = {id_: each for id_, each in writer.accounts().items() if id_.startswith(f"{prefix}-")}
        assert found == expected
        if before:
            assert expected[id_].version >= before.version
    for write in applied:
        writer.apply([write])  # all of them again
    check_audit(prefix, expected, applied, writer)


def planned(kind: str, id_: str, live: LiveAccount | None, number: int) -> Write | None:
    """A write as the planner would make it, or one that is out of date."""
    account = an_account(id_, datapoints=number)
    is_there = live is not None and not live.retired
    match kind:
        case "want" if not is_there:
            return creation(id_, account, seen_version=live.version if live else 0)
        case "want" if live and live.account != account:
            return edit(live, account)
        case "retire" if live and is_there:
            return retirement(live)
        case "adopt" if live and is_there:
            return adoption(live)
        case "stale" if live:
            return edit(replace(live, version=live.version - 1), replace(account, comment="never applied"))
    return None


def fits(live: LiveAccount | None, write: Write) -> bool:
    change = write.change
    if change.seen_version != (live.version if live else 0):
        return False
    is_decrease = live and not live.retired and change.after and change.after.datapoints < live.account.datapoints
    return not is_decrease or (live.used_datapoints is not None and change.after.datapoints >= live.used_datapoints)


def after(live: LiveAccount | None, write: Write) -> LiveAccount:
    change, revision = write.change, write.provenance.revision
    version = change.seen_version + 1
    if change.kinds == ("create",):
        return LiveAccount(
            id=change.account, version=version, account=change.after, used_datapoints=0, applied=change.after,
            applied_revision=revision,
        )
    assert live
    if change.kinds == ("retirement",):
        return replace(live, version=version, retired=True, applied=None, applied_revision=revision)
    return replace(live, version=version, account=change.after, applied=change.after, applied_revision=revision)


def by_platform(kind: str, id_: str, number: int, rows: Rows, writer: SqlWriter, operator: SqlOperator) -> None:
    """What is no change from git: done on the platform, and in the expected rows."""
    live = rows.get(id_)
    is_there = live is not None and not live.retired
    if kind == "put":
        account = an_account(id_, datapoints=number, license="enterprise")
        operator.put_account(id_, account)
        version = live.version + 1 if live else 1
        fresh = LiveAccount(id=id_, version=version, account=account)
        rows[id_] = replace(live, version=version, account=account) if live and is_there else fresh
    elif kind == "use" and not is_there:
        with pytest.raises(PlatformError):
            operator.record_usage({id_: number})
    elif kind == "use" and live:
        operator.record_usage({id_: number})
        rows[id_] = replace(live, used_datapoints=number)
    elif kind == "acknowledge" and not live:
        with pytest.raises(VersionConflictError):
            writer.acknowledge(id_, seen_version=1, revision=None)
    elif kind == "acknowledge" and live:
        writer.acknowledge(id_, seen_version=live.version, revision=None)
        rows[id_] = replace(live, applied=None if live.retired else live.account, applied_revision=None)


def check_audit(prefix: str, expected: Rows, applied: list[Write], writer: SqlWriter) -> None:
    for letter in ("x", "y"):
        id_ = f"{prefix}-{letter}"
        changes = [write.change for write in applied if write.change.account == id_]
        history = writer.history(id_)
        assert [(entry.kinds, entry.before, entry.after) for entry in history] == [
            (change.kinds, change.before, change.after) for change in changes
        ]
        versions = [change.seen_version for change in changes]
        assert versions == sorted(set(versions))
        assert not versions or versions[-1] < expected[id_].version
