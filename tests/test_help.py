"""`--help` of every command: an example that works, and nothing that is not built."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from emp_gitops import __version__
from emp_gitops.cli.app import cli as group
from support.cli import Cli

BUILT = {
    "init", "validate", "plan", "apply", "reconcile", "drift", "status", "account", "import", "history", "forms",
    "platform", "applications", "review", "doctor", "remind", "why",
}
NOT_BUILT = ("site",)


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        with click.Context(command) as context:
            for name in command.list_commands(context):
                child = command.get_command(context, name)
                assert child
                yield from commands(child, (*path, name))


EVERY = list(commands(group))


@pytest.fixture
def nowhere(tmp_path: Path) -> Cli:
    """Help needs no repository."""
    return Cli(tmp_path)


def help_of(cli: Cli, path: tuple[str, ...], option: str = "--help") -> str:
    """The help on one long line, without the frames around its parts."""
    return " ".join(re.sub("[│╭╮╰╯─]", " ", cli(*path, option).stdout).split())


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
class TestTheHelp:
    def test_has_an_example_of_that_very_command(self, nowhere: Cli, path: tuple[str, ...]) -> None:
        example = help_of(nowhere, path).partition("Example: ")[2]
        assert " ".join(("emp-gitops", *path)) in example

    def test_has_an_example_with_options_that_exist(self, path: tuple[str, ...]) -> None:
        example = (command_at(path).help or "").partition("Example:")[2]
        for line in example.split("&&"):
            assert unknown_options(shlex.split(line)[1:]) == []

    def test_is_short_with_h_too(self, nowhere: Cli, path: tuple[str, ...]) -> None:
        assert help_of(nowhere, path, "-h") == help_of(nowhere, path)

    def test_describes_every_option(self, path: tuple[str, ...]) -> None:
        for parameter in command_at(path).params:
            assert not isinstance(parameter, click.Option) or parameter.help, parameter.name

    def test_names_nothing_that_is_not_built(self, nowhere: Cli, path: tuple[str, ...]) -> None:
        assert not re.search(rf"emp-gitops ({'|'.join(NOT_BUILT)})\b", help_of(nowhere, path))


class TestTheGroup:
    def test_lists_what_is_built_and_nothing_else(self) -> None:
        assert {path[0] for path in EVERY if path} == BUILT

    @pytest.mark.parametrize("name", NOT_BUILT)
    def test_does_not_know_what_is_not_built(self, nowhere: Cli, name: str) -> None:
        assert f"No such command '{name}'" in nowhere(name, code=2).stderr

    def test_shows_its_help_where_no_command_is_given(self, nowhere: Cli) -> None:
        outcome = nowhere(code=2)
        assert "Example: emp-gitops" in outcome.stdout + outcome.stderr

    @pytest.mark.parametrize("arguments", [("--version",), ("-C", ".", "--version")])
    def test_tells_its_version(self, nowhere: Cli, arguments: tuple[str, ...]) -> None:
        assert nowhere(*arguments).stdout == f"emp-gitops {__version__}\n"


def command_at(path: tuple[str, ...]) -> click.Command:
    command: click.Command | None = group
    for name in path:
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), name)
    assert command
    return command


def unknown_options(words: list[str]) -> list[str]:
    """The options on a command line that the command does not have."""
    path: tuple[str, ...] = ()
    unknown = []
    for word in words:
        if (*path, word) in EVERY:
            path = (*path, word)
        elif word.startswith("--"):
            known = [name for parameter in command_at(path).params for name in parameter.opts]
            unknown += [] if word in known else [word]
    return unknown
