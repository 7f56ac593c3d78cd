"""Ways around approvals that somebody who may push could try: what was approved goes on, and nothing else gets in."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.cli import Cli
from support.office import Office, outcomes, trusted
from support.repos import git


class TestAPush:
    """It is refused, and does not get in the way of what was approved."""

    @pytest.fixture
    def cli(self, office: Office) -> Cli:
        office.repo.config(
            approvals={"source": "signed-merge"}, guards={"max_count": 1},
            roles={"super_admins": ["ana"], "customer_success": ["carla"]},
        )
        office.commit("stricter guards")
        cli = Cli(office.repo.root)
        cli("reconcile", "--trust", "HEAD")
        return cli

    def test_of_reductions_trips_no_guard(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-nice", branch="application/nice")
        office.merge("application/nice")
        office.push("acme-hq", datapoints=20)
        office.push("acme-lyon", datapoints=20)
        assert outcomes(cli, code=3) == {"acme-hq": "refused", "acme-lyon": "refused", "acme-nice": "applied"}

    def test_that_takes_most_files_away_trips_no_guard(self, office: Office, cli: Cli) -> None:
        for id_ in ("acme-nice", "acme-paris"):
            office.apply_for(id_, branch=f"application/{id_}")
            office.merge(f"application/{id_}")
        outcomes(cli)
        office.apply_for("acme-nice", branch="application/more", datapoints=120)
        office.merge("application/more")
        for id_ in ("acme-hq", "acme-lyon", "acme-paris"):
            office.repo.remove(f"accounts/{id_}.yaml")
        office.commit("vanish", by=None)
        assert outcomes(cli, code=1)["acme-nice"] == "applied"
        assert not any(account.retired for account in cli.live().values())

    def test_of_a_broken_file_tears_no_change_of_the_same_customer(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-lyon", datapoints=120)
        office.merge()
        office.repo.write("accounts/acme-hq.yaml", "no account")
        office.commit("break", by=None)
        assert outcomes(cli, code=1) == {"acme-hq": "refused", "acme-lyon": "applied"}

    def test_of_a_second_account_of_the_name_does_not_refuse_the_first(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-lyon", datapoints=120)
        office.merge()
        office.push("acme-mole", name="Acme Lyon")
        assert outcomes(cli, code=1) == {"acme-hq": "unchanged", "acme-lyon": "applied", "acme-mole": "refused"}


class TestAMergeThatFollowsRenames:
    def test_does_not_give_a_new_account_what_main_made_of_the_old_one(self, office: Office, cli: Cli) -> None:
        office.branch_off("application/rename")
        office.repo.git("mv", "accounts/acme-hq.yaml", "accounts/acme-new.yaml")
        office.commit("a new account instead of the old one")
        office.repo.switch("main")
        office.apply_for("acme-hq", datapoints=900)
        office.merge()
        office.merge("application/rename")
        assert "datapoints: 900" in (office.repo.root / "accounts/acme-new.yaml").read_text()
        results = cli.json("reconcile", code=None)["results"]
        reasons = {each["account"]: each["error"] for each in results if each["outcome"] == "refused"}
        assert "while main changed it" in reasons["acme-new"]
        assert "acme-new" not in cli.live()

    def test_may_bring_a_moved_file_together_with_an_edit_of_it(self, office: Office, cli: Cli) -> None:
        office.branch_off("application/move")
        (office.repo.root / "accounts/acme").mkdir()
        office.repo.git("mv", "accounts/acme-hq.yaml", "accounts/acme/acme-hq.yaml")
        office.commit("a folder for the customer")
        office.repo.switch("main")
        office.apply_for("acme-hq", datapoints=900)
        office.merge()
        office.merge("application/move")
        assert outcomes(cli)["acme-hq"] == "applied"
        assert cli.live()["acme-hq"].account.datapoints == 900

    def test_may_bring_two_edits_of_one_file_together(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-hq", branch="application/sector", sector="healthcare")
        office.apply_for("acme-hq", name="Acme Headquarters")
        office.merge()
        office.merge("application/sector")
        assert outcomes(cli)["acme-hq"] == "applied"
        account = cli.live()["acme-hq"].account
        assert (account.name, account.sector) == ("Acme Headquarters", "healthcare")



class TestWhatGitHides:
    def test_a_submodule_is_seen_whatever_gitmodules_says_of_it(self, office: Office, cli: Cli) -> None:
        """Git leaves submodules out of differences where `.gitmodules` asks for it."""
        office.repo.write(".gitmodules", '[submodule "x"]\n\tpath = accounts/acme-mole.yaml\n\turl = ./x\n\tignore = all\n')
        office.repo.git("add", ".gitmodules")
        office.repo.stage("accounts/acme-mole.yaml", "160000", office.first)
        office.repo.git("commit", "--quiet", "--message=submodule", **office.repo.identity())
        cli("reconcile", code=1)
        assert trusted(cli) == office.first

    def test_a_shallow_clone_approves_nothing(self, office: Office, cli: Cli, tmp_path: Path) -> None:
        office.apply_for("acme-hq", datapoints=150)
        office.merge()
        git(tmp_path, "clone", "--quiet", "--depth=2", office.repo.top.as_uri(), "shallow")
        (tmp_path / "shallow/.emp-gitops").symlink_to(office.repo.root / ".emp-gitops")
        outcome = Cli(tmp_path / "shallow")("reconcile", code=3)
        assert "shallow" in outcome.stderr
        assert "--unshallow" in outcome.stderr


class TestAnotherConfiguration:
    def test_does_not_do_without_approvals_on_a_first_run(self, office: Office, tmp_path: Path) -> None:
        other = tmp_path / "other.yaml"
        other.write_text((office.repo.root / "emp-gitops.yaml").read_text().replace("signed-merge", "none"))
        outcome = Cli(office.repo.root)("--config", other, "reconcile", code=3)
        assert "trusts no commit of main yet" in outcome.stderr
