"""Schema files: what is refused, what references may reach, and that nothing is ever fetched."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest

from emp_gitops.core.findings import Finding
from emp_gitops.core.schema import DRAFT, Schema
from emp_gitops.core.schema_files import compile_schema, parse_schemas

ACCOUNT = "schemas/account.schema.json"
COMMON = "schemas/common.json"


def compiled(files: dict[str, Any]) -> tuple[Schema | None, list[Finding]]:
    """The schema at `ACCOUNT`; a file is bytes, or a value that becomes JSON in draft 2020-12."""
    contents = {path: given if isinstance(given, bytes) else as_json(given) for path, given in files.items()}
    documents, findings = parse_schemas(contents)
    return (None, findings) if findings else compile_schema(ACCOUNT, documents)


def as_json(value: Any) -> bytes:
    return json.dumps({"$schema": DRAFT} | value if isinstance(value, dict) else value).encode()


def good(files: dict[str, Any]) -> Schema:
    schema, findings = compiled(files)
    assert schema, findings
    return schema


def only_finding(files: dict[str, Any]) -> Finding:
    schema, findings = compiled(files)
    assert schema is None
    assert len(findings) == 1
    assert (findings[0].severity, findings[0].account) == ("error", None)
    return findings[0]


class Listener:
    """A server on the loopback that hangs up on every visitor and counts them."""

    def __init__(self) -> None:
        self.visitors = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                visitor, _ = self._socket.accept()
            except OSError:
                return
            self.visitors += 1
            visitor.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


def test_the_listener_would_notice_a_visitor(listener: Listener) -> None:
    with socket.create_connection(("127.0.0.1", int(listener.url.rpartition(":")[2]))) as visit:
        assert visit.recv(1) == b""
    assert listener.visitors == 1


class TestAReferenceToTheOutside:
    @pytest.mark.parametrize("schema", [
        {"$ref": "URL/x.json"},
        {"$ref": "URL"},
        {"properties": {"name": {"$ref": "URL/x.json#/$defs/name"}}},
        {"$id": "URL/a.json", "properties": {"name": {"$ref": "b.json"}}},
        {"$dynamicRef": "URL/x#y"},
        {"$defs": {"a": {"$id": "URL/a", "$ref": "b"}}, "$ref": "#/$defs/a"},
        {"$ref": "file:///etc/hostname"},
        {"$ref": "file:account.schema.json"},
        {"$ref": "../emp-gitops.yaml"},
        {"$ref": "/etc/hostname"},
        {"$ref": "none.json"},
        {"$ref": "#/$defs/none"},
        {"$ref": "http://[bad"},
    ], ids=str)
    def test_is_a_finding_and_reaches_nobody(self, schema: Any, listener: Listener) -> None:
        finding = only_finding({ACCOUNT: json.loads(json.dumps(schema).replace("URL", listener.url))})
        assert (finding.rule, finding.file) == ("schema-reference", ACCOUNT)
        assert finding.message.startswith("a reference does not lead to a file in schemas/: ")
        assert listener.visitors == 0

    @pytest.mark.parametrize("keyword", ["$schema", "$id"])
    def test_is_not_followed_by_naming_another_draft_or_address(self, keyword: str, listener: Listener) -> None:
        compiled({ACCOUNT: {}, COMMON: {keyword: f"{listener.url}/x"}})
        compiled({ACCOUNT: {"$defs": {"a": {"$id": f"{listener.url}/a", keyword: f"{listener.url}/x"}}}})
        assert listener.visitors == 0

    def test_is_not_followed_while_something_is_explained(self, listener: Listener) -> None:
        schema = good({ACCOUNT: {"$id": f"{listener.url}/a", "type": "string", "$defs": {"b": {"$id": f"{listener.url}/b"}}}})
        assert [error.message for error in schema.errors(5)] == ["5 is not of type 'string'"]
        assert listener.visitors == 0


class TestAReferenceInsideTheFolder:
    @pytest.mark.parametrize(("reference", "other"), [
        ("common.json#/$defs/name", {"$defs": {"name": {"type": "string"}}}),
        ("common.json", {"type": "string"}),
        ("./common.json", {"type": "string"}),
        ("https://example.com/common#/$defs/name", {"$id": "https://example.com/common", "$defs": {"name": {"type": "string"}}}),
        ("common.json#name", {"$defs": {"name": {"$anchor": "name", "type": "string"}}}),
    ])
    @pytest.mark.parametrize("declares_draft", [True, False])
    def test_works_in_both_validators(self, reference: str, other: dict[str, Any], declares_draft: bool) -> None:
        common = as_json(other) if declares_draft else json.dumps(other).encode()
        schema = good({ACCOUNT: {"properties": {"name": {"$ref": reference}}}, COMMON: common})
        assert schema.is_valid({"name": "x"})
        assert not schema.is_valid({"name": 5})
        assert list(schema.errors({"name": "x"})) == []
        assert [tuple(error.absolute_path) for error in schema.errors({"name": 5})] == [("name",)]

    def test_may_be_to_what_is_always_true_or_false(self) -> None:
        schema = good({ACCOUNT: {"properties": {"a": {"$ref": "common.json"}}}, COMMON: b"false"})
        assert schema.is_valid({})
        assert [error.message for error in schema.errors({"a": 1})] == ["False schema does not allow 1"]


class TestABrokenSchema:
    @pytest.mark.parametrize(("data", "line", "column"), [
        (b"", 1, 1), (b"{\n  'a': 1}", 2, 3), (b'{"a": 1}\n{}', 2, 1), (b'{"a": [1, 2', 1, 12), (b"\xef\xbb\xbf{}", 1, 1),
    ])
    def test_that_is_not_json_is_shown_where_it_breaks(self, data: bytes, line: int, column: int) -> None:
        finding = only_finding({ACCOUNT: data})
        assert (finding.rule, finding.line, finding.column) == ("schema-not-json", line, column)

    @pytest.mark.parametrize("data", [
        b"\xff\xfe{}", b"[" * 100_000, b'{"a":' * 65 + b"1" + b"}" * 65, b'{"minimum": ' + b"9" * 5000 + b"}",
        b'{"default": NaN}', b'{"maximum": 1e999}', b'{"title": "\\ud800"}', b'{"\\udfff": 1}',
    ], ids=lambda data: data[:20].decode("latin-1"))
    def test_that_a_validator_could_not_hold_is_refused(self, data: bytes) -> None:
        assert only_finding({ACCOUNT: data}).rule == "schema-not-json"

    def test_may_be_nested_as_deep_as_anybody_would_read(self) -> None:
        nested: Any = {"type": "string"}
        for _ in range(63):
            nested = {"not": nested}
        schema = good({ACCOUNT: nested})
        assert schema.is_valid(5)
        assert [error.validator for error in schema.errors("x")] == ["not"]

    @pytest.mark.parametrize("data", [b"[]", b"5", b"true", b"{}", b'"text"'])
    def test_that_declares_no_draft_is_refused(self, data: bytes) -> None:
        assert only_finding({ACCOUNT: data}).rule == "schema-draft"

    @pytest.mark.parametrize("path", [ACCOUNT, COMMON])
    @pytest.mark.parametrize("draft", ["http://json-schema.org/draft-07/schema#", f"{DRAFT}#", "x", 5, None])
    def test_of_another_draft_is_refused(self, path: str, draft: Any) -> None:
        finding = only_finding({ACCOUNT: {}, COMMON: {}} | {path: {"$schema": draft}})
        assert (finding.rule, finding.file) == ("schema-draft", path)
        assert DRAFT in finding.message

    @pytest.mark.parametrize("path", [ACCOUNT, COMMON])
    @pytest.mark.parametrize("schema", [
        {"type": "text"}, {"minimum": "20"}, {"required": "name"}, {"properties": []}, {"properties": {"name": {"enum": 5}}},
        {"pattern": "("}, {"pattern": r"^\p{Lu}"}, {"pattern": "(?P<word>x)(?P=word)"}, {"pattern": "a{99999999999999999999}"},
        {"patternProperties": {"[": {}}}, {"minimum": 10**400, "maximum": "x"},
    ], ids=lambda schema: str(schema)[:50])
    def test_that_is_no_schema_is_refused(self, path: str, schema: Any) -> None:
        finding = only_finding({ACCOUNT: {}, COMMON: {}} | {path: schema})
        assert (finding.rule, finding.file) == ("schema-invalid", path)

    def test_says_at_which_place_it_is_broken(self) -> None:
        assert only_finding({ACCOUNT: {"properties": {"name": {"type": 5}}}}).message.endswith("(at properties/name/type)")

    @pytest.mark.parametrize(("files", "message"), [
        ({}, f"{ACCOUNT} is missing"),
        ({COMMON: {}}, f"{ACCOUNT} is missing"),
        ({ACCOUNT: b"null"}, "this schema is empty"),
    ])
    def test_that_is_missing_is_missed(self, files: dict[str, Any], message: str) -> None:
        finding = only_finding(files)
        assert (finding.rule, finding.file, finding.message) == ("schema-missing", ACCOUNT, message)
