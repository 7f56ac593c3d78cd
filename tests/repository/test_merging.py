"""Merges as git computes them, and what they change on account and policy files."""

from __future__ import annotations

from pathlib import Path

import pytest

from emp_gitops.core.coverage import FileChange, Key
from emp_gitops.errors import OffMainError, RefusedError, RepositoryError
from emp_gitops.repository import Repository
from emp_gitops.repository.difference import keys_changed
from support.repos import ConfigRepo


@pytest.fixture(params=["", "inner"], ids=["at the top", "in a folder"])
def repo(request: pytest.FixtureRequest, tmp_path: Path) -> ConfigRepo:
    repo = ConfigRepo(tmp_path / "repo", folder=request.param)
    repo.config()
    repo.account("acme-hq")
    repo.commit("start")
    return repo


def names(changes: tuple[FileChange, ...]) -> list[str]:
    return [key.name for key in keys_changed(changes)]


class TestMerging:
    def test_a_clean_merge_has_both_sides(self, repo: ConfigRepo) -> None:
        repo.branch("application/acme-hq-datapoints")
        repo.account("acme-hq", datapoints=150)
        head = repo.commit()
        repo.switch("main")
        repo.account("acme-lyon")
        base = repo.commit()
        repository = Repository.open(repo.root)
        merged = repository.merge(base, head)
        assert merged.tree
        assert not merged.conflicts
        assert names(repository.changes_between(base, merged.tree)) == ["acme-hq"]

    def test_a_conflict_names_the_files(self, repo: ConfigRepo) -> None:
        repo.branch("application/acme-hq-datapoints")
        repo.account("acme-hq", datapoints=150)
        head = repo.commit()
        repo.switch("main")
        repo.account("acme-hq", datapoints=120)
        base = repo.commit()
        merged = Repository.open(repo.root).merge(base, head)
        assert merged.tree is None
        assert [Path(path).name for path in merged.conflicts] == ["acme-hq.yaml"]

    def test_a_merge_driver_of_the_repository_has_no_say(self, repo: ConfigRepo) -> None:
        repo.git("config", "merge.evil.driver", "touch evil; exit 0")
        (repo.top / ".gitattributes").write_text("*.yaml merge=evil\n")
        repo.commit()
        repo.branch("application/acme-hq-datapoints")
        repo.account("acme-hq", datapoints=150)
        head = repo.commit()
        repo.switch("main")
        repo.account("acme-hq", datapoints=120)
        base = repo.commit()
        assert Repository.open(repo.root).merge(base, head).conflicts
        assert not list(repo.top.rglob("evil"))

    def test_histories_without_a_common_commit_are_an_error_with_a_hint(self, repo: ConfigRepo) -> None:
        base = repo.head()
        repo.git("switch", "--quiet", "--orphan", "other")
        repo.account("acme-hq", datapoints=150)
        head = repo.commit()
        with pytest.raises(RepositoryError, match="no history in common"):
            Repository.open(repo.root).merge(base, head)


class TestWhatAnApplicationProposes:
    def test_accounts_come_from_the_merge_and_policy_from_the_base(self, repo: ConfigRepo) -> None:
        repo.branch("application/acme-hq-datapoints")
        repo.account("acme-hq", datapoints=150)
        repo.config(organisation="Somebody Else")
        repo.commit()
        proposed = Repository.open(repo.root).proposed("main", "application/acme-hq-datapoints")
        assert proposed.accounts == ("acme-hq",)
        assert proposed.policy_files == ("emp-gitops.yaml",)
        assert b"150" in proposed.tree.accounts["accounts/acme-hq.yaml"]
        assert b"Example Energy" in (proposed.tree.config or b"")

    def test_a_moved_file_is_no_change(self, repo: ConfigRepo) -> None:
        repo.branch("application/acme-hq-moved")
        repo.remove("accounts/acme-hq.yaml")
        repo.account("acme-hq", folder="acme")
        repo.commit()
        assert Repository.open(repo.root).proposed("main", "HEAD").accounts == ()

    def test_workflows_count_as_policy_wherever_the_configuration_stands(self, repo: ConfigRepo) -> None:
        repo.branch("application/acme-hq-workflow")
        (repo.top / ".github" / "workflows").mkdir(parents=True)
        (repo.top / ".github" / "workflows" / "evil.yml").write_text("on: push\n")
        repo.git("add", "--all")
        repo.git("commit", "--quiet", "--message=evil", **repo.identity())
        (path,) = Repository.open(repo.root).proposed("main", "HEAD").policy_files
        assert path.endswith(".github/workflows/evil.yml")


    def test_two_workflows_of_one_name_are_two_files(self, repo: ConfigRepo) -> None:
        """Or a change of one could hide behind a change of the other."""
        workflow = repo.top / ".github" / "x.yml"
        workflow.parent.mkdir()
        workflow.write_text("as approved\n")
        repo.git("add", "--all")
        repo.git("commit", "--quiet", "--message=one", **repo.identity())
        workflow.write_text("evil\n")
        repo.write("inner/.github/x.yml", "as approved\n")
        repo.write(".github/x.yml" if repo.root != repo.top else "other/x.yml", "as approved\n")
        repo.git("add", "--all")
        repo.git("commit", "--quiet", "--message=two", **repo.identity())
        (change,) = Repository.open(repo.root).changes_between(repo.git("rev-parse", "HEAD^"), repo.head())
        assert change.path == ".github/x.yml"

    def test_a_configuration_inside_the_forge_s_folder_hides_no_workflow(self, tmp_path: Path) -> None:
        repo = ConfigRepo(tmp_path / "odd", folder=".github")
        repo.config()
        start = repo.commit()
        repo.write("workflows/x.yml", "evil\n")
        repo.commit()
        assert names(Repository.open(repo.root).changes_between(start, repo.head())) == [".github/workflows/x.yml"]


class TestTheLineOfMain:
    def test_steps_are_told_with_what_each_changed(self, repo: ConfigRepo) -> None:
        start = repo.head()
        repo.account("acme-hq", datapoints=150)
        first = repo.commit()
        repo.write("notes.txt", "nothing of ours")
        repo.commit()
        repo.branch("side")
        repo.account("acme-lyon")
        repo.commit()
        repo.switch("main")
        merge = repo.merge("side")
        repository = Repository.open(repo.root)
        line = repository.line_since(start, repository.resolve("main"))
        assert [each.commit for each in line][-1] == merge
        changes = repository.changes({each.commit: each.parents[0] for each in line})
        assert {commit: keys_changed(found) for commit, found in changes.items()} == {
            first: [Key("account", "acme-hq")], merge: [Key("account", "acme-lyon")],
        }

    def test_a_revision_behind_the_trusted_one_is_told_from_a_rewritten_history(self, repo: ConfigRepo) -> None:
        start = repo.head()
        repo.account("acme-hq", datapoints=150)
        newer = repo.commit()
        repository = Repository.open(repo.root)
        with pytest.raises(OffMainError, match="is behind"):
            repository.line_since(newer, start)
        repo.git("switch", "--quiet", "--orphan", "other")
        repo.config()
        other = repo.commit()
        with pytest.raises(RefusedError, match="rewritten"):
            repository.line_since(newer, other)
        with pytest.raises(RefusedError, match="rewritten"):
            repository.line_since("0" * 40, newer)
