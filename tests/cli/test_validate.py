"""`validate`: what is selected, and the formats; the rules themselves are tested with the core."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support.cli import Cli
from support.repos import ConfigRepo


@pytest.fixture
def mixed(repo: ConfigRepo, cli: Cli) -> Cli:
    """Two broken accounts in two folders, and a good one."""
    repo.account("acme-lyon", folder="acme", datapoints=12)
    repo.account("acme-nice", folder="acme")
    repo.account("brisa-palma", folder="brisa", license="advnced", customer="Brisa S.L.")
    return cli


def files(value: Any) -> list[str]:
    return [finding["file"].rpartition("/")[2] for finding in value["findings"]]


class TestPaths:
    @pytest.mark.parametrize(("paths", "checked", "found"), [
        ((), 3, ["acme-lyon.yaml", "brisa-palma.yaml"]),
        (("accounts",), 3, ["acme-lyon.yaml", "brisa-palma.yaml"]),
        (("accounts/acme",), 2, ["acme-lyon.yaml"]),
        (("accounts/acme/acme-lyon.yaml",), 1, ["acme-lyon.yaml"]),
        (("accounts/acme/../brisa/",), 1, ["brisa-palma.yaml"]),
        (("accounts/brisa", "accounts/acme/acme-nice.yaml"), 2, ["brisa-palma.yaml"]),
        (("schemas", "emp-gitops.yaml"), 0, []),
        ((".",), 3, ["acme-lyon.yaml", "brisa-palma.yaml"]),
    ])
    def test_select_what_is_reported(self, mixed: Cli, paths: tuple[str, ...], checked: int, found: list[str]) -> None:
        value = mixed.json("validate", *paths, code=1 if found else 0)
        assert (value["checked"], files(value)) == (checked, found)

    def test_are_relative_to_where_one_stands(self, mixed: Cli) -> None:
        assert files(mixed.inside("accounts/brisa").json("validate", "brisa-palma.yaml", code=1)) == ["brisa-palma.yaml"]
        assert mixed.inside("accounts").json("validate", "acme/acme-nice.yaml")["checked"] == 1
        assert mixed.json("validate", mixed.folder / "accounts/acme/acme-nice.yaml")["checked"] == 1

    def test_still_see_what_another_file_has_to_do_with_them(self, repo: ConfigRepo, mixed: Cli) -> None:
        repo.account("acme-nice", folder="elsewhere")
        value = mixed.json("validate", "accounts/elsewhere", code=1)
        assert [finding["rule"] for finding in value["findings"]] == ["account-id-duplicate"]

    def test_always_show_a_broken_policy(self, repo: ConfigRepo, mixed: Cli) -> None:
        repo.write("emp-gitops.yaml", "organisation: [")
        assert "emp-gitops.yaml" in files(mixed.json("validate", "accounts/acme/acme-nice.yaml", code=1))

    @pytest.mark.parametrize("path", ["nowhere.yaml", "accounts/nowhere", "..", "/", "../outside.yaml"])
    def test_outside_or_missing_are_wrong_usage(self, mixed: Cli, path: str, tmp_path: Path) -> None:
        (tmp_path / "outside.yaml").write_text("")
        outcome = mixed("validate", path, code=2)
        assert outcome.stdout == ""
        assert path.strip(".") in outcome.stderr


class TestFormats:
    def test_as_text_tell_place_message_rule_and_hint(self, mixed: Cli) -> None:
        lines = mixed("validate", code=1).stdout.splitlines()
        assert lines[0].startswith("accounts/acme/acme-lyon.yaml:4:13: error: datapoints is 12; an account has at least 20")
        assert any("did you mean 'advanced'?" in line for line in lines)
        assert lines[-1] == "3 account files checked: 2 errors, 0 warnings"

    def test_as_json_tell_all_of_it_as_data(self, mixed: Cli) -> None:
        lyon, palma = mixed.json("validate", code=1)["findings"]
        assert (lyon["account"], lyon["line"], lyon["column"], lyon["severity"]) == ("acme-lyon", 4, 13, "error")
        assert (palma["account"], palma["file"], palma["line"]) == ("brisa-palma", "accounts/brisa/brisa-palma.yaml", 3)

    def test_for_github_are_commands_only_with_the_verdict_elsewhere(self, mixed: Cli) -> None:
        outcome = mixed("validate", "--format", "github", code=1)
        assert [line.partition(",line=")[0] for line in outcome.stdout.splitlines()] == [
            "::error file=accounts/acme/acme-lyon.yaml", "::error file=accounts/brisa/brisa-palma.yaml",
        ]
        assert "2 errors" in outcome.stderr

    def test_without_findings_say_so(self, repo: ConfigRepo, cli: Cli) -> None:
        repo.account("acme-lyon")
        assert "1 account file checked" in cli("validate").stdout
        assert cli("validate", "--format", "github").stdout == ""
        assert cli.json("validate")["findings"] == []

    def test_do_not_depend_on_the_order_of_files(self, mixed: Cli) -> None:
        assert mixed("validate", code=1).stdout == mixed("validate", code=1).stdout


def test_needs_neither_git_nor_a_platform(tmp_path: Path, mixed: Cli) -> None:
    for path in sorted((mixed.folder / ".git").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (mixed.folder / ".git").rmdir()
    offline = mixed.with_(EMP_PLATFORM="postgresql://127.0.0.1:1/none", PATH="/nowhere")
    assert len(offline.json("validate", code=1)["findings"]) == 2
