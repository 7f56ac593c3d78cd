"""`platform usage` and `platform upgrade`: readings are recorded all together or not at all."""

from __future__ import annotations

import os

import pytest

from support.beginnings import Story
from support.cli import Cli
from support.repos import ConfigRepo


def two_accounts_and_a_retired_one(repo: ConfigRepo, cli: Cli) -> None:
    repo.account("acme-old", start="2020-01-01")
    repo.account("acme-lyon")
    repo.account("acme-nice")
    repo.commit()
    cli("reconcile")
    repo.remove("accounts/acme-old.yaml")
    repo.commit()
    cli("reconcile")


@pytest.fixture
def story() -> Story:
    return two_accounts_and_a_retired_one


@pytest.fixture
def two(cli: Cli) -> Cli:
    return cli


def used(cli: Cli) -> dict[str, int | None]:
    return {row["account"]: row["used_datapoints"] for row in cli.json("status")["active"]}


class TestSet:
    @pytest.mark.parametrize("number", [0, 96, 2**53])
    def test_records_a_reading(self, two: Cli, number: int) -> None:
        assert f"{number:,}" in two("platform", "usage", "set", "acme-lyon", str(number)).stdout
        assert used(two) == {"acme-lyon": number, "acme-nice": 0}

    def test_is_no_change_of_the_account(self, two: Cli) -> None:
        digest, version = two.json("plan")["digest"], two.live()["acme-lyon"].version
        two("platform", "usage", "set", "acme-lyon", "96")
        assert two.json("plan")["digest"] == digest
        assert two.live()["acme-lyon"].version == version
        assert len(two.history("acme-lyon")) == 1

    @pytest.mark.parametrize("number", ["-1", "1.5", "many", "", str(2**53 + 1), "9" * 5000])
    def test_refuses_what_is_no_count(self, two: Cli, number: str) -> None:
        with two.nothing_written():
            two("platform", "usage", "set", "acme-lyon", number, code=2)

    @pytest.mark.parametrize("id_", ["acme-lion", "acme-old", "\x1b[31m", ""])
    def test_refuses_unknown_and_retired_accounts(self, two: Cli, id_: str) -> None:
        with two.nothing_written():
            told = two("platform", "usage", "set", id_, "5", code=1).stderr
        assert "no such account" in told
        assert "\x1b" not in told


class TestLoad:
    @pytest.mark.parametrize("content", [
        b"account,used_datapoints\nacme-lyon,58\nacme-nice,7\n",
        b"\xef\xbb\xbfaccount,used_datapoints\r\nacme-lyon,58\r\nacme-nice,7\r\n",
        b"account,used_datapoints\nacme-nice,7\n\nacme-lyon,58",
        b'"account","used_datapoints"\n"acme-lyon","58"\n acme-nice , 7 \n',
    ], ids=["plain", "byte order mark and CRLF", "blank line, no last line feed", "quotes and blanks"])
    def test_records_every_reading(self, two: Cli, content: bytes) -> None:
        (two.folder / "usage.csv").write_bytes(content)
        assert "2 accounts" in two("platform", "usage", "load", "usage.csv").stdout
        assert used(two) == {"acme-lyon": 58, "acme-nice": 7}

    def test_of_no_readings_is_fine(self, two: Cli) -> None:
        (two.folder / "usage.csv").write_text("account,used_datapoints\n")
        assert "0 accounts" in two("platform", "usage", "load", "usage.csv").stdout

    @pytest.mark.parametrize(("content", "line"), [
        (b"", 1), (b"\n", 1), (b"acme-lyon,58\n", 1), (b"used_datapoints,account\n", 1), (b"account;used_datapoints\n", 1),
        (b"account,used_datapoints,more\n", 1), (b"account,used_datapoints\nacme-lyon,58\nacme-nice,-7\n", 3),
        (b"account,used_datapoints\nacme-lyon,58\nacme-nice,1.5\n", 3), (b"account,used_datapoints\n\nacme-lyon\n", 3),
        (b"account,used_datapoints\nacme-lyon,58,1\n", 2), (b"account,used_datapoints\n,58\n", 2),
        (b"account,used_datapoints\nacme-lyon," + b"9" * 5000 + b"\n", 2), (b"account,used_datapoints\nacme-lyon,9007199254740993\n", 2),
        (b"account,used_datapoints\nacme-lyon,1e3\n", 2), (b"account,used_datapoints\nacme-lyon,\xd9\xa3\n", 2),
        (b"account,used_datapoints\nacme-lyon,58\nacme-lyon,58\n", 3), (b'account,used_datapoints\nacme-lyon,"5"8\n', 2),
        (b'account,used_datapoints\nacme-lyon,58\n"acme-nice,7\n', 3), (b"account,used_datapoints\nacme-lyon,=58\n", 2),
        (b"account,used_datapoints\nacme\x1b[31m,x\n", 2), (b"account,used_datapoints\n" + b"a" * 200_000 + b",1\n", 2),
    ], ids=lambda value: repr(value)[:60])
    def test_refuses_all_of_a_file_for_one_line(self, two: Cli, content: bytes, line: int) -> None:
        told = self.refused(two, content)
        assert f"where: usage.csv:{line}\n" in told
        assert "nothing was recorded" in told

    @pytest.mark.parametrize("content", [b"account,used_datapoints\nacme-ly\xf3n,58\n", "account,used_datapoints\n".encode("utf-16"), b"\x00\x01"])
    def test_refuses_what_is_no_text(self, two: Cli, content: bytes) -> None:
        assert "where: usage.csv" in self.refused(two, content)

    @pytest.mark.parametrize("id_", ["acme-lion", "acme-old"])
    def test_refuses_unknown_and_retired_accounts(self, two: Cli, id_: str) -> None:
        assert id_ in self.refused(two, f"account,used_datapoints\nacme-lyon,58\n{id_},5\n".encode())

    def test_refuses_a_folder(self, two: Cli) -> None:
        with two.nothing_written():
            two("platform", "usage", "load", "accounts", code=2)

    @pytest.mark.parametrize("file", ["pipe", "/dev/zero"])
    def test_waits_for_no_pipe_and_reads_no_device(self, two: Cli, file: str) -> None:
        os.mkfifo(two.folder / "pipe")
        with two.nothing_written():
            told = two("platform", "usage", "load", file, code=1).stderr
        assert "the file of readings cannot be read: this is no regular file" in told
        assert f"where: {file}" in told

    def test_refuses_a_file_without_measure(self, two: Cli) -> None:
        with (two.folder / "usage.csv").open("wb") as file:
            file.truncate(2**26 + 1)  # a hole, which takes no room
        with two.nothing_written():
            assert "more than 67,108,864 bytes" in two("platform", "usage", "load", "usage.csv", code=1).stderr

    def refused(self, cli: Cli, content: bytes) -> str:
        (cli.folder / "usage.csv").write_bytes(content)
        with cli.nothing_written():
            outcome = cli("platform", "usage", "load", "usage.csv", code=1)
        assert outcome.stdout == ""
        assert "\x1b" not in outcome.stderr
        return outcome.stderr


class TestUpgrade:
    def test_is_safe_to_repeat(self, two: Cli) -> None:
        with two.nothing_written():
            first, second = two("platform", "upgrade").stdout, two("platform", "upgrade").stdout
        assert first == second
        assert "already" in first

    def test_shows_no_password(self, two: Cli) -> None:
        outcome = two("platform", "upgrade", "--platform", "postgresql://emp:s3cret@127.0.0.1:1/emp?connect_timeout=1", code=1)
        assert "s3cret" not in outcome.stderr
