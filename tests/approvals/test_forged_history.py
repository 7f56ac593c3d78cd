"""History that git itself would not write, or that says when it was made, by somebody who may push."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from support import repos
from support.cli import Cli
from support.office import Office, outcomes, refusal, trusted
from support.repos import account_text, config_text


def forged_tree(office: Office, entries: list[tuple[str, str, str]]) -> str:
    """A tree object of these modes, names and ids, as they are."""
    raw = b"".join(f"{mode} {name}\0".encode() + bytes.fromhex(id_) for mode, name, id_ in entries)
    return office.repo.store(raw, "tree")


def entries_of(office: Office, tree: str) -> list[tuple[str, str, str]]:
    found = (line.split(None, 2) for line in office.repo.git("ls-tree", tree).splitlines())
    return [(mode.lstrip("0"), rest.split("\t")[1], rest.split("\t")[0]) for mode, _, rest in found]


def push_tree(office: Office, tree: str) -> None:
    """Make a tree main's newest commit, by Eve."""
    commit = office.repo.git("commit-tree", tree, "-p", office.repo.head(), "-m", "eve", **office.repo.identity("Eve <e@example.com>"))
    office.repo.git("update-ref", "refs/heads/main", commit)


class TestAFolderThatNamesAFileTwice:
    """A difference would show the one, a listing the other."""

    def test_of_accounts_gets_nothing_in(self, office: Office, cli: Cli) -> None:
        approved = office.repo.git("rev-parse", "HEAD:accounts/acme-hq.yaml")
        other, evil = (office.repo.store(account_text("acme-hq", datapoints=number).encode()) for number in (50, 9999))
        for first in (other, approved):
            accounts = [("100644", "acme-hq.yaml", first), ("100644", "acme-hq.yaml", evil), *entries_of(office, "HEAD:accounts")[1:]]
            folder = forged_tree(office, accounts)
            top = [(mode, name, folder if name == "accounts" else id_) for mode, name, id_ in entries_of(office, "HEAD^{tree}")]
            push_tree(office, forged_tree(office, top))
        assert "names 'acme-hq.yaml'" in cli("reconcile", code=3).stderr
        assert cli.live()["acme-hq"].account.datapoints == 100
        assert trusted(cli) == office.first

    def test_of_policy_switches_nothing_off(self, office: Office, cli: Cli) -> None:
        approved = office.repo.git("rev-parse", "HEAD:emp-gitops.yaml")
        none = office.repo.store(config_text().encode())
        for first in (none, approved):
            top = entries_of(office, "HEAD^{tree}")
            at = next(place for place, entry in enumerate(top) if entry[1] == "emp-gitops.yaml")
            rest = [entry for entry in top if entry[1] != "emp-gitops.yaml"]
            push_tree(office, forged_tree(office, [*rest[:at], ("100644", "emp-gitops.yaml", first), ("100644", "emp-gitops.yaml", none), *rest[at:]]))
        assert "names 'emp-gitops.yaml'" in cli("reconcile", code=3).stderr

    @pytest.mark.parametrize("back", [True, False])
    def test_is_not_forgotten_when_it_is_gone_again(self, office: Office, cli: Cli, *, back: bool) -> None:
        tree = office.repo.git("rev-parse", "HEAD^{tree}")
        top = entries_of(office, tree)
        push_tree(office, forged_tree(office, [*top, top[-1]] if back else top[::-1]))
        push_tree(office, tree)
        assert cli("reconcile", code=3).stderr
        assert cli("reconcile", "--trust", "HEAD").code == 0  # an operator looked

    def test_may_have_names_that_only_seem_out_of_order(self, office: Office, cli: Cli) -> None:
        """A folder sorts as if its name ended in a slash."""
        office.repo.write("docs.md", "x")
        office.repo.write("docs/page.md", "x")
        office.repo.write("docs-old/page.md", "x")
        office.commit("pages", by=None)
        assert set(outcomes(cli).values()) == {"unchanged"}


