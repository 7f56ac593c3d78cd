"""`emp-gitops remind` goes by what was approved: by the trusted policy, and by those who may ask for a renewal."""

from __future__ import annotations

import mailbox

import pytest

from support.cli import Cli
from support.repos import ConfigRepo
from support.samples import ISSUES, mails


@pytest.fixture
def cli(reconciled_samples: Cli) -> Cli:
    return reconciled_samples


class TestTheTrustedRevision:
    def test_decides_whom_mails_come_from(self, cli: Cli) -> None:
        cli("reconcile", "--trust", "HEAD")
        config = cli.folder / "emp-gitops.yaml"
        config.write_text(config.read_text(encoding="utf-8").replace("accounts@example.com", "eve@evil.example"), encoding="utf-8")
        ConfigRepo(cli.folder).commit("pushed")
        outcome = cli("remind")
        assert "the policy of the trusted revision" in outcome.stderr
        folder = mailbox.Maildir(cli.folder / ".emp-gitops/mail", create=False)
        assert not any("evil.example" in str(message) for message in folder)
        assert len(mails(cli)) == 3

    @pytest.mark.parametrize("variables", [{}, {"EMP_PLATFORM": "sqlite:///.emp-gitops/platform.db"}])
    def test_is_followed_although_somebody_broke_the_configuration_since(self, cli: Cli, variables: dict[str, str]) -> None:
        """Without a word of an operator, to the platform that was there when approvals were asked for first."""
        repo = ConfigRepo(cli.folder)
        config = cli.folder / "emp-gitops.yaml"
        config.write_text(config.read_text(encoding="utf-8").replace("source: none", "source: signed-merge"), encoding="utf-8")
        repo.commit("approvals are asked for")
        cli("reconcile", "--trust", "HEAD")
        config.write_text("platform: sqlite:///elsewhere.db\nroles: [", encoding="utf-8")
        repo.commit("pushed")
        outcome = cli.with_(**variables)("remind")
        assert "counts; the work tree's is broken: " in outcome.stderr
        assert len(mails(cli)) == 3
        assert "P1W" in cli.with_(**variables)("why", "brisa-palma").stdout
        assert not (cli.folder / "elsewhere.db").exists()

    def test_that_there_never_was_leaves_a_broken_configuration_an_error(self, cli: Cli) -> None:
        (cli.folder / "emp-gitops.yaml").write_text("roles: [", encoding="utf-8")
        assert "emp-gitops.yaml:1:9" in cli("remind", code=1).stderr
        assert "emp-gitops.yaml:1:9" in cli.with_(EMP_PLATFORM="sqlite:///.emp-gitops/platform.db")("remind", code=1).stderr
        assert mails(cli) == []

    def test_is_not_mentioned_where_the_work_tree_says_the_same(self, cli: Cli) -> None:
        cli("reconcile", "--trust", "HEAD")
        assert "trusted" not in cli("remind").stderr


def test_a_renewal_that_nobody_with_the_right_to_asks_for_goes_without_a_word(cli: Cli) -> None:
    repo = ConfigRepo(cli.folder)
    config = cli.folder / "emp-gitops.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("source: none", "source: signed-merge"), encoding="utf-8")
    repo.commit("approvals are asked for")
    cli("reconcile", "--trust", "HEAD")
    repo.git("switch", "--quiet", "--create", "application/acme-lyon-mine")
    cli("account", "renew", "acme-lyon")
    repo.commit("not signed")
    repo.git("switch", "--quiet", "main")
    assert "application/acme-lyon-mine" in cli("applications").stdout
    cli("remind")
    assert "asks for a renewal already" not in repo.git("show", f"{ISSUES}:reminders/acme-lyon/2026-12-10.md")
