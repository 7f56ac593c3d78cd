"""What applying a change makes of an account. Every test runs on both databases."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from time_machine import travel

from emp_gitops.core.model import LiveAccount
from emp_gitops.errors import PlatformError, VersionConflictError
from emp_gitops.platform.base import Provenance, Write
from emp_gitops.platform.open import open_operator, open_reader, open_writer
from emp_gitops.platform.sql.writer import SqlWriter
from emp_gitops.platform.url import PlatformUrl
from support.accounts import an_account
from support.platforms import PROVENANCE, creation, edit, live, record_usage, retirement, sql

ACME, LYON = "acme-madrid", "acme-lyon"


def test_an_account_that_reconcile_creates_starts_at_version_1_with_nothing_used(writer: SqlWriter) -> None:
    wanted = an_account(ACME, comment="Pilot: site №1", country="ES", rtc_lines=4, contacts=("a@b.example", "c@d.example"))
    writer.apply([creation(ACME, wanted)])
    assert writer.accounts() == {ACME: LiveAccount(
        id=ACME, version=1, account=wanted, used_datapoints=0, applied=wanted, applied_revision=PROVENANCE.revision,
    )}


def test_a_change_replaces_the_account_and_moves_the_version_on(writer: SqlWriter) -> None:
    writer.apply([creation(ACME)])
    wanted = an_account(ACME, datapoints=150, months=24, comment="renewed", start=date(2025, 2, 28))
    writer.apply([edit(live(writer, ACME), wanted)])
    found = live(writer, ACME)
    assert (found.version, found.account, found.applied) == (2, wanted, wanted)


def test_the_other_sides_see_what_the_writer_wrote(platform_url: PlatformUrl, writer: SqlWriter) -> None:
    with open_reader(platform_url) as reader, open_operator(platform_url) as operator:
        assert reader.accounts() == {}
        writer.apply([creation(ACME)])
        assert reader.accounts() == operator.accounts() == writer.accounts() != {}
        assert reader.history(ACME) == writer.history(ACME) != []


def test_the_audit_tells_what_was_done_when_by_whom_and_why(platform_url: PlatformUrl, writer: SqlWriter) -> None:
    before, after = an_account(ACME), an_account(ACME, datapoints=120, license="enterprise")
    with travel("2026-11-23 10:00:00.123456 +0000", tick=False):
        writer.apply([creation(ACME, before)])
    with travel(datetime(2026, 11, 23, 13, 30, tzinfo=timezone(timedelta(hours=2))), tick=False):
        writer.apply([Write(edit(live(writer, ACME), after).change, Provenance(revision="b" * 40))])
    first, second = writer.history(ACME)
    assert first.at == datetime(2026, 11, 23, 10, 0, 0, 123456, tzinfo=UTC)
    assert first.at.tzinfo is UTC
    assert (first.account, first.kinds, first.before, first.after) == (ACME, ("create",), None, before)
    assert (first.revision, first.requested_by, first.approved_by) == ("a" * 40, "ana", "carla")
    assert second.at == datetime(2026, 11, 23, 11, 30, tzinfo=UTC)
    assert (second.kinds, second.before, second.after) == (("datapoints", "license"), before, after)
    assert (second.revision, second.requested_by, second.approved_by) == ("b" * 40, None, None)
    rows = sql(platform_url, "SELECT actor, version_before, version_after FROM changes ORDER BY sequence")
    assert rows == [("ci", 0, 1), ("ci", 1, 2)]


def test_the_history_is_of_one_account(writer: SqlWriter) -> None:
    writer.apply([creation(ACME), creation(LYON)])
    assert [entry.account for entry in writer.history(LYON)] == [LYON]
    assert list(writer.history("nobody")) == []


def test_the_same_change_twice_is_applied_once(writer: SqlWriter) -> None:
    write = creation(ACME)
    writer.apply([write])
    writer.apply([write])
    again = edit(live(writer, ACME), an_account(ACME, datapoints=130))
    writer.apply([again])
    writer.apply([again])
    writer.apply([write])
    assert live(writer, ACME).version == 2
    assert len(writer.history(ACME)) == 2


def test_a_transfer_of_which_one_leg_was_applied_is_completed(writer: SqlWriter) -> None:
    writer.apply([creation(ACME), creation(LYON)])
    legs = [edit(live(writer, ACME), an_account(ACME, datapoints=70)), edit(live(writer, LYON), an_account(LYON, datapoints=130))]
    writer.apply(legs[:1])
    writer.apply(legs)
    assert [live(writer, id_).account.datapoints for id_ in (ACME, LYON)] == [70, 130]
    assert [live(writer, id_).version for id_ in (ACME, LYON)] == [2, 2]


def test_nothing_to_apply_is_no_error(writer: SqlWriter) -> None:
    writer.apply([])
    assert writer.accounts() == {}


def test_a_change_of_a_version_that_moved_on_is_refused_and_both_versions_are_named(writer: SqlWriter) -> None:
    writer.apply([creation(ACME)])
    seen = live(writer, ACME)
    writer.apply([edit(seen, an_account(ACME, datapoints=130))])
    with pytest.raises(VersionConflictError, match=rf"{ACME} is at version 2 .* it was at version 1"):
        writer.apply([edit(seen, an_account(ACME, datapoints=140))])
    assert live(writer, ACME).account.datapoints == 130
    assert len(writer.history(ACME)) == 2


def test_a_creation_is_refused_where_the_account_has_come_to_exist(platform_url: PlatformUrl, writer: SqlWriter) -> None:
    with open_operator(platform_url) as operator:
        operator.put_account(ACME, an_account(ACME))
    with pytest.raises(VersionConflictError, match=rf"{ACME} is at version 1 .* it was not there"):
        writer.apply([creation(ACME)])


def test_a_change_of_an_account_that_is_gone_is_refused(writer: SqlWriter) -> None:
    gone = LiveAccount(id=ACME, version=3, account=an_account(ACME))
    with pytest.raises(VersionConflictError, match=rf"{ACME} is gone .* it was at version 3"):
        writer.apply([edit(gone, an_account(ACME, datapoints=130))])


def test_a_transfer_is_refused_as_a_whole_when_its_second_leg_conflicts(writer: SqlWriter) -> None:
    writer.apply([creation(ACME), creation(LYON)])
    legs = [edit(live(writer, LYON), an_account(LYON, datapoints=70)), edit(live(writer, ACME), an_account(ACME, datapoints=130))]
    writer.apply([edit(live(writer, ACME), an_account(ACME, comment="meanwhile"))])
    before = writer.accounts()
    for order in (legs, legs[::-1]):
        with pytest.raises(VersionConflictError, match=ACME):
            writer.apply(order)
        assert writer.accounts() == before
    assert len(writer.history(LYON)) == 1


def test_a_decrease_below_the_usage_names_how_many_must_be_freed(platform_url: PlatformUrl, writer: SqlWriter) -> None:
    writer.apply([creation(ACME)])
    record_usage(platform_url, {ACME: 95})
    for fewer in (94, 90, 20):
        with pytest.raises(PlatformError, match=f"95 are in use: {95 - fewer} must be freed"):
            writer.apply([edit(live(writer, ACME), an_account(ACME, datapoints=fewer))])
    writer.apply([edit(live(writer, ACME), an_account(ACME, datapoints=95))])
    assert live(writer, ACME).account.datapoints == 95


def test_an_account_over_its_quota_may_still_get_more_datapoints(platform_url: PlatformUrl, writer: SqlWriter) -> None:
    writer.apply([creation(ACME)])
    record_usage(platform_url, {ACME: 200})
    writer.apply([edit(live(writer, ACME), an_account(ACME, datapoints=150))])
    writer.apply([edit(live(writer, ACME), an_account(ACME, datapoints=150, comment="still over"))])
    assert live(writer, ACME).is_over_quota


def test_unknown_usage_refuses_a_decrease_but_no_increase(platform_url: PlatformUrl, writer: SqlWriter) -> None:
    with open_operator(platform_url) as operator:
        operator.put_account(ACME, an_account(ACME))
    with pytest.raises(PlatformError, match="how many are in use is not known"):
        writer.apply([edit(live(writer, ACME), an_account(ACME, datapoints=99))])
    writer.apply([edit(live(writer, ACME), an_account(ACME, datapoints=101))])
    assert live(writer, ACME).version == 2


def test_a_transfer_is_refused_as_a_whole_when_one_leg_is_in_use(platform_url: PlatformUrl, writer: SqlWriter) -> None:
    writer.apply([creation(ACME), creation(LYON)])
    record_usage(platform_url, {ACME: 80})
    before = writer.accounts()
    with pytest.raises(PlatformError, match="10 must be freed"):
        writer.apply([
            edit(before[LYON], an_account(LYON, datapoints=130)), edit(before[ACME], an_account(ACME, datapoints=70)),
        ])
    assert writer.accounts() == before


def test_changes_that_do_not_fit_the_account_are_refused(writer: SqlWriter) -> None:
    writer.apply([creation(ACME)])
    with pytest.raises(PlatformError, match="create is not possible, it exists already"):
        writer.apply([creation(ACME, seen_version=1)])
    writer.apply([retirement(live(writer, ACME))])
    with pytest.raises(PlatformError, match="retirement is not possible, there is no such account"):
        writer.apply([retirement(live(writer, ACME))])
    with pytest.raises(PlatformError, match="details is not possible, there is no such account"):
        writer.apply([edit(live(writer, ACME), an_account(ACME, comment="x"))])
    missing = LiveAccount(id=LYON, version=0, account=an_account(LYON))
    with pytest.raises(PlatformError, match="there is no such account"):
        writer.apply([edit(missing, an_account(LYON, comment="x"))])
    assert len(writer.accounts()) == 1


def test_a_number_that_no_database_holds_is_refused(writer: SqlWriter) -> None:
    with pytest.raises(PlatformError, match="a number is too large for the database"):
        writer.apply([creation(ACME, an_account(ACME, datapoints=10**30))])
    assert writer.accounts() == {}


def test_a_user_without_a_name_is_known_by_number(platform_url: PlatformUrl, monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError

    monkeypatch.setattr("getpass.getuser", nameless)
    with open_writer(platform_url) as writer:
        writer.apply([creation(ACME)])
    assert sql(platform_url, "SELECT actor FROM changes") == [(f"uid {os.getuid()}",)]


def test_the_actor_is_the_user_of_the_system_unless_given(platform_url: PlatformUrl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "ana")
    with open_writer(platform_url) as writer:
        writer.apply([creation(ACME)])
    assert sql(platform_url, "SELECT actor FROM changes") == [("ana",)]