class TestDates:
    @pytest.mark.parametrize("date", ["", "-5 +0000", "99999999999999 +0000", "18446744073709551615 +0000", "abc +0000"])
    def test_of_any_kind_stop_no_run(self, office: Office, cli: Cli, date: str) -> None:
        tree, parent = office.repo.git("rev-parse", "HEAD^{tree}"), office.repo.head()
        text = f"tree {tree}\nparent {parent}\nauthor E <e@example.com> {date}\ncommitter E <e@example.com> {date}\n\nx\n"
        office.repo.git("update-ref", "refs/heads/main", office.repo.store(text.encode(), "commit"))
        office.apply_for("acme-hq", datapoints=150)
        office.merge()
        assert outcomes(cli)["acme-hq"] == "applied"

    @pytest.fixture
    def back_then(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(repos, "FIRST_COMMIT_AT", datetime(2019, 1, 1, tzinfo=UTC))

    @pytest.mark.usefixtures("back_then")
    def test_do_not_bring_an_expired_key_back(self, office: Office, cli: Cli) -> None:
        office.repo.write("allowed_signers", _with_an_end(office, "20200101"))
        office.commit("carla's key ended long ago")
        cli("reconcile", "--trust", "HEAD")
        office.push("acme-hq")  # Eve, dated back as everything here
        office.apply_for("acme-hq", datapoints=150)
        office.merge()
        assert "not signed by a key in allowed_signers" in refusal(cli)

    def test_leave_a_key_its_time(self, office: Office, cli: Cli) -> None:
        office.repo.write("allowed_signers", _with_an_end(office, "20990101"))
        office.commit("carla's key will end")
        cli("reconcile", "--trust", "HEAD")
        office.repo.git("commit", "--quiet", "--allow-empty", "--message=x", **office.repo.identity(at=datetime(2099, 6, 1, tzinfo=UTC)))
        office.apply_for("acme-hq", datapoints=150)
        office.merge()
        assert outcomes(cli)["acme-hq"] == "applied"


def _with_an_end(office: Office, end: str) -> str:
    text = office.keys.allowed_signers("ana", "berta", "carla")
    return text.replace('carla namespaces="git"', f'carla namespaces="git",valid-before="{end}"')


def test_approvals_that_were_asked_for_are_not_taken_back_before_the_first_trust(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.repo.config(approvals={"source": "none"})
    office.push("acme-hq", datapoints=7777)
    outcome = Cli(office.repo.root)("reconcile", code=3)
    assert "trusts no commit of main yet" in outcome.stderr
    assert "acme-hq" not in Cli(office.repo.root).live()


class TestWhatReadsAsNoAccount:
    def test_beside_an_account_is_told_with_its_commit(self, office: Office, cli: Cli) -> None:
        office.repo.write("accounts/acme-hq.yml", "x")
        office.commit("beside", by=None)
        results = {each["account"]: each for each in cli.json("reconcile", code=1)["results"]}
        assert (results["acme-hq"]["outcome"], results["acme-lyon"]["outcome"]) == ("refused", "unchanged")
        assert trusted(cli) == office.first

    def test_and_may_hide_accounts_is_policy_that_nobody_approved(self, office: Office, cli: Cli) -> None:
        (office.repo.root / "accounts/zzz").symlink_to("/etc")
        office.commit("link", by=None)
        assert "accounts/zzz decides what is allowed" in cli("reconcile", code=1).stdout
        assert trusted(cli) == office.first


def test_templates_of_mails_are_policy(office: Office, cli: Cli) -> None:
    office.repo.write("templates/mail/en/reminder.txt", "Pay here")
    office.commit("eve writes to customers", by=None)
    assert "templates/mail/en/reminder.txt decides what is allowed" in cli("reconcile", code=3).stdout
    assert trusted(cli) == office.first
