"""The configuration and the schemas: checked first, and nothing is planned on half a policy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from emp_gitops.core.checking import ACCOUNT_SCHEMA, CONFIG_SCHEMA, Policy, check_policy
from emp_gitops.core.config import SenderDomain
from emp_gitops.core.findings import Finding
from emp_gitops.core.schema import DRAFT
from schema_folder import ACCOUNT, CONFIG, parts
from support.accounts import SCHEMAS, SURROUNDINGS, a_tree, an_account, check, check_file, file_text, path_of

CONFIG_TEXT = """\
organisation: Example Energy
timezone: Europe/Madrid
platform: sqlite:///.emp-gitops/platform.db
forge: git
roles:
  super_admins: [ana]
  customer_success: [carla, '@example/success']
approvals: {source: none, required: 1}
renewal: {late_days: 30}
reminders:
  before: [P1M, P1W, P0D]
mail:
  from: Example Energy <accounts@example.com>
  language: en
  smtp: smtps://mail.example.com
  domains:
    energy.acme.example: {customer: Acme S.A., verified: true}
guards:
  max_share: 0.3
  max_count: 100
"""


def checked(config: str | bytes | None = None, /, **schemas: bytes | None) -> tuple[Policy | None, list[Finding]]:
    """The policy of a tree; a schema is given by the stem of its file, None takes it away."""
    files = dict(SCHEMAS) | {f"schemas/{stem}.schema.json": data for stem, data in schemas.items()}
    tree = a_tree(config=config, schemas={path: data for path, data in files.items() if data is not None})
    return check_policy(tree, SURROUNDINGS)


def lines(policy: Policy | None, findings: list[Finding]) -> list[str]:
    assert policy is None
    assert {(finding.severity, finding.account) for finding in findings} <= {("error", None)}
    return [f"{f.file}:{f.line}:{f.column} {f.rule}: {f.message}" for f in sorted(findings, key=str)]


def edited(document: Mapping[str, Any], place: str, **changes: Any) -> bytes:
    """A schema with the part at a pointer changed; None takes a keyword away."""
    copy = json.loads(json.dumps(document))
    part = dict(parts(copy))[place]
    part |= changes
    for key in [key for key, value in changes.items() if value is None]:
        del part[key]
    return json.dumps(copy).encode()


class TestTheConfiguration:
    def test_is_read_with_all_its_fields(self) -> None:
        policy, findings = checked(CONFIG_TEXT)
        assert policy
        assert findings == []
        assert policy.config.domains == {"energy.acme.example": SenderDomain("Acme S.A.", verified=True)}

    @pytest.mark.parametrize(("old", "new", "line"), [
        ("organisation: Example Energy\n", "", "1:1 field-missing: organisation is missing; the configuration needs it"),
        ("Example Energy\nt", "''\nt", "1:15 text-blank: organisation is blank"),
        ("Europe/Madrid", "Europe/Toledo", "2:11 timezone-unknown: timezone 'Europe/Toledo' is unknown"),
        ("Europe/Madrid", "5", "2:11 field-type: timezone is 5; it must be a text"),
        ("sqlite:", "/srv:", "3:11 text-form: platform is '/srv:///.emp-gitops/platform.db', which does not have the right form"),
        ("forge: git", "forge: gitlab:x/y", "4:8 text-form: forge is 'gitlab:x/y', which does not have the right form"),
        ("super_admins", "superadmins", "6:3 field-unknown: unknown field 'roles.superadmins'; did you mean 'super_admins'?"),
        ("[ana]", "ana", "6:17 field-type: roles.super_admins is 'ana' (a text); it must be a list"),
        ("[ana]", "[ana, ana]", "6:17 list-repeats: roles.super_admins names 'ana' twice"),
        ("none", "gitlab", "8:21 source-unknown: approvals.source 'gitlab' is unknown; did you mean 'github'?"),
        ("required: 1", "required: 0", "8:37 number-too-small: approvals.required is 0; it must be at least 1"),
        ("late_days: 30", "late_days: 366", "9:22 number-too-large: renewal.late_days is 366; it must be at most 365"),
        ("[P1M, P1W, P0D]", "[]", "11:11 list-too-short: reminders.before is an empty list; at least 1 needed"),
        ("P1W", "1 week", "11:17 text-form: reminders.before[1] is '1 week', which does not have the right form"),
        ("  from: Example Energy <accounts@example.com>", "  from: me", "13:9 text-form: mail.from is 'me', which does not have the right form"),
        ("language: en", "language: de", "14:13 language-unknown: mail.language 'de' is unknown"),
        ("energy.acme.example", "localhost",
         "17:5 key-form: mail.domains has the key 'localhost', which does not have the right form"),
        ("{customer: Acme S.A., verified: true}", "{verified: true}",
         "17:26 field-missing: mail.domains.energy.acme.example.customer is missing; mail.domains.energy.acme.example needs it"),
        ("verified: true", "verified: yes",
         "17:58 field-type: mail.domains.energy.acme.example.verified is 'yes' (a text); it must be true or false"),
        ("max_share: 0.3", "max_share: 30 %", "19:14 text-form: guards.max_share is '30 %', which does not have the right form"),
        ("max_share: 0.3", "max_share: 2", "19:14 number-too-large: guards.max_share is 2; it must be at most 1"),
        ("max_count: 100", "max_counts: 100", "20:3 field-unknown: unknown field 'guards.max_counts'; did you mean 'max_count'?"),
        ("timezone:", "time zone:", "2:1 field-unknown: unknown field 'time zone'; did you mean 'timezone'?"),
    ], ids=lambda value: value[:40])
    def test_is_explained_where_it_is_wrong(self, old: str, new: str, line: str) -> None:
        assert CONFIG_TEXT.count(old) == 1
        assert f"emp-gitops.yaml:{line}" in lines(*checked(CONFIG_TEXT.replace(old, new)))

    def test_breaks_every_keyword_of_its_schema_above(self) -> None:
        annotations = {"title", "description", "examples", "default", "$comment", "$schema", "$defs"}
        schemas = [part for place, part in parts(CONFIG)
                   if not {"examples", "default"} & set(place.split("/")) and place.rpartition("/")[2] not in ("properties", "$defs")]
        assert {key for part in schemas for key in part} - annotations == {
            "$ref", "type", "properties", "propertyNames", "additionalProperties", "required", "enum", "minimum", "maximum",
            "minLength", "maxLength", "pattern", "items", "minItems", "maxItems", "uniqueItems",
            "format",
        }

    @pytest.mark.parametrize(("config", "line"), [
        ("organisation: 'x", "emp-gitops.yaml:1:15 yaml-syntax"),
        ("a: 1\na: 2", "emp-gitops.yaml:2:1 duplicate-key"),
        (b"\xff", "emp-gitops.yaml:1:1 not-utf-8"),
        ("", "emp-gitops.yaml:1:1 empty-file"),
        ("text", "emp-gitops.yaml:1:1 not-a-mapping"),
        ("- organisation: x", "emp-gitops.yaml:1:1 not-a-mapping"),
    ])
    def test_that_cannot_be_read_is_a_finding(self, config: str | bytes, line: str) -> None:
        assert [found.partition(": ")[0] for found in lines(*checked(config))] == [line]

    def test_that_is_missing_is_missed(self) -> None:
        tree = a_tree()
        policy, findings = check_policy(type(tree)(revision=None, accounts={}, config=None, schemas=SCHEMAS), SURROUNDINGS)
        assert lines(policy, findings) == ["emp-gitops.yaml:1:1 config-missing: emp-gitops.yaml is missing"]

    def test_that_could_not_be_read_is_not_missing(self) -> None:
        unread = Finding.error("file-unreadable", "emp-gitops.yaml", "emp-gitops.yaml cannot be read")
        tree = a_tree(findings=[unread])
        found = check(type(tree)(revision=None, accounts={}, config=None, schemas=SCHEMAS, findings=(unread,)))
        assert found.findings == (unread,)
        assert found.policy is None


class TestTheRepositorysOwnConfigurationSchema:
    @pytest.mark.parametrize(("place", "changes", "config", "rule"), [
        ("", {"additionalProperties": None}, "colour: red\n", "field-unknown"),
        ("/properties/timezone", {"type": None}, "timezone: 5\n", "field-type"),
        ("/properties/guards", {"additionalProperties": None, "type": None}, "guards: none\n", "field-type"),
        ("", {"required": None}, "", "field-missing"),
    ])
    def test_cannot_be_looser_than_what_this_version_reads(self, place: str, changes: dict[str, Any], config: str, rule: str) -> None:
        text = "organisation: x\n" + ("" if "timezone" in config or rule == "field-missing" else "timezone: Europe/Madrid\n") + config
        _, findings = checked(text, config=edited(CONFIG, place, **changes))
        assert [finding.rule for finding in findings] == [rule]

    def test_may_be_stricter(self) -> None:
        policy, findings = checked(CONFIG_TEXT, config=edited(CONFIG, "/properties/renewal/properties/late_days", maximum=14))
        assert lines(policy, findings) == [
            "emp-gitops.yaml:9:22 number-too-large: renewal.late_days is 30; it must be at most 14",
        ]

    def test_says_nothing_twice_in_other_words(self) -> None:
        reworded = edited(CONFIG, "/properties/organisation", description="Who we are.")
        assert len(checked("timezone: Europe/Madrid\n", config=reworded)[1]) == 1
        assert len(checked("timezone: Europe/Madrid\norganisation: 5\n", config=reworded)[1]) == 1


class TestTheSchemas:
    @pytest.mark.parametrize(("schemas", "start"), [
        ({"account": None}, f"{ACCOUNT_SCHEMA}:1:1 schema-missing: {ACCOUNT_SCHEMA} is missing"),
        ({"config": None}, f"{CONFIG_SCHEMA}:1:1 schema-missing: {CONFIG_SCHEMA} is missing"),
        ({"account": b"{\n 5}"}, f"{ACCOUNT_SCHEMA}:2:2 schema-not-json"),
        ({"account": b"{}"}, f"{ACCOUNT_SCHEMA}:1:1 schema-draft"),
        ({"config": json.dumps({"$schema": DRAFT, "type": 5}).encode()}, f"{CONFIG_SCHEMA}:1:1 schema-invalid"),
        ({"other": b'{"$schema": "http://json-schema.org/draft-07/schema#"}'}, "schemas/other.schema.json:1:1 schema-draft"),
        ({"account": edited(ACCOUNT, "/properties/license", oneOf=None)}, f"{ACCOUNT_SCHEMA}:1:1 catalogue-malformed"),
        ({"account": edited(ACCOUNT, "/properties/name", **{"$ref": "none.json"})}, f"{ACCOUNT_SCHEMA}:1:1 schema-reference"),
    ])
    def test_that_are_broken_stop_everything(self, schemas: dict[str, bytes | None], start: str) -> None:
        found = lines(*checked(**schemas))
        assert found[0].startswith(start)
        assert len(set(found)) == len(found)

    def test_and_a_broken_configuration_are_told_in_one_run(self) -> None:
        _, findings = checked("timezone: Europe/Madrid\n", account=b"[")
        assert sorted(finding.rule for finding in findings) == ["field-missing", "schema-not-json"]

    @pytest.mark.parametrize("schemas", [{"account": b"["}, {"config": None}])
    def test_leave_the_form_of_the_accounts_to_be_checked(self, schemas: dict[str, bytes | None]) -> None:
        files = {path_of("acme-lyon"): "name: [", path_of("acme-madrid"): file_text(an_account(datapoints=5))}
        contents = dict(SCHEMAS) | {f"schemas/{stem}.schema.json": data for stem, data in schemas.items()}
        found = check(a_tree(files, schemas={path: data for path, data in contents.items() if data is not None}))
        assert found.policy is None
        assert found.wanted == {}
        assert found.ids == {"acme-lyon", "acme-madrid"}
        assert [finding.rule for finding in found.findings if finding.account] == ["yaml-syntax"]


class TestALoosenedAccountSchema:
    def text(self, schema: bytes, file: str) -> str:
        found = check(a_tree({path_of("acme-lyon"): file}, schemas=dict(SCHEMAS) | {ACCOUNT_SCHEMA: schema}))
        assert found.policy
        assert found.wanted == {}
        assert [finding.account for finding in found.findings] == ["acme-lyon"]
        return next(f"{f.line}:{f.column} {f.rule}: {f.message}" for f in found.findings)

    def test_does_not_make_unknown_fields_known(self) -> None:
        text = file_text(an_account()) + "colour: red\n"
        line = text.count("\n")
        assert self.text(edited(ACCOUNT, "", additionalProperties=True), text) == (
            f"{line}:9 schema-disagrees: colour is a field that emp-gitops does not know"
        )

    def test_does_not_turn_numbers_into_texts(self) -> None:
        text = file_text(an_account()).replace("datapoints: 100", "datapoints: hundred")
        assert self.text(edited(ACCOUNT, "/properties/datapoints", type=None), text) == (
            "4:13 schema-disagrees: datapoints must be a whole number of at least 0"
        )

    def test_does_not_make_a_text_an_account(self) -> None:
        assert self.text(edited(ACCOUNT, "", type=None), "just a text") == (
            "1:1 schema-disagrees: this file must be a mapping of fields"
        )

    def test_speaks_also_where_only_the_fast_validator_refuses(self) -> None:
        strict = edited(ACCOUNT, "/properties/comment", pattern="^[a-z]+$")
        assert self.text(strict, file_text(an_account(comment="pilot\n"))) == (
            "8:10 schema: comment does not have the form that the schema asks for"
        )

    def test_speaks_also_where_it_refers_to_itself_in_a_circle(self) -> None:
        assert "schema" in self.text(edited(ACCOUNT, "/properties/name", **{"$ref": "#/properties/name", "type": "integer"}),
                                     file_text(an_account()))


def test_an_account_of_the_shipped_schema_has_no_findings() -> None:
    assert check_file(file_text(an_account())) == []


@pytest.mark.parametrize(("domains", "line"), [
    ("    energía.example: {customer: A}\n    xn--energa-7va.example: {customer: B}\n",
     "emp-gitops.yaml:6:5 domain-repeats: mail.domains has 'xn--energa-7va.example', which is 'energía.example' in another spelling"),
    ("    acme.example: {customer: A}\n    ACME.example: {customer: A}\n",
     "emp-gitops.yaml:6:5 domain-repeats: mail.domains has 'ACME.example', which is 'acme.example' in another spelling"),
    ("    acme.example: {customer: A}\n    ac_me.example: {customer: A}\n",
     "emp-gitops.yaml:6:5 domain-invalid: mail.domains has 'ac_me.example', which is no domain name"),
])
def test_a_sender_domain_is_one_and_is_there_once(domains: str, line: str) -> None:
    config = f"organisation: Example\ntimezone: UTC\nmail:\n  domains:\n{domains}"
    policy, findings = checked(config)
    assert lines(policy, findings) == [line]
    assert all(finding.hint for finding in findings)
