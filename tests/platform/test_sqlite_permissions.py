"""Files and folders that may not be read or written. Root has no such limits, so here it does without its rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from emp_gitops.errors import PlatformError
from emp_gitops.platform.open import open_operator, open_reader, open_writer
from emp_gitops.platform.url import SqliteUrl
from support.permissions import everyones_folder, unprivileged
from support.platforms import creation, live, with_accounts

ACME = "acme-madrid"
EVERY_SIDE = (open_reader, open_operator, open_writer)


@pytest.fixture
def shared_url() -> Iterator[SqliteUrl]:
    """A platform where permissions can be tried out, also by root."""
    with everyones_folder() as folder:
        url = SqliteUrl("sqlite:///platform.db", folder / "platform.db")
        with_accounts(url, ACME)
        yield url


def test_an_unreadable_file_is_an_error(shared_url: SqliteUrl) -> None:
    shared_url.path.chmod(0)
    for side in EVERY_SIDE:
        with unprivileged(), pytest.raises(PlatformError, match=r"cannot be (opened|written)"):
            side(shared_url)


def test_a_folder_that_may_not_be_entered_is_an_error(shared_url: SqliteUrl) -> None:
    shared_url.path.parent.chmod(0o600)
    for side in EVERY_SIDE:
        with unprivileged(), pytest.raises(PlatformError, match="Permission denied"):
            side(shared_url)


def test_a_read_only_file_can_be_read_but_refuses_to_be_opened_for_writing(shared_url: SqliteUrl) -> None:
    shared_url.path.chmod(0o444)
    with unprivileged():
        with open_reader(shared_url) as reader:
            assert live(reader, ACME).version == 1
        for side in (open_operator, open_writer):
            with pytest.raises(PlatformError, match="the platform cannot be written"):
                side(shared_url)


def test_a_read_only_folder_can_be_read(shared_url: SqliteUrl) -> None:
    shared_url.path.chmod(0o666)
    shared_url.path.parent.chmod(0o555)
    with unprivileged():
        with open_reader(shared_url) as reader:
            assert live(reader, ACME).version == 1
        for side in (open_operator, open_writer):
            with pytest.raises(PlatformError, match="the database cannot be written"):
                side(shared_url)


def test_a_read_only_folder_can_be_read_while_its_owner_writes(shared_url: SqliteUrl) -> None:
    with open_writer(shared_url) as writer:
        shared_url.path.parent.chmod(0o555)
        writer.apply([creation("acme-lyon")])
        with unprivileged(), open_reader(shared_url) as reader:
            assert len(reader.accounts()) == 2


def add_an_account(url: SqliteUrl) -> None:
    with_accounts(url, "acme-lyon")


def delete(url: SqliteUrl) -> None:
    url.path.unlink()


@pytest.mark.parametrize("happens", [add_an_account, delete])
def test_what_happens_to_a_file_at_rest_while_it_is_read_is_noticed(
    shared_url: SqliteUrl, happens: Callable[[SqliteUrl], None],
) -> None:
    shared_url.path.parent.chmod(0o555)
    with unprivileged():
        reader = open_reader(shared_url)
    with reader:
        shared_url.path.parent.chmod(0o777)
        happens(shared_url)
        with pytest.raises(PlatformError, match="changed while it was read"):
            reader.accounts()


def test_a_folder_in_which_no_lock_can_be_made_is_an_error(shared_url: SqliteUrl) -> None:
    with open_writer(shared_url) as writer:
        for file in shared_url.path.parent.glob("*-lock*"):
            file.unlink()
        shared_url.path.parent.chmod(0o555)
        with unprivileged(), pytest.raises(PlatformError, match="cannot be locked: Permission denied"), writer.lock():
            pass
