"""What the options of a new configuration repository become."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from emp_gitops.core.characters import refused_character
from emp_gitops.core.loading import load
from emp_gitops.errors import EmpError
from emp_gitops.scaffold import ScaffoldOptions, create_repository
from emp_gitops.scaffold_files import repository_files
from support.thorough import examples


def config_of(options: ScaffoldOptions) -> Any:
    """The configuration as the tool reads it."""
    loaded = load(repository_files(options)["emp-gitops.yaml"])
    assert not loaded.problems
    return loaded.value


def test_the_defaults_are_for_trying_it_out() -> None:
    config = config_of(ScaffoldOptions())
    assert config["timezone"] == "UTC"
    assert config["platform"] == "sqlite:///.emp-gitops/platform.db"
    assert config["forge"] == "git"
    assert config["approvals"]["source"] == "none"
    assert config["roles"] == {"super_admins": [], "customer_success": []}
    assert config["mail"] == {"language": "en"}

def test_every_option_is_written() -> None:
    config = config_of(ScaffoldOptions(
        organisation="Energía & Co: “una”", timezone="Europe/Madrid", platform="postgresql://emp@db.example/emp",
        forge="github:example/accounts", approvals="github", super_admins=("ana", "@org/team"), customer_success=("no",),
        mail_from="Example <a@example.com>", language="es", smtp="smtps://mail.example.com",
    ))
    assert config["organisation"] == "Energía & Co: “una”"
    assert config["timezone"] == "Europe/Madrid"
    assert config["platform"] == "postgresql://emp@db.example/emp"
    assert config["forge"] == "github:example/accounts"
    assert config["approvals"] == {"source": "github", "required": 1}
    assert config["roles"] == {"super_admins": ["ana", "@org/team"], "customer_success": ["no"]}
    assert config["mail"] == {"from": "Example <a@example.com>", "language": "es", "smtp": "smtps://mail.example.com"}

@pytest.mark.parametrize("name", [
    'NO: "x" #', "NO", "null", "~", "12", "1.5", "a: b", "a #b", "- a", "*a", "&a b", "!!str", "'", '"', "\\", "\\n", "$timezone",
    "${x}", "a]", "{a}", "%YAML", "@a", "`a", "| ", "---", "...", "Gas\u00a0& Co", "\U0001f50c plug", "Ünïcode", "a,b", "x" * 120,
])
def test_any_name_comes_back_as_it_was_given(name: str) -> None:
    text = repository_files(ScaffoldOptions(organisation=name))["emp-gitops.yaml"]
    assert load(text).value["organisation"] == name
    assert yaml.safe_load(text)["organisation"] == name

def test_a_name_is_composed_as_account_files_must_be() -> None:
    assert config_of(ScaffoldOptions(organisation="Energi\u0301a"))["organisation"] == "Energ\u00eda"

@settings(max_examples=examples(60), deadline=None)
@given(organisation=st.text(max_size=130), person=st.text(max_size=20))
def test_any_text_is_written_faithfully_or_refused(organisation: str, person: str) -> None:
    try:
        options = ScaffoldOptions(organisation=organisation, super_admins=(person,))
        config = yaml.safe_load(repository_files(options)["emp-gitops.yaml"])
    except EmpError:
        return
    assert list(config)[:2] == ["organisation", "timezone"]
    assert len(config["roles"]["super_admins"]) == 1
    assert not refused_character(config["organisation"])

@pytest.mark.parametrize("options", [
    ScaffoldOptions(organisation="a\nb"), ScaffoldOptions(organisation="a\tb"), ScaffoldOptions(organisation="\x00"),
    ScaffoldOptions(organisation="\u202eb"), ScaffoldOptions(organisation="\udcff"), ScaffoldOptions(organisation=""),
    ScaffoldOptions(organisation=" "), ScaffoldOptions(timezone="Europe/Madird"), ScaffoldOptions(platform="here"),
    ScaffoldOptions(platform="postgresql://emp:secret@db/emp"), ScaffoldOptions(platform="postgresql://emp:s/ecret@db/emp"),
    ScaffoldOptions(platform="postgresql://emp@db/emp?password=secret"), ScaffoldOptions(platform="http://[::1"),
    ScaffoldOptions(forge="gitlab"), ScaffoldOptions(language="xx"), ScaffoldOptions(super_admins=("ana", "ana")),
    ScaffoldOptions(customer_success=("a\r",)), ScaffoldOptions(mail_from="nobody"), ScaffoldOptions(smtp="smtp://u:p@host"),
])
def test_what_makes_no_valid_configuration_is_refused_before_anything_is_written(tmp_path: Path, options: ScaffoldOptions) -> None:
    with pytest.raises(EmpError) as caught:
        create_repository(tmp_path / "new", options=options)
    assert "secret" not in f"{caught.value.message}{caught.value.hint}"
    assert list(tmp_path.iterdir()) == []


