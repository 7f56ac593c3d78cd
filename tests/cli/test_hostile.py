"""Values that try to act where they are shown, from the platform's side and from names of files."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from emp_gitops.core.model import Account
from support.cli import Cli
from support.repos import ConfigRepo

NAMES = (
    "\x1b[31mred\x1b]8;;https://evil.example\x07", "\x9b31m\r", "a\n::error::boo", "\u202egnihtyreve", "[red]x[/red] :boom:",
    "[a](https://evil.example) @ana #12", "<img src=x onerror=alert(1)> <!--", "`a` | b ![x](y)", "= HYPERLINK(1)", "**x** ~~y~~ __z__",
)
EVIL = Account(
    name="x", customer="Acme S.A.", license="advanced", datapoints=100, start=date(2026, 3, 1), months=12, sector="offices",
    contacts=("facilities@acme.example",),
)
NEVER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|^::", re.MULTILINE)


@pytest.fixture(params=NAMES, ids=ascii)
def hostile(request: pytest.FixtureRequest, repo: ConfigRepo, cli: Cli) -> Cli:
    """The platform holds the value in every text: of a managed account, drifted, and of an unmanaged one."""
    name = request.param
    repo.account("acme-lyon")
    repo.account("acme-nice")
    repo.commit()
    cli("reconcile")
    cli.on_screen("acme-lyon", name=name, customer=name, comment=name, license=name, sector=name, contacts=(name, "a@b.example"))
    with cli.screen() as screen:
        screen.put_account("old-hotel", replace(EVIL, name=name, customer=name))
        screen.put_account(name, replace(EVIL, name="Old"))
        screen.put_account("acme-paris", replace(EVIL, customer=name))
    repo.account("acme-paris")
    repo.commit()
    return cli


class TestAValueOfThePlatform:
    def test_shows_as_text_and_does_nothing(self, hostile: Cli) -> None:
        for command, code in [
            (("plan",), 1), (("status",), 0), (("drift",), 0), (("reconcile",), 1), (("history", "acme-lyon"), 0),
            (("history", "old-hotel"), 0), (("import", "acme-lyon"), 1), (("import", "old-hotel"), None),
            (("validate", "--format", "github"), 0), (("validate",), 0),
        ]:
            outcome = hostile(*command, code=code)
            assert not NEVER.search(outcome.stdout + outcome.stderr), command

    def test_that_is_an_id_shows_as_text_and_does_nothing(self, hostile: Cli, request: pytest.FixtureRequest) -> None:
        id_ = request.node.callspec.params["hostile"]
        for command in (("history", id_), ("platform", "usage", "set", id_, "96"), ("import", id_), ("account", "renew", id_)):
            outcome = hostile(*command, code=None)
            assert outcome.stdout + outcome.stderr
            assert not NEVER.search(outcome.stdout + outcome.stderr), command

    def test_shows_as_text_in_markdown(self, hostile: Cli) -> None:
        source = hostile("plan", "--format", "markdown", code=1).stdout
        assert not NEVER.search(source)
        rendered = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(source)
        tags = set(re.findall(r"</?([a-z]+)", rendered))
        assert tags <= {"p", "strong", "table", "thead", "tbody", "tr", "th", "td", "br", "code", "ul", "li", "sub"}
        assert not re.search(r"@\w|#1|evil\.example\"", rendered)

    def test_comes_through_json_unharmed(self, hostile: Cli) -> None:
        drift = hostile.json("drift")["drift"][0]
        live = hostile.live()["acme-lyon"].account
        assert {field["path"]: field["live"] for field in drift["fields"]}["name"] == live.name
        hostile.json("status")
        hostile.json("plan", code=1)


@pytest.mark.parametrize("name", ["a\x1b[31m", "a\n::error::b", "a\u202eb"])
def test_a_new_folder_shows_as_text_and_does_nothing(tmp_path: Path, name: str) -> None:
    outcome = Cli(tmp_path)("init", name)
    assert (tmp_path / name / "emp-gitops.yaml").exists()
    assert not NEVER.search(outcome.stdout + outcome.stderr)


@pytest.mark.parametrize("name", ["a\x1b[31m", "a\n::error::b", "a\u202eb"])
def test_wrong_usage_shows_what_it_quotes_as_text(tmp_path: Path, name: str) -> None:
    for command in (("-C", name, "plan"), ("plan", name), (name,), ("plan", f"--{name}"), ("plan", "--format", name)):
        told = Cli(tmp_path)(*command, code=2).stderr
        assert not NEVER.search(told), command


@pytest.mark.parametrize("name", [
    "a\x1b[31m.yaml", "a\n::error::b.yaml", "a%0A,b::c.yaml", "a\u202eb.yaml", "[red]a[/red].yaml", "<b>`a`|.yaml", "é.yaml", "a b.yml", "a\udcff.yaml",
])
class TestANameOfAFile:
    @pytest.fixture(autouse=True)
    def _file(self, repo: ConfigRepo, name: str) -> None:
        repo.write(f"accounts/{name}", "name: [")
        repo.commit()

    def test_shows_as_text_and_does_nothing(self, cli: Cli, name: str) -> None:
        for command in (("validate",), ("plan",), ("validate", "--format", "github"), ("reconcile",)):
            outcome = cli(*command, code=1)
            assert not NEVER.search(outcome.stdout.replace("::error file=", "") + outcome.stderr), command

    def test_is_one_line_of_a_workflow_command(self, cli: Cli, name: str) -> None:
        for line in cli("validate", "--format", "github", code=1).stdout.splitlines():
            assert re.fullmatch(r"::error file=[^,:]*,line=\d+,col=\d+,title=[a-z-]+::.+", line)

    def test_is_told_in_every_format(self, cli: Cli, name: str) -> None:
        assert cli.json("validate", code=1)["findings"]
        cli.json("plan", code=1)
        assert cli("validate", "--format", "sarif", code=1).stdout
        source = cli("plan", "--format", "markdown", code=1).stdout
        assert not NEVER.search(source)
        assert "<b>" not in MarkdownIt("commonmark").render(source)
