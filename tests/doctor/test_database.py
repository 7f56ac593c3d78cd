"""The doctor on what git has to do with the embedded platform."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.answers import Answers
from support.cli import Cli
from support.clinic import Clinic
from support.repos import git

FILE = ".emp-gitops/platform.db"


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """What `init` makes in plain git."""
    return Cli(Clinic(tmp_path, Answers("http://127.0.0.1:1"), forge="git", approvals="none", platform=None).root)


def problems(cli: Cli) -> list[tuple[str, str]]:
    checks = cli("doctor", "--format", "json", code=None).json("doctor")["checks"]
    return [(each["outcome"], each["message"]) for each in checks if each["check"] == "database" and each["outcome"] != "fine"]


def tracked(path: str) -> tuple[str, str]:
    return "error", f"git tracks {path}: a pulled commit puts another database in the place of the embedded platform"


def exposed(path: str) -> tuple[str, str]:
    return "warning", f"git does not ignore {path}: whoever adds everything commits what is kept there"


def put(cli: Cli, path: str) -> None:
    file = cli.folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"")


def test_what_init_makes_is_fine(cli: Cli) -> None:
    assert problems(cli) == []

@pytest.mark.parametrize("path", [FILE, f"{FILE}-wal"])
def test_a_database_that_git_tracks_is_an_error(cli: Cli, path: str) -> None:
    put(cli, path)
    git(cli.folder, "add", "--force", path)
    assert problems(cli) == [tracked(path)]
    assert f"git rm --cached {path}" in cli("doctor", code=1).stdout
    git(cli.folder, "rm", "--quiet", "--cached", path)
    assert problems(cli) == []

def test_a_link_that_git_tracks_can_lead_to_another_database(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (cli.folder / ".emp-gitops").symlink_to(tmp_path / "elsewhere")
    git(cli.folder, "add", "--force", ".emp-gitops")
    assert tracked(".emp-gitops") in problems(cli)

def test_a_database_in_place_of_a_link_is_found_where_it_leads(cli: Cli) -> None:
    put(cli, "data/real.db")
    put(cli, ".emp-gitops/other")
    (cli.folder / FILE).symlink_to(cli.folder / "data/real.db")
    assert problems(cli) == [exposed("data/real.db")]
    git(cli.folder, "add", "data/real.db")
    assert problems(cli) == [tracked("data/real.db")]

def test_a_folder_that_git_does_not_ignore_is_a_warning(cli: Cli) -> None:
    (cli.folder / ".gitignore").write_text("", encoding="utf-8")
    assert problems(cli) == [exposed(".emp-gitops/")]
    own = cli.folder.parent / "ignore"  # what a person ignores for themselves says nothing of others
    own.write_text(".emp-gitops/\n", encoding="utf-8")
    git(cli.folder, "config", "core.excludesFile", str(own))
    assert problems(cli) == [exposed(".emp-gitops/")]

def test_a_database_elsewhere_in_the_repository_has_to_be_ignored_too(cli: Cli, tmp_path: Path) -> None:
    elsewhere = cli.with_(EMP_PLATFORM="sqlite:///data/emp.db")
    assert problems(elsewhere) == [exposed("data/emp.db")]
    put(cli, "data/emp.db")
    git(cli.folder, "add", "data/emp.db")
    assert problems(elsewhere) == [tracked("data/emp.db")]
    assert problems(cli.with_(EMP_PLATFORM=f"sqlite:///{tmp_path}/emp.db")) == []

def test_the_configured_database_counts_where_another_is_used_now(cli: Cli) -> None:
    put(cli, FILE)
    git(cli.folder, "add", "--force", FILE)
    assert problems(cli.with_(EMP_PLATFORM="postgresql://127.0.0.1:1/emp")) == [tracked(FILE)]

def test_a_configuration_in_a_folder_has_its_database_there(cli: Cli) -> None:
    (cli.folder / "deep").mkdir()
    for name in ("emp-gitops.yaml", "schemas", "accounts"):
        (cli.folder / name).rename(cli.folder / "deep" / name)
    put(cli, f"deep/{FILE}")
    deep = cli.inside("deep")
    assert problems(deep) == []
    (cli.folder / ".gitignore").write_text("/.emp-gitops/\n", encoding="utf-8")
    assert problems(deep) == [exposed("deep/.emp-gitops/")]
    git(cli.folder, "add", f"deep/{FILE}")
    assert tracked(f"deep/{FILE}") in problems(deep)

def test_outside_of_git_nothing_is_asked(cli: Cli) -> None:
    (cli.folder / ".git").rename(cli.folder.parent / "git")
    assert "database" not in cli("doctor").stdout

def test_a_repository_that_git_cannot_read_is_unknown(cli: Cli) -> None:
    (cli.folder / ".git/HEAD").unlink()
    assert [outcome for outcome, _ in problems(cli)] == ["unknown"]
