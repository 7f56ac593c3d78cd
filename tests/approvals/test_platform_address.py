"""The platform keeps what is trusted, so that no push may lead to another one."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from support.cli import Cli
from support.office import Office, outcomes
from support.repos import ConfigRepo, config_text
from support.samples import ROOT


class TestTheAddress:
    def test_is_not_followed_to_where_a_push_points(self, office: Office, cli: Cli, tmp_path: Path) -> None:
        office.repo.config(approvals={"source": "none"}, platform=f"sqlite:////{tmp_path}/other.db")
        office.push("acme-hq", datapoints=900)
        outcome = Cli(office.repo.root)("reconcile", code=3)
        assert "names another platform than before" in outcome.stderr
        assert not (tmp_path / "other.db").exists()

    def test_is_not_followed_where_main_became_the_second_parent_of_something_else(self, office: Office, tmp_path: Path) -> None:
        """A push that only adds commits, as far as git is concerned."""
        repo, main = office.repo, office.repo.head()
        repo.git("switch", "--quiet", "--orphan", "other")
        repo.git("checkout", "--quiet", main, "--", "schemas")
        repo.config(approvals={"source": "none"}, platform=f"sqlite:////{tmp_path}/other.db")
        repo.account("acme-hq", datapoints=900)
        repo.commit("elsewhere", at=datetime(2000, 1, 1, tzinfo=UTC))
        repo.git("merge", "--quiet", "--strategy=ours", "--allow-unrelated-histories", "--no-gpg-sign", "--message=merge", main, **repo.identity())
        repo.git("branch", "--force", "main", "HEAD")
        repo.switch("main")
        for command in ("reconcile", "remind"):
            assert "names another platform than before" in Cli(repo.root)(command, code=3).stderr
        assert not (tmp_path / "other.db").exists()

    def test_is_not_taken_from_a_configuration_in_another_place(self, tmp_path: Path) -> None:
        """Whoever runs the job in a folder takes the nearest configuration, above it or in it."""
        for name, before, after in (("up", "sub", ""), ("down", "", "sub")):
            repo = ConfigRepo(tmp_path / name)
            (repo.root / "sub").mkdir()
            repo.write(f"{before}/emp-gitops.yaml" if before else "emp-gitops.yaml", config_text(approvals={"source": "signed-merge"}))
            repo.commit("approvals are asked for")
            repo.git("rm", "--quiet", "-r", ".")
            (repo.root / "sub").mkdir(exist_ok=True)
            shutil.copytree(ROOT / "schemas", repo.root / after / "schemas")
            repo.write(f"{after}/emp-gitops.yaml" if after else "emp-gitops.yaml", config_text(platform=f"sqlite:////{tmp_path}/other.db"))
            repo.commit("another place")
            for command in ("reconcile", "remind"):
                assert "names another platform than before" in Cli(repo.root / "sub")(command, code=3).stderr
        assert not (tmp_path / "other.db").exists()

    def test_is_not_followed_in_a_clone_that_does_not_show_what_was_asked_for(self, office: Office, tmp_path: Path) -> None:
        office.repo.config(approvals={"source": "none"}, platform=f"sqlite:////{tmp_path}/other.db")
        office.push("acme-hq", datapoints=900)
        office.repo.git("clone", "--quiet", "--depth=1", f"file://{office.repo.top}", str(tmp_path / "shallow"))
        for command in ("reconcile", "remind"):
            outcome = Cli(tmp_path / "shallow")(command, code=3)
            assert "the clone is shallow" in outcome.stderr
            assert "--unshallow" in outcome.stderr
        assert not (tmp_path / "other.db").exists()
        assert not (tmp_path / "other.db").exists()

    def test_is_not_forgotten_in_two_steps(self, office: Office, cli: Cli, tmp_path: Path) -> None:
        office.repo.config(approvals={"source": "none"})
        office.commit("first no approvals", by=None)
        office.repo.config(approvals={"source": "none"}, platform=f"sqlite:////{tmp_path}/other.db")
        office.commit("then another platform", by=None)
        assert Cli(office.repo.root)("reconcile", code=3).stderr
        assert not (tmp_path / "other.db").exists()

    def test_is_followed_again_once_a_push_is_reverted(self, office: Office, cli: Cli, tmp_path: Path) -> None:
        text = (office.repo.root / "emp-gitops.yaml").read_text()
        office.repo.write("emp-gitops.yaml", f"{text}platform: sqlite:////{tmp_path}/other.db\n")
        office.commit("eve", by=None)
        cli("reconcile", code=3)
        office.repo.write("emp-gitops.yaml", text)
        office.commit("back", by=None)
        assert set(outcomes(cli).values()) == {"unchanged"}

    def test_is_an_operators_to_give(self, office: Office, cli: Cli) -> None:
        office.repo.config(approvals={"source": "signed-merge"}, platform="sqlite:///elsewhere.db")
        office.commit("move")
        assert cli.with_(EMP_PLATFORM="sqlite:///elsewhere.db")("reconcile", "--trust", "HEAD").code == 0

    def test_may_be_beside_the_repository(self, tmp_path: Path) -> None:
        office = Office(tmp_path, platform="sqlite:///../platform.db")
        cli = Cli(office.repo.root, platform="sqlite:///../platform.db")
        cli("reconcile", "--trust", "HEAD")
        office.apply_for("acme-hq", datapoints=150)
        office.merge()
        assert outcomes(cli)["acme-hq"] == "applied"

    def test_may_change_before_anybody_asks_for_approvals(self, tmp_path: Path) -> None:
        office = Office(tmp_path, approvals={"source": "none"})
        office.repo.config(approvals={"source": "signed-merge"}, platform="sqlite:///elsewhere.db")
        office.commit("now in earnest")
        assert Cli(office.repo.root)("reconcile", "--trust", "HEAD").code == 0

    def test_is_no_place_for_what_a_commit_brings(self, office: Office, cli: Cli) -> None:
        office.repo.git("add", "--force", ".emp-gitops/platform.db")
        office.repo.git("commit", "--quiet", "--message=planted", **office.repo.identity())
        office.repo.git("rm", "--quiet", "--cached", ".emp-gitops/platform.db")
        office.repo.git("commit", "--quiet", "--message=and gone", **office.repo.identity())
        outcome = Cli(office.repo.root)("reconcile", code=3)
        assert "in the place of the embedded platform" in outcome.stderr
