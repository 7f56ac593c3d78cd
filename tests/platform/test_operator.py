"""The platform's own side, on both databases."""

from __future__ import annotations

import pytest

from emp_gitops.core.model import LiveAccount
from emp_gitops.errors import PlatformError
from emp_gitops.platform.open import open_operator, open_writer
from emp_gitops.platform.url import PlatformUrl
from support.accounts import an_account
from support.platforms import creation, edit, live, retirement, with_accounts

ACME, LYON = "acme-madrid", "acme-lyon"


def test_recording_usage_is_no_change_of_the_account(platform_url: PlatformUrl) -> None:
    with open_operator(with_accounts(platform_url, ACME, LYON)) as operator:
        operator.record_usage({ACME: 70, LYON: 0})
        operator.record_usage({ACME: 71})
        found = operator.accounts()
    assert {id_: (each.used_datapoints, each.version) for id_, each in found.items()} == {ACME: (71, 1), LYON: (0, 1)}


def test_usage_of_unknown_accounts_is_refused_by_name_and_nothing_recorded(platform_url: PlatformUrl) -> None:
    with open_operator(with_accounts(platform_url, ACME)) as operator:
        unknown = [f"unknown-{number}" for number in range(7)]
        with pytest.raises(PlatformError, match=r"unknown-0, unknown-1, unknown-2, unknown-3, unknown-4 and 2 more$"):
            operator.record_usage({ACME: 70} | dict.fromkeys(unknown, 1))
        assert live(operator, ACME).used_datapoints == 0


def test_usage_of_a_retired_account_is_refused(platform_url: PlatformUrl) -> None:
    with_accounts(platform_url, ACME)
    with open_writer(platform_url) as writer:
        writer.apply([retirement(live(writer, ACME))])
    with open_operator(platform_url) as operator, pytest.raises(PlatformError, match=f"no such account.*: {ACME}$"):
        operator.record_usage({ACME: 1})


@pytest.mark.parametrize("reading", [-1, 10**30])
def test_usage_that_no_meter_reads_is_refused(platform_url: PlatformUrl, reading: int) -> None:
    with open_operator(with_accounts(platform_url, ACME, LYON)) as operator:
        with pytest.raises(PlatformError):
            operator.record_usage({ACME: 5, LYON: reading})
        assert live(operator, ACME).used_datapoints == 0


def test_no_readings_are_no_error(platform_url: PlatformUrl) -> None:
    with open_operator(with_accounts(platform_url)) as operator:
        operator.record_usage({})


def test_more_readings_than_one_query_takes_are_recorded(platform_url: PlatformUrl) -> None:
    ids = [f"account-{number}" for number in range(1201)]
    with open_operator(with_accounts(platform_url, *ids)) as operator:
        operator.record_usage({id_: number for number, id_ in enumerate(ids)})
        assert sum(each.used_datapoints or 0 for each in operator.accounts().values()) == sum(range(1201))


def test_an_account_that_the_platform_creates_is_unmanaged_and_its_usage_unknown(platform_url: PlatformUrl) -> None:
    with open_operator(with_accounts(platform_url)) as operator:
        operator.put_account(ACME, an_account(ACME))
        assert operator.accounts() == {ACME: LiveAccount(id=ACME, version=1, account=an_account(ACME))}
        assert list(operator.history(ACME)) == [], "the audit is of what reconcile applied"


def test_what_the_platform_changes_is_a_new_version_beside_what_was_applied(platform_url: PlatformUrl) -> None:
    theirs = an_account(ACME, license="enterprise", comment=None, start=an_account().start.replace(day=31))
    with open_operator(with_accounts(platform_url, ACME)) as operator:
        operator.record_usage({ACME: 9})
        operator.put_account(ACME, theirs)
        found = live(operator, ACME)
        assert (found.version, found.account, found.applied, found.used_datapoints) == (2, theirs, an_account(ACME), 9)
        operator.put_account(ACME, an_account(ACME))
        found = live(operator, ACME)
    assert (found.version, found.account, found.applied) == (3, an_account(ACME), an_account(ACME))


def test_the_platform_may_create_a_retired_account_again(platform_url: PlatformUrl) -> None:
    with open_operator(with_accounts(platform_url, ACME)) as operator:
        operator.retire_account(ACME)
        operator.put_account(ACME, an_account(ACME, datapoints=30))
        assert live(operator, ACME) == LiveAccount(id=ACME, version=3, account=an_account(ACME, datapoints=30))


def test_what_the_platform_retires_stays_known_as_applied(platform_url: PlatformUrl) -> None:
    with open_operator(with_accounts(platform_url, ACME)) as operator:
        operator.retire_account(ACME)
        found = live(operator, ACME)
        assert (found.retired, found.version, found.applied) == (True, 2, an_account(ACME))
        for id_ in (ACME, LYON):
            with pytest.raises(PlatformError, match=f"no such account on the platform: {id_}"):
                operator.retire_account(id_)


def test_usage_is_read_again_when_the_change_is_applied(platform_url: PlatformUrl) -> None:
    with_accounts(platform_url, ACME)
    with open_writer(platform_url) as writer, open_operator(platform_url) as operator:
        planned = edit(live(writer, ACME), an_account(ACME, datapoints=50))
        operator.record_usage({ACME: 60})
        with pytest.raises(PlatformError, match="10 must be freed"):
            writer.apply([planned])
        operator.record_usage({ACME: 50})
        writer.apply([planned])
    with open_writer(platform_url) as writer:
        writer.apply([creation(LYON)])
        assert live(writer, ACME).account.datapoints == 50
