"""The catalogue in the account schema."""

from __future__ import annotations

from typing import Any

import pytest

from emp_gitops.core.catalogue import Catalogue, Choice, read_catalogue
from schema_folder import ACCOUNT

GOLD = {"const": "gold", "title": "Gold", "description": "All of it.", "x-limits": {"datapoints": 50, "rtc_lines": 0}}
SECTOR = {"oneOf": [{"const": "offices"}]}


def document(license_: Any, **more: Any) -> dict[str, Any]:
    return {"properties": {"license": license_, "sector": SECTOR}, **more}


def catalogue_of(schema: Any) -> Catalogue:
    catalogue, findings = read_catalogue("schemas/x.json", schema)
    assert catalogue, findings
    assert findings == []
    return catalogue


def test_the_shipped_schema_has_its_licenses_and_sectors_in_order() -> None:
    catalogue = catalogue_of(ACCOUNT)
    assert list(catalogue.licenses) == ["essential", "advanced", "enterprise"]
    assert catalogue.licenses["essential"].limits == {"datapoints": 10000, "rtc_lines": 100}
    assert catalogue.licenses["enterprise"].limits == {}
    assert list(catalogue.sectors) == [choice["const"] for choice in ACCOUNT["properties"]["sector"]["oneOf"]]


@pytest.mark.parametrize("schema", [
    document({"oneOf": [GOLD]}),
    document({"$ref": "#/$defs/license"}, **{"$defs": {"license": {"oneOf": [GOLD]}}}),
    document({"oneOf": [{"$ref": "#/$defs/gold"}]}, **{"$defs": {"gold": GOLD}}),
    document({"$ref": "#/$defs/a"}, **{"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"oneOf": [GOLD]}}}),
    document({"$ref": "#/$defs/a~1b~0c"}, **{"$defs": {"a/b~c": {"oneOf": [GOLD]}}}),
], ids=["direct", "behind a reference", "entries behind references", "two steps", "escaped"])
def test_a_license_is_found_directly_or_behind_local_references(schema: Any) -> None:
    assert catalogue_of(schema).licenses == {"gold": Choice("gold", "Gold", "All of it.", {"datapoints": 50, "rtc_lines": 0})}


def test_a_license_without_words_goes_by_its_name() -> None:
    assert catalogue_of(document({"oneOf": [{"const": "gold"}]})).licenses["gold"] == Choice("gold", "gold", "", {})


@pytest.mark.parametrize(("schema", "message"), [
    ([], "properties.license is missing"),
    ({}, "properties.license is missing"),
    ({"properties": []}, "properties.license is missing"),
    ({"properties": {"license": {"oneOf": [GOLD]}}}, "properties.sector is missing"),
    (document(True), "properties.license is not a schema object"),
    (document({"enum": ["gold"]}), "properties.license has no oneOf with the constants to choose from"),
    (document({"oneOf": []}), "properties.license has no oneOf with the constants to choose from"),
    (document({"oneOf": GOLD}), "properties.license has no oneOf with the constants to choose from"),
    (document({"oneOf": ["gold"]}), "properties.license is not a schema object"),
    (document({"oneOf": [{"title": "Gold"}]}), "an entry of properties.license has no text as its const"),
    (document({"oneOf": [{"const": 5}]}), "an entry of properties.license has no text as its const"),
    (document({"oneOf": [GOLD, GOLD | {"title": "More gold"}]}), "properties.license names 'gold' twice"),
    (document({"$ref": "license.json"}), "properties.license refers to 'license.json'; the catalogue stays in this file"),
    (document({"$ref": "#/$defs/none"}), "properties.license is missing"),
    (document({"$ref": "#/properties/license"}), "properties.license refers in a circle"),
    (document({"oneOf": [GOLD | {"x-limits": 5}]}), "x-limits of 'gold' in properties.license must map fields to whole numbers"),
    *((document({"oneOf": [GOLD | {"x-limits": {"datapoints": limit}}]}),
       "x-limits of 'gold' in properties.license must map fields to whole numbers") for limit in (-1, "5", 5.0, True, None)),
    (document({"oneOf": [GOLD | {"x-limits": {"months": 5}}]}),
     "x-limits of 'gold' in properties.license limits 'months'; datapoints and rtc_lines can be limited"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_a_malformed_catalogue_is_a_finding_on_the_schema(schema: Any, message: str) -> None:
    catalogue, findings = read_catalogue("schemas/x.json", schema)
    assert catalogue is None
    assert [(f.rule, f.file, f.account, f.message) for f in findings] == [("catalogue-malformed", "schemas/x.json", None, message)]
