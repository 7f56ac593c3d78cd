"""`remind --open-renewals`: an account that wants it has its renewal proposed with its first reminder, once a term."""

from __future__ import annotations

import pytest

from emp_gitops.core.issue_records import is_proposed, proposed_line
from support.cli import Cli
from support.repos import ConfigRepo

BRANCH = "application/acme-lyon-renewal-2026-12-10"
ISSUE = "reminders/acme-lyon/2026-12-10.md"


@pytest.fixture
def cli(reconciled_samples: Cli) -> Cli:
    return reconciled_samples


def proposals(cli: Cli) -> list[str]:
    return ConfigRepo(cli.folder).git("for-each-ref", "--format=%(refname:short)", "refs/heads/application/").split()


def issue(cli: Cli) -> str:
    return ConfigRepo(cli.folder).git("show", f"emp-gitops/issues:{ISSUE}")


def test_it_is_an_application_that_only_that_account_gets(cli: Cli) -> None:
    outcome = cli("remind", "--open-renewals")
    assert f"acme-lyon: {BRANCH} proposes its renewal" in outcome.stderr
    assert proposals(cli) == [BRANCH]
    assert "proposes to renew the account for a year" in issue(cli)
    (waiting,) = cli.json("applications", "list")["applications"]
    assert (waiting["kinds"], waiting["accounts"]) == (["renewal"], ["acme-lyon"])


def test_without_the_option_nothing_is_proposed_and_it_may_come_later(cli: Cli) -> None:
    cli("remind")
    assert proposals(cli) == []
    cli("remind", "--open-renewals")
    assert proposals(cli) == [BRANCH]


def test_it_is_proposed_once_whatever_became_of_it(cli: Cli) -> None:
    cli("remind", "--open-renewals")
    before = issue(cli)
    assert "proposes" not in cli("remind", "--open-renewals").stderr
    ConfigRepo(cli.folder).git("branch", "--quiet", "-D", BRANCH)
    for day in ("2026-11-24", "2026-12-03"):
        assert "proposes" not in cli("remind", "--open-renewals", "--today", day).stderr
    assert proposals(cli) == []
    assert before.count("proposes to renew") == issue(cli).count("proposes to renew") == 1


def test_one_whose_note_was_lost_is_noted_by_the_next_run(cli: Cli) -> None:
    """As after a crash between the branch and the note; declined then, it stays declined."""
    cli("remind", "--open-renewals")
    repo = ConfigRepo(cli.folder)
    while "proposes to renew" in issue(cli):
        repo.git("update-ref", "refs/heads/emp-gitops/issues", "refs/heads/emp-gitops/issues^")
    cli("remind", "--open-renewals", "--today", "2026-11-24")
    assert "proposes to renew" in issue(cli)
    repo.git("branch", "--quiet", "-D", BRANCH)
    cli("remind", "--open-renewals", "--today", "2026-11-25")
    assert proposals(cli) == []


def test_it_is_not_proposed_beside_somebodys_application(cli: Cli) -> None:
    ConfigRepo(cli.folder).git("config", "user.name", "Ana")
    ConfigRepo(cli.folder).git("config", "user.email", "ana@example.com")
    cli("account", "renew", "acme-lyon", "--open")
    asked = proposals(cli)
    assert len(asked) == 1
    cli("remind", "--open-renewals")
    assert proposals(cli) == asked


def test_before_the_first_reminder_nothing_is_proposed(cli: Cli) -> None:
    cli("remind", "--open-renewals", "--today", "2026-11-09")
    assert proposals(cli) == []


def test_a_dry_run_proposes_nothing(cli: Cli) -> None:
    cli("remind", "--open-renewals", "--dry-run")
    assert proposals(cli) == []


def test_a_machine_that_is_thrown_away_is_no_place_for_mails(cli: Cli) -> None:
    outcome = cli.with_(RUNNER_ENVIRONMENT="github-hosted")("remind", code=1)
    assert "a machine that is thrown away" in outcome.stderr
    assert not (cli.folder / ".emp-gitops/mail").exists() or not list((cli.folder / ".emp-gitops/mail/new").iterdir())


def test_another_platform_than_the_one_with_the_approvals_is_not_followed(cli: Cli) -> None:
    """It decides who gets mail."""
    repo = ConfigRepo(cli.folder)
    text = (cli.folder / "emp-gitops.yaml").read_text(encoding="utf-8")
    repo.write("emp-gitops.yaml", text.replace("source: none", "source: signed-merge"))
    repo.commit("in earnest")
    repo.write("emp-gitops.yaml", text.replace("platform.db", "other.db"))
    repo.commit("eve")
    assert "names another platform than before" in cli("remind", code=3).stderr


def test_only_the_tools_own_line_says_that_it_was_done() -> None:
    from datetime import date

    line = proposed_line(date(2026, 11, 23))
    assert line.isascii()
    assert "--" not in line
    assert is_proposed(["x", line])
    assert not is_proposed(["", "[]", '{"v":2,"what":"proposed"}', '{"v":1,"what":"sent"}'])
