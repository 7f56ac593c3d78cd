"""Where a configuration repository may be made, and in whose name."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from emp_gitops.errors import RepositoryError
from emp_gitops.repository import Repository
from emp_gitops.scaffold import ScaffoldOptions, create_repository
from emp_gitops.shipped import shipped_schemas
from support.repos import ConfigRepo, git

DEFAULTS = ScaffoldOptions()


def everything_in(folder: Path) -> dict[str, bytes | None]:
    """Every path below a folder, with the content of the files."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))
    }


def test_missing_folders_on_the_way_are_made(tmp_path: Path) -> None:
    create_repository(tmp_path / "a/b/c", options=DEFAULTS)
    assert (tmp_path / "a/b/c/emp-gitops.yaml").is_file()
    assert list((tmp_path / "a/b").iterdir()) == [tmp_path / "a/b/c"]

def test_the_current_folder_stays_the_same_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    inode = tmp_path.stat().st_ino
    commit = create_repository(Path(), options=DEFAULTS)
    assert tmp_path.stat().st_ino == inode
    assert git(Path(), "rev-parse", "HEAD") == commit
    assert git(Path(), "status", "--porcelain") == ""

def test_a_link_to_an_empty_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    create_repository(tmp_path / "link", options=DEFAULTS)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real/emp-gitops.yaml").is_file()

@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_a_git_repository_without_commits_is_joined(tmp_path: Path, object_format: str) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=trunk", f"--object-format={object_format}")
    git(tmp_path, "remote", "add", "origin", "https://git.example/accounts.git")
    (tmp_path / ".git/hooks/pre-push").write_text("mine")
    commit = create_repository(tmp_path, options=DEFAULTS)
    assert len(commit) == (64 if object_format == "sha256" else 40)
    assert git(tmp_path, "symbolic-ref", "HEAD") == "refs/heads/main"
    assert git(tmp_path, "rev-parse", "HEAD") == commit
    assert git(tmp_path, "status", "--porcelain", "--ignored") == ""
    assert git(tmp_path, "remote") == "origin"
    assert (tmp_path / ".git/hooks/pre-push").read_text() == "mine"
    git(tmp_path, "fsck", "--strict")

def test_a_folder_inside_another_repository_becomes_a_repository_of_its_own(tmp_path: Path) -> None:
    outer = ConfigRepo(tmp_path)
    commit = create_repository(tmp_path / "inner", options=DEFAULTS)
    assert git(tmp_path / "inner", "rev-parse", "HEAD") == commit
    assert outer.git("for-each-ref") == ""

def _with_history(folder: Path) -> None:
    ConfigRepo(folder).commit()

def _with_fetched_history(folder: Path) -> None:
    ConfigRepo(folder.parent / "elsewhere").commit()
    git(folder, "init", "--quiet")
    git(folder, "fetch", "--quiet", str(folder.parent / "elsewhere"), "main:refs/remotes/origin/main")

def _with_staged_files(folder: Path) -> None:
    repo = ConfigRepo(folder)
    repo.write("x", "staged")
    repo.git("add", "x")
    repo.remove("x")

IN_USE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a file in it": (lambda folder: (folder / "notes").touch(), "not empty: it holds notes"),
    "a hidden file in it": (lambda folder: (folder / ".notes").touch(), "not empty: it holds .notes"),
    "many files in it": (lambda folder: [(folder / name).touch() for name in "dcba"], "it holds a, b, c, …"),
    "a configuration": (lambda folder: (folder / "emp-gitops.yaml").touch(), "configuration repository already"),
    "a history": (_with_history, "it holds a git repository in use"),
    "a fetched history": (_with_fetched_history, "it holds a git repository in use"),
    "staged files": (_with_staged_files, "it holds a git repository in use"),
    "a linked work tree": (lambda folder: (folder / ".git").write_text("gitdir: ../x"), "it holds a git repository in use"),
    "a broken repository": (lambda folder: (folder / ".git").mkdir(), "not inside a git repository"),
}

