"""Checking account files: every mistake has a place, and a broken file is never taken for a removed one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emp_gitops.core.checking import check_account
from emp_gitops.core.findings import Finding, has_errors
from emp_gitops.core.loading import load
from emp_gitops.core.model import Account
from support.accounts import a_tree, an_account, check, file_text, path_of, policy, texts, valid_accounts

PATH = path_of("acme-lyon")
REQUIRED = ("name", "customer", "license", "datapoints", "subscription", "sector", "contacts")

any_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=4,
)


def value_of(account: Account) -> dict[str, Any]:
    value: dict[str, Any] = load(file_text(account).encode()).value
    return value


def as_file(value: Any) -> bytes:
    """JSON is YAML; one line a field, so that places differ."""
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def is_inside(finding: Finding, data: bytes) -> bool:
    lines = data.decode().split("\n")
    return 1 <= finding.line <= len(lines) and 1 <= finding.column <= len(lines[finding.line - 1]) + 1


class TestAnyMutationOfAValidAccount:
    @given(valid_accounts("acme-lyon"))
    def test_none_is_no_finding(self, account: Account) -> None:
        wanted, findings = check_account(PATH, as_file(value_of(account)), policy())
        assert wanted
        assert (wanted.id, wanted.file, wanted.account, findings) == ("acme-lyon", PATH, account, [])

    @given(valid_accounts("acme-lyon"), st.sampled_from(REQUIRED))
    def test_a_dropped_field_is_missed(self, account: Account, field: str) -> None:
        value = value_of(account)
        del value[field]
        wanted, findings = check_account(PATH, as_file(value), policy())
        assert wanted is None
        assert [(f.rule, f.account, f.message) for f in findings] == [
            ("field-missing", "acme-lyon", f"{field} is missing; an account needs it")
        ]

    @given(valid_accounts("acme-lyon"), texts.filter(lambda name: name not in Account.__dataclass_fields__), any_values)
    def test_an_added_field_is_pointed_at(self, account: Account, field: str, value: Any) -> None:
        data = as_file({field: value} | value_of(account))
        wanted, findings = check_account(PATH, data, policy())
        assert wanted is None
        assert all(is_inside(finding, data) for finding in findings)
        if not load(data).problems and field != "subscription":
            assert [(f.rule, f.line, f.column) for f in findings] == [("field-unknown", 2, 2)]

    @given(valid_accounts("acme-lyon"), st.sampled_from([*REQUIRED, "country", "rtc_lines", "comment", "language"]), any_values)
    def test_a_replaced_value_is_accepted_or_explained_in_its_place(self, account: Account, field: str, value: Any) -> None:
        data = as_file(value_of(account) | {field: value})
        wanted, findings = check_account(PATH, data, policy())
        assert (wanted is None) <= has_errors(findings)
        assert all(finding.account == "acme-lyon" and is_inside(finding, data) for finding in findings)
        if wanted is None and not load(data).problems:
            line = next(number for number, text in enumerate(data.decode().split("\n"), 1) if text.startswith(f' "{field}":'))
            assert {finding.line >= line for finding in findings} == {True}
            assert not any("{" in f.message.replace(repr(value), "") for f in findings if isinstance(value, str))

    @given(st.binary(max_size=200))
    def test_no_bytes_at_all_end_in_a_traceback(self, data: bytes) -> None:
        wanted, findings = check_account(PATH, data, policy())
        assert wanted is None
        assert has_errors(findings)


class TestTheNameOfTheFile:
    @pytest.mark.parametrize("name", ["Acme.yaml", "-acme.yaml", "a.yaml", "acme_lyon.yaml", f"{'a' * 64}.yaml", ".yaml"])
    def test_that_gives_no_id_refuses_the_run(self, name: str) -> None:
        found = check(a_tree({f"accounts/{name}": file_text(an_account())}))
        assert [(f.rule, f.account, f.file) for f in found.findings] == [("account-id", None, f"accounts/{name}")]
        assert found.wanted == {}

    def test_gives_the_id_in_any_folder(self) -> None:
        found = check(a_tree({"accounts/fr/acme/acme-lyon.yaml": file_text(an_account())}))
        assert found.wanted["acme-lyon"].file == "accounts/fr/acme/acme-lyon.yaml"
        assert (found.findings, found.checked) == ((), 1)


class TestATree:
    def test_tells_everything_of_every_file_in_one_run(self) -> None:
        found = check(a_tree({
            path_of("acme-lyon"): "name: [", path_of("acme-madrid"): file_text(an_account("acme-madrid", datapoints=5)),
            path_of("brisa-palma"): file_text(an_account("brisa-palma", rtc_lines=4)),
            path_of("ferro-imola"): file_text(an_account("ferro-imola")),
        }))
        assert [(f.file, f.rule) for f in found.findings] == [
            (path_of("acme-lyon"), "yaml-syntax"), (path_of("acme-madrid"), "number-too-small"),
            (path_of("brisa-palma"), "rtc-lines-only-in-spain"),
        ]

    def test_wants_what_is_valid_also_where_a_rule_objects_and_knows_every_id(self) -> None:
        found = check(a_tree({
            path_of("acme-lyon"): "name: [", path_of("brisa-palma"): file_text(an_account("brisa-palma", rtc_lines=4)),
        }))
        assert found.wanted.keys() == {"brisa-palma"}
        assert found.ids == {"acme-lyon", "brisa-palma"}

    def test_knows_the_id_of_a_file_that_could_not_be_read(self) -> None:
        unread = Finding.error("file-unreadable", path_of("acme-lyon"), "cannot be read", account="acme-lyon")
        found = check(a_tree(findings=[unread]))
        assert found.ids == {"acme-lyon"}
        assert found.findings == (unread,)
        assert found.policy

    def test_can_be_empty(self) -> None:
        found = check(a_tree())
        assert (found.wanted, found.ids, found.findings, found.checked) == ({}, frozenset(), (), 0)


class TestThePlaceOfAField:
    @pytest.mark.parametrize(("field", "line", "column"), [
        ("name", 1, 7), ("datapoints", 4, 13), ("start", 9, 10), ("contacts", 6, 11), ("comment", 1, 1), (None, 1, 1),
    ])
    def test_is_that_of_its_value_or_of_what_it_would_stand_in(self, field: str | None, line: int, column: int) -> None:
        found = check(a_tree({PATH: file_text(an_account())}))
        file, at = found.position("acme-lyon", field)
        assert (file, at.line, at.column) == (PATH, line, column)

    def test_is_the_folder_for_an_account_without_a_file(self) -> None:
        file, at = check(a_tree()).position("acme-lyon", "name")
        assert (file, at.line, at.column) == ("accounts", 1, 1)


def test_a_file_full_of_errors_gives_a_hundred_and_one_findings() -> None:
    tags = "".join(f"  - !tag {number}\n" for number in range(150))
    checked = check(a_tree({path_of("acme-lyon"): f"contacts:\n{tags}"}))
    assert len(checked.findings) == 101
    assert checked.findings[-1].message == "and 50 more findings on this file"
