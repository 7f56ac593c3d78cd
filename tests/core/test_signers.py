"""Which keys count when."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from emp_gitops.core.signers import in_force

AT = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEr5"


@pytest.mark.parametrize("options", [
    "", 'namespaces="git" ', 'valid-after="20200101" ', 'valid-before="20261124" ', 'namespaces="git",valid-before="202611231231Z" ',
    'valid-before="20261123123001" ',
])
def test_a_key_counts_before_its_end(options: str) -> None:
    line = f"ana {options}{KEY}\n".encode()
    assert in_force(line, AT) == line


def test_a_comment_ends_no_key() -> None:
    line = f"ana {KEY} made valid-before=20200101 yes\n".encode()
    assert in_force(line, AT) == line


@pytest.mark.parametrize("options", [
    'valid-before="20261123" ', "valid-before=20261123 ", 'namespaces="git",VALID-BEFORE="20261123123000Z" ', 'valid-before="20261399" ',
    'valid-before="2026112399" ', 'valid-after="20200101",valid-before="20210101",namespaces="git" ',
])
def test_and_not_from_then_on_nor_with_an_end_that_is_no_date(options: str) -> None:
    others = f"# a comment\nberta {KEY}\n".encode()
    assert in_force(others + f"ana {options}{KEY}\n".encode(), AT) == others
