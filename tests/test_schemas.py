"""The published schemas: sound by themselves, and in step with the model."""

from __future__ import annotations

import json
import re

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

from emp_gitops.core.changes import KINDS
from emp_gitops.core.config import Config
from emp_gitops.core.model import FIELDS, file_path
from schema_folder import (
    ACCOUNT,
    CONFIG,
    INPUTS,
    PLAN,
    REGISTRY,
    SCHEMAS,
    is_valid,
    object_schemas,
    parts,
    sample_account,
)


@pytest.mark.parametrize("name", SCHEMAS)
class TestEverySchema:
    def test_is_valid_under_its_draft(self, name: str) -> None:
        assert SCHEMAS[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        Draft202012Validator.check_schema(SCHEMAS[name])

    def test_is_known_by_its_place_in_the_folder_and_no_address(self, name: str) -> None:
        assert not [place for place, part in parts(SCHEMAS[name]) if "$id" in part]

    def test_refers_only_to_what_exists_in_the_folder(self, name: str) -> None:
        resolver = REGISTRY.resolver(base_uri=name)
        for _, part in parts(SCHEMAS[name]):
            if "$ref" in part:
                assert isinstance(resolver.lookup(part["$ref"]).contents, dict)

    def test_refuses_unknown_keys_and_requires_known_ones(self, name: str) -> None:
        for place, part in object_schemas(SCHEMAS[name]):
            assert "additionalProperties" in part, place
            assert set(part.get("required", ())) <= set(part.get("properties", ())), place

    def test_defines_nothing_that_is_not_used(self, name: str) -> None:
        used = {part["$ref"].rpartition("#")[2] for each in SCHEMAS.values() for _, part in parts(each) if "$ref" in part}
        for definition in SCHEMAS[name].get("$defs", {}):
            assert f"/$defs/{definition}" in used

    def test_has_patterns_that_repeat_no_group(self, name: str) -> None:
        for place, part in parts(SCHEMAS[name]):
            if isinstance(part.get("pattern"), str):
                assert not re.search(r"\)[*+?{]", part["pattern"]), place


@pytest.mark.parametrize("name", INPUTS)
class TestAnInputSchema:
    def test_needs_no_other_file(self, name: str) -> None:
        references = [part["$ref"] for _, part in parts(SCHEMAS[name]) if "$ref" in part]
        assert all(reference.startswith("#/") for reference in references)

    def test_explains_and_illustrates_every_field(self, name: str) -> None:
        for place, part in object_schemas(SCHEMAS[name]):
            for field, schema in part.get("properties", {}).items():
                assert schema.get("title"), f"{place}/{field}"
                assert schema.get("description", "").endswith("."), f"{place}/{field}"
                # The constants of the catalogue are its examples; naming one again would be a second place to keep.
                assert ("examples" in schema) != ("oneOf" in schema), f"{place}/{field}"

    def test_accepts_its_own_examples_and_defaults(self, name: str) -> None:
        for place, part in parts(SCHEMAS[name]):
            values = part.get("examples", []) if isinstance(part.get("examples"), list) else []
            for value in [*values, *([part["default"]] if "default" in part else [])]:
                assert is_valid(name, value, place=place), (place, value)

    def test_gives_the_same_verdict_in_both_validators_whatever_ends_a_text(self, name: str) -> None:
        for place, part in parts(SCHEMAS[name]):
            if not isinstance(part.get("pattern"), str):
                continue
            fast = jsonschema_rs.Draft202012Validator(part)
            texts = [value for value in part.get("examples", ["P1M", "a.b"]) if isinstance(value, str)]
            for text in [*texts, "", " ", "\n", "\ufeff", "git", "0.3", "x.y"]:
                for end in ("", "\n", " ", "\n\n", "\ufeff"):
                    verdicts = fast.is_valid(text + end), Draft202012Validator(part).is_valid(text + end)
                    assert verdicts[0] == verdicts[1], (place, text + end)


class TestTheCatalogue:
    @pytest.mark.parametrize("field", ["license", "sector"])
    def test_names_each_choice_once_with_title_and_description(self, field: str) -> None:
        choices = ACCOUNT["properties"][field]["oneOf"]
        assert all(choice["title"] and choice["description"].endswith(".") for choice in choices)
        for key in ("const", "title"):
            assert len({choice[key].casefold() for choice in choices}) == len(choices) > 1

    @pytest.mark.parametrize("field", ["license", "sector"])
    def test_is_the_only_place_where_a_choice_is_named(self, field: str) -> None:
        everything = json.dumps(SCHEMAS)
        for choice in ACCOUNT["properties"][field]["oneOf"]:
            assert everything.count(json.dumps(choice["const"])) == 1

    def test_limits_no_license_below_what_accounts_commonly_need(self) -> None:
        limits = [choice.get("x-limits", {}) for choice in ACCOUNT["properties"]["license"]["oneOf"]]
        assert all(limit.get("datapoints", 10_000) >= 10_000 for limit in limits)
        assert all(limit.get("rtc_lines", 100) >= 100 for limit in limits)
        assert any(limits)
        assert not all(limits)

    def test_lists_all_assigned_countries(self) -> None:
        codes = ACCOUNT["properties"]["country"]["enum"]
        assert len(codes) == 249
        assert codes == sorted(set(codes))
        assert all(re.fullmatch("[A-Z]{2}", code) for code in codes)
        assert {"ES", "NO", "AX", "SS", "ZW"} <= set(codes)
        assert not {"AN", "EU", "UK", "XK"} & set(codes)


class TestTheSchemasFollowTheModel:
    def test_the_account_schema_has_its_fields_in_its_order(self) -> None:
        paths = [
            f"{name}.{inner}" if inner else name
            for name, schema in ACCOUNT["properties"].items()
            for inner in schema.get("properties", {"": None})
        ]
        assert paths == [file_path(field) for field in FIELDS]
        assert paths == PLAN["$defs"]["field_path"]["enum"]

    def test_the_plan_holds_a_flat_account(self) -> None:
        flat = sample_account().to_flat()
        assert list(flat) == PLAN["$defs"]["account"]["required"] == list(PLAN["$defs"]["account"]["properties"])
        assert is_valid("plan.schema.json", flat, place="/$defs/account")

    def test_the_plan_knows_the_kinds_of_change(self) -> None:
        assert tuple(PLAN["$defs"]["kinds"]["items"]["enum"]) == KINDS
        assert PLAN["properties"]["summary"]["required"] == [*KINDS, "unchanged", "unmanaged"]

    def test_a_reconciliation_is_the_plan_without_its_checksum_and_the_results(self) -> None:
        reconciliation = SCHEMAS["reconcile.schema.json"]
        assert list(reconciliation["properties"]) == [*(name for name in PLAN["properties"] if name != "checksum"), "results"]

    def test_the_configuration_has_the_documented_defaults(self) -> None:
        required = {"organisation": "Example Energy", "timezone": "Europe/Madrid"}
        documented = {name: part["default"] for name, part in CONFIG["properties"].items() if "default" in part}
        assert len(documented) == len(CONFIG["properties"]) - len(required)
        assert Config.from_value(required | documented) == Config.from_value(required)

    def test_a_section_of_the_configuration_repeats_the_defaults_of_its_fields(self) -> None:
        for name, part in CONFIG["properties"].items():
            if part.get("default"):
                inner = part.get("properties", {})
                assert all(part["default"][field] == inner[field]["default"] for field in inner), name
