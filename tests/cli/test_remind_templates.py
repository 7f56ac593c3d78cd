"""An organisation's templates that fail, as the people meet it who run `remind` and read the operator's issue."""

from __future__ import annotations

import json
import mailbox
from pathlib import Path

import pytest

from support.cli import Cli
from support.repos import ConfigRepo

TEXT = "templates/mail/en/reminder.txt"
WHERE = f"({TEXT}:2)"
MESSAGE = "the template cannot be used: 'dict object' has no attribute 'nmae'"
HINT = "see docs/reminders.md for what a template may use"
SPANISH = "mantenimiento@brisa.example"


@pytest.fixture
def cli(reconciled_samples: Cli) -> Cli:
    """With an English template that knows no `account.nmae`."""
    write(reconciled_samples.folder, "Hello,\n{{ account.nmae }}\n")
    return reconciled_samples


def write(root: Path, template: str) -> None:
    file = root / TEXT
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(template, encoding="utf-8")


def receivers(cli: Cli) -> list[str]:
    folder = cli.folder / ".emp-gitops/mail"
    return sorted(str(message["To"]) for message in mailbox.Maildir(folder, create=False)) if folder.exists() else []


def assert_says_it_all(text: str) -> None:
    for part in (MESSAGE, WHERE, HINT):
        assert part in text


class TestOneThatFailsOnSomeFacts:
    @pytest.mark.parametrize("options", [(), ("--dry-run",)])
    def test_is_told_with_its_place_and_what_to_do(self, cli: Cli, options: tuple[str, ...]) -> None:
        shown = cli("remind", *options, code=1).stdout
        assert_says_it_all(shown)
        assert shown.count(MESSAGE) == 1, "the same trouble of two mails"
        outcome = cli("remind", *options, "--format", "json", code=1)
        assert [each["account"] for each in json.loads(outcome.stdout)["reminders"] if each["outcome"] == "failed"] == ["acme-lyon", "nordlys-oslo"]
        assert f"2 mails failed: {MESSAGE} {WHERE}; {HINT}" in outcome.stderr

    def test_stands_in_the_operators_issue(self, cli: Cli) -> None:
        cli("remind", code=1)
        repo = ConfigRepo(cli.folder)
        path, = (each for each in repo.git("ls-tree", "-r", "--name-only", "emp-gitops/issues").splitlines() if each.startswith("reminder-failures"))
        text = repo.git("show", f"emp-gitops/issues:{path}").replace("\\", "").replace("\u200c", "")
        assert_says_it_all(text)

    def test_stops_no_other_mail(self, cli: Cli) -> None:
        cli("remind", code=1)
        assert receivers(cli) == [SPANISH]
        write(cli.folder, "Hello, {{ account.name }}\n")
        cli("remind")
        assert len(receivers(cli)) == 3


@pytest.mark.parametrize(("path", "data", "where", "message"), [
    (TEXT, b"a\n{% if %}", f"{TEXT}:2", "the template cannot be used"), (TEXT, b"a\n\xff", f"{TEXT}:2", "the template is not UTF-8"),
    ("templates/mail/en/remindr.txt", b"a", "templates/mail/en/remindr.txt", "there is no template of that name to replace"),
])
def test_one_that_cannot_be_read_stops_all_of_them(cli: Cli, path: str, data: bytes, where: str, message: str) -> None:
    (cli.folder / path).write_bytes(data)
    outcome = cli("remind", code=1)
    assert message in outcome.stderr
    assert where in outcome.stderr
    assert receivers(cli) == []
