"""The forms as files: what GitHub accepts, whatever the schema names, and links that fill them in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from emp_gitops.core.catalogue import Catalogue, Choice
from emp_gitops.core.checking import Policy, check_policy
from emp_gitops.core.form_fields import FORMS
from emp_gitops.core.form_templates import form_url, issue_forms
from emp_gitops.core.model import FIELDS
from emp_gitops.core.schema import Schema
from emp_gitops.errors import EmpError
from schema_folder import ACCOUNT
from support.accounts import SURROUNDINGS, a_tree
from support.forms import troubles_of

CONFIG = ".github/ISSUE_TEMPLATE/config.yml"
CREATE = ".github/ISSUE_TEMPLATE/create.yml"


def shipped() -> Policy:
    policy, findings = check_policy(a_tree(), SURROUNDINGS)
    assert policy, findings
    return policy


SHIPPED = shipped()


def with_sectors(*names: str, description: str = "") -> Policy:
    sectors = {name: Choice(name, name, description) for name in names}
    return replace(SHIPPED, catalogue=Catalogue(SHIPPED.catalogue.licenses, sectors))


def with_schema(**properties: Any) -> Policy:
    document = ACCOUNT | {"properties": ACCOUNT["properties"] | properties}
    return replace(SHIPPED, schema=Schema("schemas/account.schema.json", {"schemas/account.schema.json": document}))


def field(policy: Policy, id_: str, path: str = CREATE) -> dict[str, Any]:
    body = yaml.safe_load(issue_forms(policy)[path])["body"]
    found, = (part for part in body if part.get("id") == id_)
    return found


def options(policy: Policy, id_: str) -> Sequence[str]:
    return field(policy, id_)["attributes"]["options"]  # type: ignore[no-any-return]


class TestTheFiles:
    def test_are_the_four_forms_and_the_list_of_them(self) -> None:
        assert [path.rpartition("/")[2] for path in issue_forms(SHIPPED)] == [
            "create.yml", "datapoints.yml", "license.yml", "renewal.yml", "config.yml",
        ]
        assert yaml.safe_load(issue_forms(SHIPPED)[CONFIG]) == {"blank_issues_enabled": True}

    @pytest.mark.parametrize("kind", FORMS)
    def test_keep_the_rules_of_issue_forms(self, kind: str) -> None:
        assert troubles_of(issue_forms(SHIPPED)[f".github/ISSUE_TEMPLATE/{kind}.yml"]) == []

    def test_are_called_each_by_another_name(self) -> None:
        names = {yaml.safe_load(text).get("name") for path, text in issue_forms(SHIPPED).items() if path != CONFIG}
        assert len(names) == len(FORMS)

    @pytest.mark.parametrize("kind", FORMS)
    def test_have_a_field_for_each_answer_in_the_order_in_which_it_is_read(self, kind: str) -> None:
        body = yaml.safe_load(issue_forms(SHIPPED)[f".github/ISSUE_TEMPLATE/{kind}.yml"])["body"]
        expected = [(each.id, each.label, each.required) for each in FORMS[kind].fields]  # type: ignore[index]
        assert [
            (part["id"], part["attributes"]["label"], "validations" in part) for part in body if part["type"] != "markdown"
        ] == expected

    def test_are_the_same_for_the_same_schema(self) -> None:
        assert issue_forms(shipped()) == issue_forms(SHIPPED)


class TestTheForms:
    def test_are_told_apart_by_their_labels(self) -> None:
        assert len({form.labels for form in FORMS.values()}) == len(FORMS)

    def test_ask_for_every_field_of_a_new_account(self) -> None:
        assert [each.id for each in FORMS["create"].fields] == ["account", *FIELDS]

    def test_demand_what_the_schema_demands(self) -> None:
        demanded = {each.id for each in FORMS["create"].fields if each.required}
        assert demanded == {"account", *ACCOUNT["required"]} - {"subscription"}


class TestWhatIsToChooseFrom:
    def test_comes_from_the_schema(self) -> None:
        assert options(SHIPPED, "license") == ["essential", "advanced", "enterprise"]
        assert options(SHIPPED, "language") == ["en", "es"]
        assert options(with_sectors("zoos", "offices"), "sector") == ["zoos", "offices"]
        assert field(SHIPPED, "license", ".github/ISSUE_TEMPLATE/license.yml")["attributes"]["options"] == [
            "essential", "advanced", "enterprise",
        ]

    def test_is_explained_in_the_schemas_words(self) -> None:
        lines = field(with_sectors("zoos", description="Animals,\n  seen."), "sector")["attributes"]["description"].split("\n")
        assert lines == [ACCOUNT["properties"]["sector"]["description"], "- `zoos`: Animals, seen."]

    @pytest.mark.parametrize("name", ["None", "none", "NONE", "", "two\nlines", " blank", "\x00", "right\u202eleft"])
    def test_is_refused_where_github_could_not_offer_it(self, name: str) -> None:
        with pytest.raises(EmpError, match="cannot offer the sector"):
            issue_forms(with_sectors("offices", name))

    @settings(deadline=None)
    @given(st.lists(st.sampled_from(["no", "yes", "on", "1.3", "0x1", "null", "~", "- a", "a: b", "#1", '"', "'", "\\n", "é", "@a"]),
                    unique=True, min_size=1))
    def test_stays_a_text_whatever_its_name(self, names: list[str]) -> None:
        policy = with_sectors(*names)
        assert options(policy, "sector") == names
        assert troubles_of(issue_forms(policy)[CREATE]) == []

    def test_is_a_line_to_fill_in_where_the_schema_names_nothing_any_more(self) -> None:
        policy = with_schema(language={"type": "string"})
        assert field(policy, "language")["type"] == "input"
        assert troubles_of(issue_forms(policy)[CREATE]) == []


@given(st.text())
def test_no_description_can_break_a_form(description: str) -> None:
    policy = with_schema(
        name={"description": description, "examples": [description]}, sector={"description": description},
    )
    assert troubles_of(issue_forms(policy)[CREATE]) == []


class TestALink:
    def test_opens_a_form_with_answers_in_it(self) -> None:
        assert form_url("https://github.com", "example/accounts", "renewal", account="acme-lyon", months="12") == (
            "https://github.com/example/accounts/issues/new?template=renewal.yml&account=acme-lyon&months=12"
        )

    @given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
    def test_brings_any_answer_over_whole(self, answer: str) -> None:
        url = form_url("https://git.example/", "example/accounts", "datapoints", account=answer, datapoints="+5")
        assert url.isascii()
        assert parse_qs(urlsplit(url).query, keep_blank_values=True) == {
            "template": ["datapoints.yml"], "account": [answer], "datapoints": ["+5"],
        }

    def test_is_refused_for_a_field_that_the_form_does_not_have(self) -> None:
        with pytest.raises(ValueError, match="no field 'datapoints'"):
            form_url("https://github.com", "example/accounts", "renewal", datapoints="5")