@pytest.mark.parametrize("case", IN_USE.values(), ids=IN_USE)
def test_a_folder_in_use_is_left_alone(tmp_path: Path, case: tuple[Callable[[Path], object], str]) -> None:
    make, message = case
    folder = tmp_path / "used"
    folder.mkdir()
    make(folder)
    before = everything_in(tmp_path)
    with pytest.raises(RepositoryError, match=re.escape(message)) as caught:
        create_repository(folder, options=DEFAULTS)
    assert caught.value.hint
    assert everything_in(tmp_path) == before

def test_a_file_is_no_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for place in (tmp_path / "file", tmp_path / "file/below"):
        with pytest.raises(RepositoryError) as caught:
            create_repository(place, options=DEFAULTS)
        assert caught.value.where == str(place)
    assert everything_in(tmp_path) == {"file": b"mine"}


FALLBACK = "emp-gitops <emp-gitops@localhost>"

def _people(folder: Path) -> list[str]:
    return git(folder, "log", "--format=%an <%ae>%n%cn <%ce>").split("\n")

def test_without_an_identity_the_tool_signs_with_its_name(tmp_path: Path) -> None:
    create_repository(tmp_path / "new", options=DEFAULTS)
    assert _people(tmp_path / "new") == [FALLBACK, FALLBACK]

def test_the_persons_own_identity_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "settings").write_text("[user]\nname = Ana\nemail = ana@example.com\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "settings"))
    monkeypatch.setenv("GIT_COMMITTER_NAME", "Robot")
    create_repository(tmp_path / "new", options=DEFAULTS)
    assert _people(tmp_path / "new") == ["Ana <ana@example.com>", "Robot <ana@example.com>"]

def test_an_identity_for_one_role_is_no_identity_for_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Ana")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "ana@example.com")
    create_repository(tmp_path / "new", options=DEFAULTS)
    assert _people(tmp_path / "new") == ["Ana <ana@example.com>", FALLBACK]

def test_a_bare_environment_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = os.environ["PATH"]
    for name in list(os.environ):
        monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", path)
    create_repository(tmp_path / "new", options=DEFAULTS)

def test_a_persons_settings_run_nothing_and_change_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, marker = tmp_path / "settings", tmp_path / "settings/ran"
    place.mkdir()
    script = place / "script"
    script.write_text(f"#!/bin/sh\necho $0 $@ >> {marker}\n")
    script.chmod(0o755)
    for hook in ("pre-commit", "commit-msg", "post-commit", "reference-transaction", "post-index-change"):
        (place / hook).symlink_to(script)
    (place / "attributes").write_text("* filter=mine text eol=crlf\n")
    (place / "excludes").write_text("*.json\nREADME.md\n")
    (place / "config").write_text(
        f"[core]\nhooksPath={place}\nfsmonitor={script}\nattributesFile={place}/attributes\nautocrlf=true\neditor={script}\n"
        f'excludesFile={place}/excludes\n[filter "mine"]\nclean={script}\n[commit]\ngpgSign=true\n[gpg]\nprogram={script}\n'
        f"[gc]\nauto=1\n[init]\ndefaultBranch=trunk\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(place / "config"))
    (tmp_path / "empty").mkdir()
    git(tmp_path / "empty", "init", "--quiet", GIT_CONFIG_GLOBAL=str(place / "config"))
    marker.unlink(missing_ok=True)
    for folder in (tmp_path / "new", tmp_path / "empty"):
        create_repository(folder, options=DEFAULTS)
        assert not marker.exists()
        assert Repository.open(folder).tree("main").schemas == shipped_schemas()
        assert git(folder, "symbolic-ref", "--short", "HEAD") == "main"

@pytest.mark.parametrize("variable", ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"])
def test_a_hook_of_another_repository_may_call_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    other = ConfigRepo(tmp_path / "other")
    before = everything_in(other.top)
    monkeypatch.setenv(variable, str(other.top / ".git"))
    create_repository(tmp_path / "new", options=DEFAULTS)
    assert everything_in(other.top) == before
    assert git(tmp_path / "new", "status", "--porcelain") == ""


