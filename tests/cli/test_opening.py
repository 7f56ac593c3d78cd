"""`applications open` and `account … --open` in plain git: a commit on a branch of its own, and nothing else changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from emp_gitops.shipped import shipped_schemas
from support.cli import Cli, Outcome
from support.office import Office
from support.repos import ConfigRepo

BRANCH = "application/acme-hq-datapoints"


class TestFromTheWorkTree:
    def test_the_changed_file_is_in_a_signed_commit_on_top_of_main(self, office: Office, ana: Cli) -> None:
        office.repo.account("acme-hq", datapoints=150)
        before = office.state()
        with ana.nothing_written():
            outcome = ana("applications", "open")
        assert office.state() == before
        assert "datapoints: 150" in office.shown(BRANCH)
        assert office.repo.git("rev-parse", f"{BRANCH}~1") == office.repo.head()
        assert office.repo.git("log", "-1", "--format=%an <%ae>%n%s", BRANCH) == (
            "Ana <ana@example.com>\ndatapoints of acme-hq: 100 → 150 (+50) · expires 2027-03-01"
        )
        assert f"opened {BRANCH} on top of main" in outcome.stdout
        assert "100 -> 150 (+50)" in outcome.stdout

    def test_what_was_opened_can_be_approved_and_reconciled(self, office: Office, ana: Cli) -> None:
        office.repo.account("acme-hq", datapoints=150)
        ana("applications", "open")
        office.repo.git("restore", ".")
        office.terminal("carla")("applications", "approve", BRANCH)
        ana("reconcile")
        entry = ana.history("acme-hq")[-1]
        assert (entry["requested_by"], entry["approved_by"]) == ("ana", "carla")

    def test_only_the_accounts_that_are_named_go_in(self, office: Office, ana: Cli) -> None:
        office.repo.account("acme-hq", datapoints=150)
        office.repo.account("acme-lyon", datapoints=150)
        ana("applications", "open", "acme-lyon", "-m", "More for Lyon")
        branch = "application/acme-lyon-datapoints"
        assert "datapoints: 100" in office.shown(branch)
        assert "datapoints: 150" in office.shown(branch, "acme-lyon")
        assert office.repo.git("log", "-1", "--format=%s", branch) == "More for Lyon"

    def test_several_accounts_are_one_application_named_after_the_first(self, office: Office, ana: Cli) -> None:
        office.repo.account("acme-hq", datapoints=70)
        office.repo.account("acme-lyon", datapoints=130)
        assert "application/acme-hq-and-1-more" in ana("applications", "open").stdout

    def test_a_removed_file_asks_for_a_retirement_and_a_new_one_for_an_account(self, office: Office, ana: Cli) -> None:
        office.repo.account("acme-old", start="2024-03-01")
        office.commit("an account that has expired")
        ana("reconcile", "--trust", "HEAD")
        office.repo.remove("accounts/acme-old.yaml")
        assert "application/acme-old-retirement" in ana("applications", "open").stdout
        office.repo.account("acme-new", folder="france")
        assert "application/acme-new-create" in ana("applications", "open", "acme-new").stdout
        assert office.repo.git("ls-tree", "-r", "--name-only", "application/acme-new-create", "accounts/france")

    def test_a_name_that_is_taken_gets_a_number(self, office: Office, ana: Cli) -> None:
        for datapoints in (150, 160, 170):
            office.repo.account("acme-hq", datapoints=datapoints)
            ana("applications", "open")
        names = office.repo.git("for-each-ref", "--format=%(refname:short)", "refs/heads/application").split()
        assert names == [BRANCH, f"{BRANCH}-2", f"{BRANCH}-3"]

    def test_the_same_again_is_the_one_that_is_open(self, office: Office, ana: Cli) -> None:
        office.repo.account("acme-hq", datapoints=150)
        ana("applications", "open")
        before = office.repo.git("for-each-ref")
        assert f"{BRANCH} asks for just this already" in ana("applications", "open").stdout
        assert office.repo.git("for-each-ref") == before

    def test_a_branch_that_was_merged_does_not_stand_in_the_way(self, office: Office, ana: Cli) -> None:
        office.apply_for("acme-hq", branch=BRANCH, datapoints=150)
        office.merge(BRANCH)
        office.repo.account("acme-hq", datapoints=170)
        assert f"opened {BRANCH}-2" in ana("applications", "open").stdout

    def test_commits_of_a_branch_of_ones_own_count_like_changed_files(self, office: Office, ana: Cli) -> None:
        office.repo.branch("mine")
        office.repo.account("acme-hq", datapoints=150)
        office.commit(by=None)
        office.repo.account("acme-lyon", datapoints=150)
        ana("applications", "open")
        branch = "application/acme-hq-and-1-more"
        assert "150" in office.shown(branch)
        assert "150" in office.shown(branch, "acme-lyon")
        assert office.repo.git("rev-parse", f"{branch}~1") == office.repo.git("rev-parse", "main")

    def test_works_from_a_configuration_in_a_folder(self, tmp_path: Path) -> None:
        repo = ConfigRepo(tmp_path, folder="energy")
        repo.config()
        for path, content in shipped_schemas().items():
            repo.write(path, content)
        repo.account("acme-hq")
        repo.commit()
        repo.account("acme-hq", datapoints=150)
        repo.git("config", "user.name", "Ana")
        repo.git("config", "user.email", "ana@example.com")
        Cli(repo.root)("applications", "open")
        assert "datapoints: 150" in repo.git("show", f"{BRANCH}:energy/accounts/acme-hq.yaml")
        assert repo.git("diff", "--name-only", "main", BRANCH) == "energy/accounts/acme-hq.yaml"


class TestWhatIsRefused:
    def refused(self, cli: Cli, *arguments: str, code: int = 1) -> str:
        refs = cli.folder / ".git/refs/heads"
        before = sorted(refs.rglob("*"))
        with cli.nothing_written():
            outcome: Outcome = cli("applications", "open", *arguments, code=code)
        assert sorted(refs.rglob("*")) == before
        assert outcome.stdout == ""
        return outcome.stderr

    def test_a_work_tree_without_changes(self, ana: Cli) -> None:
        assert "no account file of the work tree differs from main" in self.refused(ana)

    def test_a_file_that_was_only_moved(self, office: Office, ana: Cli) -> None:
        (office.repo.root / "accounts/france").mkdir()
        (office.repo.root / "accounts/acme-hq.yaml").rename(office.repo.root / "accounts/france/acme-hq.yaml")
        assert "no account file of the work tree differs" in self.refused(ana)

    def test_an_account_that_is_not_changed(self, office: Office, ana: Cli) -> None:
        office.repo.account("acme-hq", datapoints=150)
        assert "no change of the account 'acme-lyon'" in self.refused(ana, "acme-lyon", "acme-hq")

    def test_errors_in_a_file_are_all_told(self, office: Office, ana: Cli) -> None:
        office.repo.account("acme-hq", datapoints=5, sector="unheard-of")
        message = self.refused(ana)
        assert "no application was opened" in message
        assert "accounts/acme-hq.yaml:4" in message
        assert "unheard-of" in message

    def test_more_in_use_than_would_be_left(self, office: Office, ana: Cli) -> None:
        ana("platform", "usage", "set", "acme-hq", "90")
        office.repo.account("acme-hq", datapoints=80)
        assert "10 must be freed first" in self.refused(ana)

    def test_a_link_in_the_place_of_a_file_is_no_removal(self, office: Office, ana: Cli) -> None:
        office.repo.remove("accounts/acme-hq.yaml")
        (office.repo.root / "accounts/acme-hq.yaml").symlink_to("acme-lyon.yaml")
        assert "symbolic link" in self.refused(ana)

    def test_a_file_that_main_changed_meanwhile(self, office: Office, ana: Cli) -> None:
        office.repo.branch("mine")
        office.repo.switch("main")
        office.push("acme-hq", by="carla", datapoints=120)
        office.repo.switch("mine")
        office.repo.account("acme-hq", datapoints=150)
        assert "main has changed this file since" in self.refused(ana)

    def test_a_person_who_is_no_super_admin(self, office: Office) -> None:
        office.repo.account("acme-hq", datapoints=150)
        assert "carla, who is no SuperAdmin" in self.refused(office.terminal("carla"), code=3)

    def test_a_key_that_main_does_not_name(self, office: Office, ana: Cli) -> None:
        office.repo.account("acme-hq", datapoints=150)
        assert "is not signed by a key in allowed_signers" in self.refused(ana, "--key", str(office.keys.of("eve").private), code=3)

    def test_a_person_whom_git_does_not_know(self, office: Office) -> None:
        office.repo.account("acme-hq", datapoints=150)
        message = self.refused(Cli(office.repo.root))
        assert "git does not know who you are" in message
        assert "git config --global user.name" in message

    def test_a_person_without_a_key(self, office: Office) -> None:
        office.repo.account("acme-hq", datapoints=150)
        assert "no SSH key to sign with is configured" in self.refused(office.terminal("ana", key=False))

    @pytest.mark.parametrize("title", ["", "  ", "two\nlines", "\u202e"])
    def test_a_title_that_is_no_line_of_text(self, office: Office, ana: Cli, title: str) -> None:
        office.repo.account("acme-hq", datapoints=150)
        assert "cannot be a title" in self.refused(ana, "-m", title, code=2)
