"""`forms write`: the forms follow the schema, and CI finds out where they do not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from support.cli import Cli
from support.repos import ConfigRepo

ROOT = Path(__file__).parents[2]
FOLDER = ".github/ISSUE_TEMPLATE"


def rename_the_first_license(repo: ConfigRepo, name: str) -> None:
    path = repo.root / "schemas/account.schema.json"
    schema = json.loads(path.read_text())
    schema["properties"]["license"]["oneOf"][0]["const"] = name
    path.write_text(json.dumps(schema))


def test_the_forms_of_this_repository_are_those_of_its_schema() -> None:
    assert Cli(ROOT)("forms", "write", "--check").stdout == "the forms are as the schema makes them\n"


class TestWriting:
    def test_makes_the_forms_and_nothing_else(self, repo: ConfigRepo, cli: Cli) -> None:
        before = set(cli.files())
        assert f"{FOLDER}/create.yml written" in cli("forms", "write").stdout
        assert set(cli.files()) - before == {
            f"{FOLDER}/{name}.yml" for name in ("create", "datapoints", "license", "renewal", "config")
        }
        assert cli("forms", "write").stdout == "the forms are as the schema makes them\n"

    def test_leaves_other_forms_alone(self, repo: ConfigRepo, cli: Cli) -> None:
        file = repo.write(f"{FOLDER}/bug.yml", "name: Bug\n")
        cli("forms", "write")
        assert file.read_text() == "name: Bug\n"

    def test_follows_the_schema(self, repo: ConfigRepo, cli: Cli) -> None:
        cli("forms", "write")
        rename_the_first_license(repo, "basic")
        assert cli("forms", "write").stdout.splitlines() == [
            f"{FOLDER}/create.yml written", f"{FOLDER}/license.yml written", "commit them to make them count",
        ]
        form = yaml.safe_load((repo.root / FOLDER / "license.yml").read_text())
        options, = (part["attributes"]["options"] for part in form["body"] if part.get("id") == "license")
        assert options == ["basic", "advanced", "enterprise"]

    def test_puts_them_where_github_looks_for_them(self, tmp_path: Path, repo: ConfigRepo) -> None:
        inner = ConfigRepo(tmp_path / "outer", folder="customers")
        for path in ("emp-gitops.yaml", *(f"schemas/{file.name}" for file in (repo.root / "schemas").iterdir())):
            inner.write(path, (repo.root / path).read_bytes())
        assert f"../{FOLDER}/create.yml written" in Cli(inner.root)("forms", "write").stdout
        assert (inner.top / FOLDER / "create.yml").is_file()
        Cli(inner.root)("forms", "write", "--check")


class TestChecking:
    def test_names_the_forms_that_are_missing_or_another(self, repo: ConfigRepo, cli: Cli) -> None:
        cli("forms", "write")
        rename_the_first_license(repo, "basic")
        repo.remove(f"{FOLDER}/renewal.yml")
        with cli.nothing_written():
            outcome = cli("forms", "write", "--check", code=1)
        assert outcome.stdout.splitlines() == [
            f"{FOLDER}/{name}.yml: not as the schema makes it" for name in ("create", "license", "renewal")
        ]
        assert "hint: emp-gitops forms write" in outcome.stderr


class TestProblems:
    @pytest.mark.parametrize("name", ["None", "two\nlines"])
    def test_are_told_where_github_could_not_offer_a_license(self, repo: ConfigRepo, cli: Cli, name: str) -> None:
        rename_the_first_license(repo, name)
        with cli.nothing_written():
            told = cli("forms", "write", code=1).stderr
        assert "GitHub's forms cannot offer the license" in told
        assert "where: schemas/account.schema.json" in told

    def test_are_told_where_the_schema_is_broken(self, repo: ConfigRepo, cli: Cli) -> None:
        repo.write("schemas/account.schema.json", "{")
        assert "not valid JSON" in cli("forms", "write", code=1).stderr

    def test_are_told_where_the_files_cannot_be_made(self, repo: ConfigRepo, cli: Cli) -> None:
        repo.write(".github", "a file")
        assert "the folder cannot be made" in cli("forms", "write", code=1).stderr
