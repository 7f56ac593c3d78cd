"""What a new configuration repository holds."""

from __future__ import annotations

import json
import os
import re
import stat
from dataclasses import replace
from pathlib import Path

from emp_gitops.core.checking import CONFIG_SCHEMA, Surroundings, check_tree
from emp_gitops.core.tree import Tree
from emp_gitops.repository import Repository, worktree
from emp_gitops.scaffold import ScaffoldOptions, create_repository
from emp_gitops.shipped import shipped_schemas
from emp_gitops.workspace import is_timezone
from support.repos import git

DEFAULTS = ScaffoldOptions()


def findings_of(tree: Tree) -> tuple[object, ...]:
    surroundings = Surroundings(shipped_config_schema=shipped_schemas()[CONFIG_SCHEMA], is_timezone=is_timezone)
    return check_tree(tree, surroundings).findings


def test_a_first_commit_on_main_holds_everything_and_nothing_is_left_over(tmp_path: Path) -> None:
    folder = tmp_path / "accounts-of-ours"
    commit = create_repository(folder, options=DEFAULTS)
    assert git(folder, "rev-parse", "refs/heads/main", "HEAD").split() == [commit, commit]
    assert git(folder, "symbolic-ref", "HEAD") == "refs/heads/main"
    assert git(folder, "rev-list", "--count", "--all") == "1"
    assert git(folder, "status", "--porcelain", "--ignored") == ""
    assert set(git(folder, "ls-files").split()) == {
        ".gitattributes", ".gitignore", "README.md", "accounts/README.md", "emp-gitops.yaml", *shipped_schemas(),
    }
    assert list(tmp_path.iterdir()) == [folder]
    git(folder, "fsck", "--strict")

def test_it_is_valid_without_any_change(tmp_path: Path) -> None:
    commit = create_repository(tmp_path / "new", options=DEFAULTS)
    tree = worktree(tmp_path / "new")
    assert findings_of(tree) == ()
    assert tree.schemas == shipped_schemas()
    assert Repository.open(tmp_path / "new").head_matches(tree) == commit

def test_the_platforms_file_and_unsent_mails_stay_out_of_git(tmp_path: Path) -> None:
    create_repository(tmp_path / "new", options=DEFAULTS)
    (tmp_path / "new/.emp-gitops").mkdir()
    (tmp_path / "new/.emp-gitops/platform.db").touch()
    assert git(tmp_path / "new", "status", "--porcelain") == ""

def test_others_may_read_it_as_the_persons_umask_says(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        create_repository(tmp_path / "new", options=DEFAULTS)
    finally:
        os.umask(before)
    modes = {name: stat.S_IMODE((tmp_path / "new" / name).stat().st_mode) for name in (".", "accounts", "README.md")}
    assert modes == {".": 0o750, "accounts": 0o750, "README.md": 0o640}

def test_the_example_in_the_readme_is_a_valid_account(tmp_path: Path) -> None:
    create_repository(tmp_path / "new", options=DEFAULTS)
    readme = (tmp_path / "new/accounts/README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)
    (path,) = set(re.findall(r"as `(accounts/[\w-]+\.yaml)`", readme))
    tree = worktree(tmp_path / "new")
    assert findings_of(replace(tree, accounts={path: example.encode()})) == ()
    assert (tmp_path / "new/accounts" / re.findall(r"\$schema=(\S+)", example)[0]).is_file()

def test_the_configuration_names_its_schema_for_editors(tmp_path: Path) -> None:
    create_repository(tmp_path / "new", options=DEFAULTS)
    config = (tmp_path / "new/emp-gitops.yaml").read_text(encoding="utf-8")
    assert (tmp_path / "new" / re.findall(r"\$schema=(\S+)", config)[0]).is_file()


def test_the_shipped_schemas_are_those_of_this_version() -> None:
    schemas = shipped_schemas()
    assert {"schemas/account.schema.json", "schemas/config.schema.json", "schemas/plan.schema.json"} <= schemas.keys()
    assert all(json.loads(content) for content in schemas.values())
