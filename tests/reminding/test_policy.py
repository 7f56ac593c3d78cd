"""Reminders go by the policy that was approved last, not by what somebody pushed or edited."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from emp_gitops.errors import EmpError, RepositoryError
from emp_gitops.reminding.policy import MailPolicy, policy_here, policy_in_force
from emp_gitops.workspace import Workspace
from support.repos import ConfigRepo, config_text

ROOT = Path(__file__).parents[2]
TEMPLATES = "templates/mail"


@pytest.fixture
def repo(tmp_path: Path) -> ConfigRepo:
    repo = ConfigRepo(tmp_path / "repo")
    repo.config(organisation="Approved Energy")
    shutil.copytree(ROOT / "schemas", repo.root / "schemas")
    repo.write(f"{TEMPLATES}/style.css", "approved")
    return repo


def in_force(repo: ConfigRepo, trusted: str | None, config: Path | None = None) -> MailPolicy:
    workspace = Workspace(repo.root, config=config)
    return policy_in_force(workspace, policy_here(workspace), trusted, TEMPLATES)


def said(found: MailPolicy) -> tuple[str, bytes, bool]:
    return found.policy.config.organisation, found.templates[f"{TEMPLATES}/style.css"], found.remark is not None


def test_without_a_trusted_revision_it_is_the_work_trees(repo: ConfigRepo) -> None:
    found = in_force(repo, None)
    assert (said(found), found.revision) == (("Approved Energy", b"approved", False), None)


def test_with_one_it_is_that_revisions_whatever_was_pushed_since(repo: ConfigRepo) -> None:
    trusted = repo.commit("approved")
    assert said(in_force(repo, trusted)) == ("Approved Energy", b"approved", False)
    repo.config(organisation="Pushed Energy")
    repo.write(f"{TEMPLATES}/style.css", "pushed")
    repo.commit("pushed")
    found = in_force(repo, trusted)
    assert (said(found), found.revision) == (("Approved Energy", b"approved", True), trusted)


@pytest.mark.parametrize("path", [f"{TEMPLATES}/style.css", f"{TEMPLATES}/new.txt", "schemas/account.schema.json"])
def test_any_difference_of_the_work_tree_is_noticed(repo: ConfigRepo, path: str) -> None:
    trusted = repo.commit("approved")
    old = (repo.root / path).read_text(encoding="utf-8") if (repo.root / path).exists() else ""
    repo.write(path, f"{old}\n")
    assert in_force(repo, trusted).remark == f"the policy of the trusted revision {trusted[:12]} counts; the work tree has another one"


@pytest.mark.parametrize(("path", "text", "said"), [
    ("emp-gitops.yaml", "roles: [", "not valid YAML"), ("emp-gitops.yaml", "{}\n", "organisation is missing"),
    ("schemas/account.schema.json", "{", "JSON"),
])
def test_what_somebody_broke_since_stops_nothing(repo: ConfigRepo, path: str, text: str, said: str) -> None:
    trusted = repo.commit("approved")
    repo.write(path, text)
    repo.commit("pushed")
    found = in_force(repo, trusted)
    assert found.policy.config.organisation == "Approved Energy"
    assert "counts; the work tree's is broken: " in (found.remark or "")
    assert said in (found.remark or "")
    with pytest.raises(EmpError, match=said):
        in_force(repo, None)


def test_a_link_among_the_templates_that_somebody_pushed_stops_nothing(repo: ConfigRepo) -> None:
    trusted = repo.commit("approved")
    (repo.root / TEMPLATES / "layout.html").symlink_to("/etc/passwd")
    assert "only plain files" in (in_force(repo, trusted).remark or "")
    with pytest.raises(RepositoryError, match="only plain files"):
        in_force(repo, None)


def test_what_the_caller_configures_counts_in_both(repo: ConfigRepo, tmp_path: Path) -> None:
    trusted = repo.commit("approved")
    other = tmp_path / "other.yaml"
    other.write_text(config_text(organisation="Other Energy"), encoding="utf-8")
    assert said(in_force(repo, trusted, other)) == ("Other Energy", b"approved", False)


def test_one_that_is_broken_is_an_error(repo: ConfigRepo) -> None:
    repo.config(timezone="Nowhere/Else")
    trusted = repo.commit("broken")
    repo.config()
    with pytest.raises(EmpError, match=f"the policy of {trusted[:12]} is broken: timezone 'Nowhere/Else' is unknown"):
        in_force(repo, trusted)


def test_one_that_this_clone_does_not_have_is_an_error(repo: ConfigRepo) -> None:
    repo.commit("any")
    with pytest.raises(RepositoryError, match="the trusted revision aaaaaaaaaaaa, whose policy counts, is not in this clone") as caught:
        in_force(repo, "a" * 40)
    assert "--unshallow" in (caught.value.hint or "")
