"""How git is run: nothing that a repository says makes it run anything, and its failures are sentences."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from emp_gitops.errors import RepositoryError
from emp_gitops.repository import Repository
from emp_gitops.repository.process import Git
from support.repos import ConfigRepo


def _all_questions(repo: ConfigRepo) -> None:
    """Ask everything that can be asked."""
    asked = Repository.open(repo.root)
    asked.head_matches(asked.tree("main"))
    asked.last_authors("main", ["accounts/acme.yaml"])
    asked.applications("main")
    asked.on_main("main")


def test_nothing_that_the_repository_configures_is_run(repo: ConfigRepo, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    script = repo.write("script", f"#!/bin/sh\necho $0 $@ >> {marker}\n", mode=0o755)
    repo.write(".gitattributes", "*.yaml diff=mine filter=mine")
    repo.account("acme")
    repo.commit()
    repo.branch("application/more")
    repo.account("acme", datapoints=500)
    repo.commit()
    repo.switch("main")
    signed = repo.git("cat-file", "commit", "HEAD").replace("\n\n", "\ngpgsig -----BEGIN PGP SIGNATURE-----\n x\n\n", 1)
    repo.git("update-ref", "refs/heads/main", repo.store(signed.encode() + b"\n", "commit"))
    for setting in (
        "core.fsmonitor", "diff.external", "diff.mine.textconv", "diff.mine.command", "filter.mine.smudge", "filter.mine.clean",
        "core.pager", "gpg.program", "core.editor", "core.sshCommand", "core.askPass",
    ):
        repo.git("config", setting, str(script))
    repo.git("config", "log.showSignature", "true")
    repo.git("config", "core.hooksPath", str(script.parent))
    _all_questions(repo)
    assert not marker.exists()
    repo.git("log", "-1")
    assert marker.exists(), "the marker would have shown it"


def test_replaced_objects_do_not_change_what_a_commit_holds(repo: ConfigRepo) -> None:
    repo.write("accounts/acme.yaml", "true")
    commit = repo.commit()
    repo.git("replace", repo.store(b"true"), repo.store(b"false"))
    assert Repository.open(repo.root).tree(commit).accounts == {"accounts/acme.yaml": b"true"}


@pytest.mark.parametrize("variables", [("GIT_DIR",), ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"), ("GIT_OBJECT_DIRECTORY",)])
def test_the_repository_around_the_root_counts_not_that_of_a_hook_which_runs_us(
    repo: ConfigRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: tuple[str, ...],
) -> None:
    repo.write("accounts/acme.yaml", "ours")
    commit = repo.commit()
    other = ConfigRepo(tmp_path / "other")
    other.commit()
    for variable in variables:
        monkeypatch.setenv(variable, str(other.top / ".git"))
    assert Repository.open(repo.root).resolve("main") == commit
    assert Repository.open(repo.root).tree("main").accounts == {"accounts/acme.yaml": b"ours"}


def test_outside_git_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(RepositoryError, match="not inside a git repository") as caught:
        Repository.open(tmp_path)
    assert caught.value.where == str(tmp_path)
    assert "emp-gitops init" in str(caught.value.hint)


def test_a_folder_that_is_not_there_is_never_mistaken_for_the_current_one(repo: ConfigRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo.root)
    with pytest.raises(RepositoryError, match="no such folder"):
        Repository.open(repo.root / "gone")


def test_a_repository_that_git_does_not_trust_is_explained(repo: ConfigRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = repo.root / "below"
    folder.mkdir()
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(RepositoryError, match="belongs to another user") as caught:
        Repository.open(folder)
    assert str(caught.value.hint).endswith(f"safe.directory '{repo.top}'")


def test_a_repository_of_a_newer_git_is_explained(repo: ConfigRepo) -> None:
    repo.git("config", "core.repositoryFormatVersion", "1")
    repo.git("config", "extensions.fromTheFuture", "true")
    with pytest.raises(RepositoryError, match="does not know"):
        Repository.open(repo.root)


def test_any_other_failure_is_one_sentence_of_gits(repo: ConfigRepo) -> None:
    with pytest.raises(RepositoryError) as caught:
        Git(repo.root).run("rev-parse", "--verify", "no\tsuch")
    assert caught.value.message == "git rev-parse failed: Needed a single revision"
    assert caught.value.where == str(repo.root)


def test_a_damaged_repository_is_an_error(repo: ConfigRepo) -> None:
    repo.write("accounts/acme.yaml", "lost")
    commit = repo.commit()
    lost = repo.store(b"lost")
    (repo.top / ".git/objects" / lost[:2] / lost[2:]).unlink()
    with pytest.raises(RepositoryError, match="damaged or incomplete"):
        Repository.open(repo.root).tree(commit)


def test_a_failure_while_records_come_is_an_error(repo: ConfigRepo) -> None:
    with pytest.raises(RepositoryError, match="git log failed"):
        list(Git(repo.root).records("log", "--no-such-option"))


def test_records_can_be_left_early(repo: ConfigRepo) -> None:
    for _ in range(3):
        repo.commit()
    records = Git(repo.root).records("log", "-z", "--format=%H")
    assert next(records).decode() == repo.head()
    records.close()


def test_git_that_vanishes_is_said_to_be_missing(repo: ConfigRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Repository.open(repo.root)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RepositoryError, match="git is not installed"):
        Repository.open(repo.root)


def test_a_machine_without_git_is_told_to_install_it(repo: ConfigRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name == "git" or name.startswith("git.")]:
        monkeypatch.delitem(sys.modules, name)  # GitPython looks for git when it is imported
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RepositoryError, match="git is not installed") as caught:
        Repository.open(repo.root)
    assert caught.value.hint


def test_a_bare_environment_is_enough(repo: ConfigRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.account("acme")
    repo.commit()
    path = os.environ["PATH"]
    for name in list(os.environ):
        monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", path)
    _all_questions(repo)


def test_grafts_give_no_commit_other_parents(repo: ConfigRepo) -> None:
    commits = [repo.commit(message) for message in ("one", "two", "three")]
    repo.write(".git/info/grafts", f"{commits[2]} {commits[0]}\n")
    assert Repository.open(repo.root).parents(commits[2]) == (commits[1],)
