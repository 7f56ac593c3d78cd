"""Processes of their own: entry points, pipes, terminals, questions."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from emp_gitops import __version__
from support.cli import Cli, clean_environment, command_line
from support.repos import ConfigRepo

QUESTIONS = [
    ("Account id", "acme-nice\n"), ("Customer", "Acme S.A.\n"), ("Name", "Acme Nice\n"), ("License", "\n"), ("Datapoints", "\n"),
    ("First day", "\n"), ("Months", "\n"), ("Sector", "\n"), ("Contacts", "a@acme.example, b@acme.example\n"),
]


class TestAProcess:
    def test_passes_its_exit_code_on(self, repo: ConfigRepo, cli: Cli) -> None:
        repo.account("acme-lyon")
        assert "1 to create" in cli.process("plan", "--exit-code", code=10).stdout
        assert cli.process("--version").stdout == f"emp-gitops {__version__}\n"
        assert cli.process("nonsense", code=2).stdout == ""
        assert "error: " in cli.process("history", "acme-lyon", code=1).stderr

    def test_keeps_result_and_notes_apart(self, repo: ConfigRepo, cli: Cli) -> None:
        repo.account("acme-lyon")
        repo.commit()
        outcome = cli.process("reconcile", "--format", "json")
        assert json.loads(outcome.stdout)["results"][0]["outcome"] == "applied"
        assert outcome.stderr.startswith("approvals: none")

    @pytest.mark.parametrize("arguments", [("status",), ("plan", "--help"), ("plan", "--bogus")])
    def test_has_no_colour_in_a_pipe(self, cli: Cli, arguments: tuple[str, ...]) -> None:
        outcome = cli.with_(GITHUB_ACTIONS="true", TERM="xterm-256color").process(*arguments, code=2 if "--bogus" in arguments else 0)
        assert "\x1b" not in outcome.stdout + outcome.stderr

    @pytest.mark.parametrize("arguments", [("plan", "--format", "json"), ("--help",)])
    def test_whose_reader_went_away_ends_quietly(self, samples: Cli, arguments: tuple[str, ...]) -> None:
        reading, writing = os.pipe()
        os.close(reading)
        done = self.run(samples, *arguments, stdout=writing)
        os.close(writing)
        assert (done.returncode, done.stderr) == (1, "")

    def test_can_be_cut_off_by_head(self, samples: Cli) -> None:
        line = " ".join(f"'{word}'" for word in command_line("status"))
        done = subprocess.run(
            ["bash", "-c", f"{line} | head -1"], cwd=samples.folder, env=clean_environment(), capture_output=True, encoding="utf-8", check=True,
        )
        assert done.stdout.startswith("Active accounts")
        assert done.stderr == ""

    def test_whose_output_cannot_be_written_says_so(self, samples: Cli) -> None:
        with Path("/dev/full").open("w") as full:
            done = self.run(samples, "status", stdout=full.fileno())
        assert done.returncode == 1
        assert done.stderr.startswith("error: the result cannot be written: No space left")
        assert "Traceback" not in done.stderr

    def test_whose_output_is_closed_still_does_its_work(self, repo: ConfigRepo, cli: Cli) -> None:
        repo.account("acme-lyon")
        repo.commit()
        line = " ".join(f"'{word}'" for word in command_line("reconcile"))
        done = subprocess.run(
            ["bash", "-c", f"{line} >&-"], cwd=cli.folder, env=clean_environment(), capture_output=True, check=True,
        )
        assert b"Traceback" not in done.stderr
        assert cli.live()["acme-lyon"].version == 1

    def test_writes_escapes_where_the_encoding_has_no_character(self, samples: Cli) -> None:
        other = samples.with_(PYTHONIOENCODING="ascii")
        assert "\\u2588" in self.run(other, "status").stdout
        value = json.loads(self.run(other, "status", "--format", "json").stdout)
        assert "Alumbrado público" in {row["name"] for row in value["active"]}

    def run(self, cli: Cli, *arguments: str, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command_line(*arguments), cwd=cli.folder, env=clean_environment(**cli.environment), stdout=stdout, stderr=subprocess.PIPE,
            encoding=cli.environment.get("PYTHONIOENCODING", "utf-8"), check=False,
        )


class TestATerminal:
    def test_gets_colour_and_bars(self, samples: Cli) -> None:
        shown = samples.terminal("status", columns=160)
        assert "\x1b[31m" in shown
        assert "█" in shown

    @pytest.mark.parametrize("setting", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
    def test_gets_no_colour_when_it_asks_for_none(self, samples: Cli, setting: dict[str, str]) -> None:
        assert "\x1b[" not in samples.with_(**setting).terminal("status")

    @pytest.mark.parametrize("columns", [60, 120])
    def test_gets_tables_that_fit(self, samples: Cli, columns: int) -> None:
        shown = samples.with_(NO_COLOR="1").terminal("status", columns=columns)
        assert max(map(len, shown.splitlines())) <= columns
        assert "acme-lyon" in shown

    def test_gets_a_progress_bar_on_long_work(self, repo: ConfigRepo, cli: Cli) -> None:
        for number in range(60):
            repo.account(f"acme-{number}")
        repo.commit()
        shown = cli.terminal("reconcile")
        assert "applying" in shown
        assert len(cli.live()) == 60


class TestQuestions:
    def test_ask_for_what_is_missing_with_defaults(self, repo: ConfigRepo, cli: Cli) -> None:
        shown = cli.terminal("account", "create", answers=QUESTIONS)
        assert "[essential]" in shown
        assert "[2026-11-23]" in shown
        change, = cli.json("plan")["changes"]
        assert {name: change["after"][name] for name in ("name", "customer", "license", "datapoints", "start", "months", "sector", "contacts")} == {
            "name": "Acme Nice", "customer": "Acme S.A.", "license": "essential", "datapoints": 20, "start": "2026-11-23", "months": 12,
            "sector": "offices", "contacts": ["a@acme.example", "b@acme.example"],
        }

    def test_are_asked_again_where_the_answer_cannot_be(self, cli: Cli) -> None:
        shown = cli.terminal(
            "account", "create", "acme-nice", "--name", "Acme Nice", "--customer", "Acme S.A.", "--contact", "a@acme.example",
            "--sector", "offices", "--start", "2026-11-23", "--months", "12",
            answers=[("License", "platinum\n"), ("License", "advanced\n"), ("Datapoints", "12\n"), ("Datapoints", "many\n"), ("Datapoints", "25\n")],
        )
        assert "platinum" in shown
        assert cli.json("plan")["changes"][0]["after"]["datapoints"] == 25

    def test_go_to_the_terminal_and_not_into_the_result(self, cli: Cli) -> None:
        reading, writing = os.pipe()
        shown = cli.terminal("account", "create", answers=QUESTIONS, output=writing)
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as result:
            assert result.read().startswith("acme-nice: 20 datapoints")
        assert "Account id" in shown

    @pytest.mark.parametrize("after", [0, 8])
    def test_without_an_answer_end_the_command_and_write_nothing(self, cli: Cli, after: int) -> None:
        answers = [*QUESTIONS[:after], (QUESTIONS[after][0], "\x04")]
        with cli.nothing_written():
            shown = cli.terminal("account", "create", answers=answers, code=1)
        assert "Traceback" not in shown
        assert "nothing was written" in shown

    def test_are_not_asked_where_nobody_can_answer(self, cli: Cli) -> None:
        with cli.nothing_written():
            outcome = cli.process("account", "create", given="acme-nice\n", code=2)
        assert outcome.stdout == ""
        assert "missing: ID, --name" in outcome.stderr
