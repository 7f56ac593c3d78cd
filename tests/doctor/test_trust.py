"""The doctor on the revision that the platform trusts, without which reconcile refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from emp_gitops.platform.open import open_writer
from emp_gitops.platform.url import PostgresUrl
from support.answers import Answers, answers
from support.cli import Cli
from support.clinic import Clinic

NOBODY = "http://127.0.0.1:1"
NOT_YET = ("error", "the platform trusts no commit of main yet, so reconcile refuses")
MISSING = ("error", "there is no platform yet, and so none that trusts a commit of main: reconcile refuses")


def of(cli: Cli) -> list[tuple[str, str]]:
    checks = cli("doctor", "--format", "json", code=None).json("doctor")["checks"]
    return [(each["outcome"], each["message"]) for each in checks if each["check"] == "trust" and each["outcome"] != "fine"]


def hints(cli: Cli) -> list[str]:
    return [each["hint"] for each in cli("doctor", "--format", "json", code=1).json("doctor")["checks"] if each["check"] == "trust"]


class TestInPlainGit:
    @pytest.fixture
    def signed(self, tmp_path: Path) -> Cli:
        """With the embedded platform that the configuration names."""
        clinic = Clinic(tmp_path, Answers(NOBODY), forge="git", approvals="signed-merge", customer_success=("carla",), platform=None)
        return Cli(clinic.root)

    def test_without_a_platform_none_can_trust(self, signed: Cli) -> None:
        assert of(signed) == [MISSING]
        assert hints(signed) == ["look at the accounts of a commit of main, then start from it: emp-gitops reconcile --trust REVISION"]

    def test_a_platform_that_trusts_nothing_is_an_error_until_somebody_says_so(self, signed: Cli) -> None:
        open_writer(signed.url).close()
        assert of(signed) == [NOT_YET]
        signed("reconcile", "--trust", "HEAD")
        assert of(signed) == []

    def test_a_platform_that_cannot_be_read_is_unknown_and_ends_nothing(self, signed: Cli) -> None:
        signed.url.path.parent.mkdir()
        signed.url.path.write_bytes(b"no database " * 100)
        ((outcome, message),) = of(signed)
        assert (outcome, "the file is no SQLite database" in message) == ("unknown", True)
        assert "roles" in signed("doctor", code=1).stdout

    @pytest.mark.parametrize("platform", ["https://emp.example", "mysql://x", "sqlite://x"])
    def test_an_address_that_means_nothing_is_unknown(self, signed: Cli, platform: str) -> None:
        assert [outcome for outcome, _ in of(signed.with_(EMP_PLATFORM=platform))] == ["unknown"]

    def test_the_platform_may_be_named_behind_the_command(self, signed: Cli, tmp_path: Path) -> None:
        database = f"sqlite:///{tmp_path / 'platform.db'}"
        assert "the platform trusts a commit of main" in signed("doctor", "--platform", database, code=None).stdout

    def test_while_nobody_approves_nothing_has_to_be_trusted(self, tmp_path: Path) -> None:
        clinic = Clinic(tmp_path, Answers(NOBODY), forge="git", approvals="none", customer_success=("carla",), platform=None)
        assert "trust" not in Cli(clinic.root)("doctor").stdout

    def test_a_server_is_asked_as_well(self, signed: Cli, postgres_url: PostgresUrl) -> None:
        cli = signed.with_(EMP_PLATFORM=postgres_url.text)
        assert of(cli) == [MISSING]
        with open_writer(postgres_url) as writer:
            assert of(cli) == [NOT_YET]
            writer.trust("a" * 40)
        assert of(cli) == []


class TestOnGitHub:
    @pytest.fixture
    def on_github(self, tmp_path: Path) -> Iterator[Callable[[str | None], Clinic]]:
        with answers() as server:
            yield lambda platform: Clinic(tmp_path, server, platform=platform)

    @pytest.mark.parametrize(("platform", "reason"), [
        (None, "EMP_PLATFORM of production tells which one it is, and is not set here"),
        ("postgresql://127.0.0.1:1/emp", "the database cannot be reached"),
    ])
    def test_the_platform_of_the_workflows_may_be_known_to_them_alone(
        self, on_github: Callable[[str | None], Clinic], platform: str | None, reason: str,
    ) -> None:
        clinic = on_github(platform)
        clinic.set_secrets("production", "EMP_PLATFORM")
        cli = clinic.cli.with_(EMP_PLATFORM="")
        ((outcome, message),) = of(cli)
        assert (outcome, message.partition(": ")[2].startswith(reason)) == ("unknown", True)
        assert hints(cli) == ["run doctor again with EMP_PLATFORM set to the platform, as a user who can read it"]

    def test_one_that_is_named_and_not_there_trusts_nothing(self, clinic: Clinic, tmp_path: Path) -> None:
        assert of(clinic.cli.with_(EMP_PLATFORM=f"sqlite:///{tmp_path / 'other.db'}")) == [MISSING]
