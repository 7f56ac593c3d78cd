"""The builder of repositories that all other tests use."""

from __future__ import annotations

from pathlib import Path

from emp_gitops.core.checking import CONFIG_SCHEMA, Surroundings, check_tree
from emp_gitops.repository import worktree
from emp_gitops.shipped import shipped_schemas
from emp_gitops.workspace import is_timezone
from support.repos import ConfigRepo


def test_its_configuration_and_accounts_are_valid(repo: ConfigRepo) -> None:
    for path, content in shipped_schemas().items():
        repo.write(path, content)
    repo.account("acme-hq", datapoints=50)
    repo.account("acme-lyon", folder="fr", country="FR", rtc_lines=None, comment="NO: #1", contacts=["a@b.example", "c@d.example"])
    checked = check_tree(worktree(repo.root), Surroundings(
        shipped_config_schema=shipped_schemas()[CONFIG_SCHEMA], is_timezone=is_timezone,
    ))
    assert checked.findings == ()
    assert {id_: wanted.account.datapoints for id_, wanted in checked.wanted.items()} == {"acme-hq": 50, "acme-lyon": 100}


def test_its_commits_repeat(tmp_path: Path) -> None:
    ids = []
    for name in ("one", "other"):
        repo = ConfigRepo(tmp_path / name)
        repo.account("acme-hq")
        repo.commit()
        repo.remove("accounts/acme-hq.yaml")
        ids.append(repo.commit())
    assert ids[0] == ids[1]
