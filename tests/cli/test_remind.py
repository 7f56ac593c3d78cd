"""`emp-gitops remind` and `why` as people and programs meet them, with a real repository, platform and Maildir."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from emp_gitops.platform.open import open_writer
from support.cli import Cli
from support.repos import ConfigRepo
from support.samples import ISSUES, ROOT, issues, mails

DUE = ["acme-lyon", "brisa-palma", "nordlys-oslo"]


@pytest.fixture
def cli(reconciled_samples: Cli) -> Cli:
    return reconciled_samples


class TestARun:
    def test_mails_what_is_due_and_keeps_an_issue_for_each(self, cli: Cli) -> None:
        told = cli.json("remind")
        sent = [each for each in told["reminders"] if each["outcome"] == "sent"]
        assert [(each["account"], each["stage"]) for each in sent] == list(zip(DUE, ["P1M", "P1W", "P0D"], strict=True))
        assert all(each["issue"] in issues(cli) and each["message_id"].startswith("<") and each["recipients"] for each in sent)
        skipped = [(each["account"], each["stage"], each["message_id"], each["recipients"]) for each in told["reminders"] if each["outcome"] == "skipped"]
        assert skipped == [("brisa-palma", "P1M", None, []), ("nordlys-oslo", "P1M", None, []), ("nordlys-oslo", "P1W", None, [])]
        assert mails(cli) == ["drift@nordlys.example", "facilities@acme.example, lyon.office@acme.example", "mantenimiento@brisa.example"]

    def test_again_does_nothing_again(self, cli: Cli) -> None:
        cli("remind")
        before, tip = mails(cli), ConfigRepo(cli.folder).git("rev-parse", ISSUES)
        assert cli.json("remind")["reminders"] == []
        assert "Nothing is due." in cli("remind").stdout
        assert (mails(cli), ConfigRepo(cli.folder).git("rev-parse", ISSUES)) == (before, tip)

    def test_says_in_words_what_it_did(self, cli: Cli) -> None:
        outcome = cli("remind")
        lines = outcome.stdout.splitlines()
        assert lines[0] == "Reminders for 2026-11-23"
        assert lines[2].startswith("  sent     acme-lyon  a month before 2026-12-10, to facilities@acme.example, lyon.office@acme.example")
        assert lines[3].startswith("  skipped  brisa-palma  a month before 2026-11-27")
        assert "      warning: email_domain energia.brisa.example is not verified" in outcome.stdout
        assert lines[-1] == "Reminded: 3 sent, 3 skipped."
        assert outcome.stderr.endswith(f"mails went to {cli.folder}/.emp-gitops/mail\n")

    def test_closes_the_issues_of_what_was_renewed(self, cli: Cli) -> None:
        cli("remind")
        cli("account", "renew", "acme-lyon")
        ConfigRepo(cli.folder).commit("renewed")
        cli("reconcile")
        assert "  closed   acme-lyon  renewed until 2027-12-10" in cli("remind").stdout
        assert "state: closed" in ConfigRepo(cli.folder).git("show", f"{ISSUES}:reminders/acme-lyon/2026-12-10.md")

    def test_goes_on_in_the_issue_of_a_term_that_is_back(self, cli: Cli) -> None:
        repo, path = ConfigRepo(cli.folder), "reminders/acme-lyon/2026-12-10.md"
        cli("remind")
        cli("account", "renew", "acme-lyon")
        repo.commit("renewed")
        cli("reconcile")
        cli("remind")
        repo.git("revert", "--no-edit", "--no-gpg-sign", "HEAD", **repo.identity())
        cli("reconcile")
        line = f"acme-lyon  again, since it ends on 2026-12-10 once more  {path}"
        seen, done = cli("remind", "--dry-run").stdout, cli("remind").stdout
        assert f"  to open  {line}\n\nTo do: 1 issue to open again.\n" in seen
        assert f"  opened   {line}\n\nReminded: 1 issue opened again.\n" in done
        assert "state: open" in repo.git("show", f"{ISSUES}:{path}")

    def test_leaves_the_work_tree_and_main_alone(self, cli: Cli) -> None:
        repo = ConfigRepo(cli.folder)
        before = (cli.files(), repo.head(), repo.git("symbolic-ref", "HEAD"))
        cli("remind")
        assert (cli.files(), repo.head(), repo.git("symbolic-ref", "HEAD")) == before
        assert repo.git("status", "--porcelain") == ""

    def test_names_an_open_renewal(self, cli: Cli) -> None:
        for name, value in (("user.name", "Ana"), ("user.email", "ana@example.com")):
            ConfigRepo(cli.folder).git("config", name, value)
        cli("account", "renew", "acme-lyon", "--open")
        cli("remind")
        text = ConfigRepo(cli.folder).git("show", f"{ISSUES}:reminders/acme-lyon/2026-12-10.md")
        assert "`application/acme-lyon-renewal` asks for a renewal already" in text

    def test_without_a_platform_is_an_error(self, cli: Cli) -> None:
        shutil.rmtree(cli.folder / ".emp-gitops")
        for command in (["remind"], ["remind", "--dry-run"], ["why", "acme-lyon"]):
            assert "there is no platform yet" in cli(*command, code=1).stderr
        assert not (cli.folder / ".emp-gitops").exists()

    def test_without_a_sender_is_an_error_once_something_is_due(self, cli: Cli) -> None:
        config = cli.folder / "emp-gitops.yaml"
        config.write_text(config.read_text(encoding="utf-8").replace("  from: Example Energy <accounts@example.com>\n", ""), encoding="utf-8")
        assert "there is no sender" in cli("remind", code=1).stderr
        assert (issues(cli), mails(cli)) == ([], [])
        assert "Nothing is due." in cli("remind", "--today", "2027-05-01").stdout


def test_on_a_terminal_many_mails_have_a_bar(tmp_path: Path) -> None:
    repo = ConfigRepo(tmp_path / "repo")
    repo.config(mail={"from": "accounts@example.com"})
    shutil.copytree(ROOT / "schemas", repo.root / "schemas")
    for number in range(51):
        repo.account(f"acme-{number:02}", start="2025-12-10")
    repo.commit("many")
    cli = Cli(repo.root)
    cli("reconcile")
    shown = cli.terminal("remind")
    assert "reminding" in shown
    assert "Reminded: 51 sent." in shown


class TestADryRun:
    def test_writes_nothing_and_takes_no_lock(self, cli: Cli) -> None:
        with open_writer(cli.url) as writer, writer.lock(), cli.nothing_written():
            told = cli.json("remind", "--dry-run")
        assert [each["account"] for each in told["reminders"] if each["outcome"] == "pending"] == DUE
        assert {each["issue"] for each in told["reminders"]} == {None}
        assert (issues(cli), mails(cli)) == ([], [])

    def test_tells_what_a_run_then_does(self, cli: Cli) -> None:
        foreseen, done = cli.json("remind", "--dry-run")["reminders"], cli.json("remind")["reminders"]
        key = lambda each: (each["account"], each["stage"], each["message_id"], each["recipients"])  # noqa: E731
        assert sorted(map(key, foreseen)) == sorted(map(key, done))

    def test_says_that_nothing_is_sent(self, cli: Cli) -> None:
        lines = cli("remind", "--dry-run").stdout.splitlines()
        assert lines[0] == "Reminders for 2026-11-23, nothing is sent"
        assert lines[-1] == "To do: 3 pending, 3 skipped."


class TestAServerThatNobodyReaches:
    def test_is_exit_1_and_the_next_run_sends(self, cli: Cli) -> None:
        down = cli.with_(EMP_SMTP="smtp://127.0.0.1:1")
        outcome = down("remind", "--format", "json", code=1)
        assert {each["outcome"] for each in json.loads(outcome.stdout)["reminders"]} == {"failed", "skipped"}
        assert "3 mails failed: the mail server cannot be reached" in outcome.stderr
        assert any(path.startswith("reminder-failures") for path in issues(cli))
        assert [each["account"] for each in cli.json("remind")["reminders"]] == DUE
        assert len(mails(cli)) == 3

    def test_is_told_to_programs_with_each_mail(self, cli: Cli) -> None:
        told = cli.with_(EMP_SMTP="smtp://127.0.0.1:1").json("remind", code=1)
        errors = {each["outcome"]: each["error"] for each in told["reminders"]}
        assert errors["skipped"] is None
        assert "the mail server cannot be reached" in errors["failed"]

    def test_is_said_once_for_all_that_failed_of_it(self, cli: Cli) -> None:
        shown = cli.with_(EMP_SMTP="smtp://127.0.0.1:1")("remind", code=1).stdout
        assert shown.count("the mail server cannot be reached") == 1
        assert shown.endswith("Reminded: 3 skipped, 3 failed.\n")


class TestWhy:
    def test_tells_each_reminder_and_what_became_of_it(self, cli: Cli) -> None:
        cli("remind")
        told = cli.json("why", "brisa-palma")
        (term,) = told["terms"]
        assert (told["state"], term["issue"], term["current"]) == ("active", "reminders/brisa-palma/2026-11-27.md", True)
        assert [(each["stage"], each["on"], each["outcome"], each["sent_on"]) for each in term["stages"]] == [
            ("P1M", "2026-10-27", "skipped", None), ("P1W", "2026-11-20", "sent", "2026-11-23"), ("P0D", "2026-11-27", "later", None),
        ]

    def test_tells_it_in_words(self, cli: Cli) -> None:
        cli("remind")
        assert cli("why", "brisa-palma").stdout.splitlines() == [
            "brisa-palma on 2026-11-23: active, mail goes to mantenimiento@brisa.example",
            "  the next one is P0D, on 2026-11-27.",
            "",
            "Present term to 2026-11-27, reminders/brisa-palma/2026-11-27.md",
            "  2026-10-27  P1M  skipped  noted as skipped by the run of 2026-11-23: by then it was too late, or a more urgent one was due",
            "  2026-11-20  P1W  sent     mailed on 2026-11-23 to mantenimiento@brisa.example",
            "  2026-11-27  P0D  later    due on 2026-11-27",
        ]

    @pytest.mark.parametrize(("account", "state"), [("brisa-cadiz", "expired"), ("kestrel-hamburg", "scheduled"), ("acme-lyon", "active")])
    def test_knows_accounts_in_every_state(self, cli: Cli, account: str, state: str) -> None:
        assert cli.json("why", account)["state"] == state

    def test_knows_retired_and_unmanaged_ones(self, cli: Cli) -> None:
        with cli.screen() as screen:
            screen.put_account("by-hand", cli.live()["acme-lyon"].account)
            screen.retire_account("brisa-funchal")
        assert cli.json("why", "by-hand")["state"] == "unmanaged"
        assert cli.json("why", "brisa-funchal")["state"] == "retired"

    def test_helps_with_an_id_that_is_not_quite_right(self, cli: Cli) -> None:
        assert "there is no account 'acme-lion' on the platform; did you mean 'acme-lyon'?" in cli("why", "acme-lion", code=1).stderr

    def test_writes_nothing(self, cli: Cli) -> None:
        with cli.nothing_written():
            cli("why", "acme-lyon")
        assert (issues(cli), mails(cli)) == ([], [])
