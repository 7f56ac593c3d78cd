"""Paths and ids of account files."""

from __future__ import annotations

import pytest

from emp_gitops.core.tree import account_id, account_id_trouble


@pytest.mark.parametrize("path", ["accounts/acme-lyon.yaml", "accounts/fr/acme/acme-lyon.yaml"])
def test_the_id_is_the_stem_wherever_the_file_lies(path: str) -> None:
    assert account_id(path) == "acme-lyon"


@pytest.mark.parametrize("id_", ["aa", "a1", "1a", "a-", "a--b", "0" * 63])
def test_a_good_id_gives_no_trouble(id_: str) -> None:
    assert account_id_trouble(id_) is None


@pytest.mark.parametrize("id_", ["", "a", "-a", "Aa", "a_b", "a.b", "a b", "á1", "a\n", "aa\n", "٣٣", "0" * 64])
def test_a_bad_id_is_explained(id_: str) -> None:
    assert "2 to 63 characters" in (account_id_trouble(id_) or "")
