from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = yaml.safe_load((ROOT / "schemas" / "account.schema.json").read_text(encoding="utf-8"))


def generate(folder: Path, *options: str) -> dict[str, bytes]:
    """The generated files by path, without git's own."""
    subprocess.run([sys.executable, str(ROOT / "benchmarks" / "generate.py"), str(folder), *options], check=True)
    files = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return generate(tmp_path_factory.mktemp("generated"), "--accounts", "130")


def accounts(files: dict[str, bytes]) -> dict[str, bytes]:
    return {path: content for path, content in files.items() if path.startswith("accounts/")}


def test_it_writes_as_many_accounts_as_asked_for(generated: dict[str, bytes]) -> None:
    assert len(accounts(generated)) == 130
    assert len({yaml.safe_load(content)["customer"] for content in accounts(generated).values()}) == 7


def test_ids_are_valid_and_unique(generated: dict[str, bytes]) -> None:
    ids = [Path(path).stem for path in accounts(generated)]
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]{1,62}", account) for account in ids)
    assert len(set(ids)) == len(ids)


def test_the_files_match_the_schema_and_vary(generated: dict[str, bytes]) -> None:
    values = [yaml.safe_load(content) for content in accounts(generated).values()]
    validator = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
    assert [error.message for value in values for error in validator.iter_errors(value)] == []
    optional = {"country", "rtc_lines", "email_domain", "comment", "language", "auto_renew"}
    assert all(0 < sum(field in value for value in values) < len(values) for field in optional)


def test_the_same_seed_gives_the_same_bytes_and_commit_and_another_does_not(tmp_path: Path) -> None:
    first = generate(tmp_path / "a", "--accounts", "25", "--commit")
    again = generate(tmp_path / "b", "--accounts", "25", "--commit")
    other = generate(tmp_path / "c", "--accounts", "25", "--commit", "--seed", "2")
    heads = [(tmp_path / name / ".git" / "refs" / "heads" / "main").read_text(encoding="ascii") for name in "abc"]
    assert (first, heads[0]) == (again, heads[1])
    assert first != other
    assert heads[0] != heads[2]


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious", encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError):
        generate(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
