"""The doctor's reading of `allowed_signers`, held to what git and ssh-keygen make of the same lines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from emp_gitops.doctor.signers import key_lines
from emp_gitops.repository import Repository
from support.answers import Answers
from support.clinic import Clinic
from support.keys import Keys
from support.repos import ConfigRepo

AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
"""When the commit was signed, and now."""

OWN = "carla has a role and no key"


class Room:
    """A commit that Carla signed, and who the two take for its signer."""

    def __init__(self, folder: Path) -> None:
        self.keys = Keys(folder)
        repo = ConfigRepo(folder / "repo")
        repo.config()
        repo.git("add", "--all")
        repo.git(
            *self.keys.of("carla").settings, "commit", "--quiet", "-S", "--message=signed", **repo.identity(at=AT),
        )
        self.commit, self.repository = repo.head(), Repository.open(repo.root)

    def text(self, line: str) -> bytes:
        for person in ("ana", "carla"):
            line = line.replace(f"KEY-{person}", " ".join(self.keys.of(person).public.split()[:2]))
        return f"{line}\n".encode()

    def by_git(self, line: str) -> str | None:
        return self.repository.signer(self.commit, self.text(line))

    def by_doctor(self, line: str) -> str | None:
        names = [each.name for each in key_lines(self.text(line), AT) if each.key and not each.problem]
        return names[0] if names else None


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Room:
    return Room(tmp_path_factory.mktemp("signers"))


@pytest.mark.parametrize("line", [
    "carla KEY-carla", "carla\tKEY-carla", "  carla   KEY-carla  of Carla", "carla KEY-carla\r", '"carla" KEY-carla', 'ca"rla" KEY-carla',
    'carla namespaces="git" KEY-carla # hers', 'carla\tnamespaces="git"\tKEY-carla', 'carla NAMESPACES="git" KEY-carla',
    'carla namespaces="file,git" KEY-carla', 'carla namespaces="g*" KEY-carla', 'carla namespaces="?it" KEY-carla',
    'carla namespaces="a\\"b,git" KEY-carla', 'carla ,namespaces="git" KEY-carla', "# a comment\n\ncarla KEY-carla",
    'carla valid-before="20270101" KEY-carla', 'carla valid-after="20260101",namespaces="git" KEY-carla',
    'carla valid-after="202611251100Z",valid-before="20261125130000Z" KEY-carla', "carla of\ncarla KEY-carla",
    'carla namespaces="file" KEY-carla\ncarla KEY-carla',
])
def test_a_line_by_which_git_knows_her_is_a_key(room: Room, line: str) -> None:
    assert room.by_git(line) == "carla"
    assert room.by_doctor(line) == "carla"


@pytest.mark.parametrize("line", [
    'carla namespaces="file" KEY-carla', 'carla namespaces="*,!git" KEY-carla', 'carla namespaces="" KEY-carla',
    'carla namespaces="Git" KEY-carla', 'carla valid-before="20261124" KEY-carla', 'carla valid-after="20261127" KEY-carla',
    'carla valid-after="202611251300Z" KEY-carla', 'carla valid-before="20261125110000Z" KEY-carla',
    'carla valid-before="2030-01-01" KEY-carla', 'carla valid-before="20309901" KEY-carla', "carla valid-before=20300101 KEY-carla",
    'carla valid-after="20270101",valid-before="20260101" KEY-carla', 'carla namespaces="git",namespaces="git" KEY-carla',
    'carla namespaces="git" namespaces="git" KEY-carla', 'carla namespaces="git", KEY-carla', "carla namespaces=git KEY-carla",
    "carla no-touch-required KEY-carla", "carla cert-authority KEY-carla", 'carla namespaces="git",cert-authority KEY-carla',
    "carla #comment KEY-carla", "#carla KEY-carla", "# x\x0bcarla KEY-carla", "# x\u2028carla KEY-carla", 'carla namespaces="git KEY-carla',
    '"carla KEY-carla', "carla", '"carla b" KEY-carla', "!carla KEY-carla", "*arla KEY-carla", 'carla "" KEY-carla',
    "carla ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI", "carla ssh-rsa AAAAC3NzaC1lZDI1NTE5", "carla ssh-ed25519 AAAA",
])
def test_a_line_by_which_git_knows_nobody_is_none(room: Room, line: str) -> None:
    assert room.by_git(line) is None
    assert room.by_doctor(line) is None


def test_a_time_without_a_zone_is_by_the_clock_of_the_machine(room: Room) -> None:
    line = room.text('carla valid-before="202611251230" KEY-carla')
    here = datetime(2026, 11, 25, 12, 0).astimezone()
    for now, counts in ((here, True), (here + timedelta(hours=1), False)):
        (read,) = key_lines(line, now.astimezone(timezone(timedelta(hours=-9))))
        assert (read.problem is None) is counts


class TestWhatIsSaid:
    """In plain git, where a key is who somebody is."""

    @pytest.fixture
    def signed(self, tmp_path: Path) -> Clinic:
        return Clinic(
            tmp_path, Answers("http://127.0.0.1:1"), forge="git", approvals="signed-merge", customer_success=("carla",),
        )

    def problems(self, clinic: Clinic, room: Room, *lines: str) -> list[tuple[str, str]]:
        (clinic.root / "allowed_signers").write_bytes(b"".join(map(room.text, lines)))
        return clinic.problems().get("signers", [])

    def test_without_the_file_nobody_can_approve(self, signed: Clinic, room: Room) -> None:
        assert signed.problems()["signers"] == [("error", "there is no file allowed_signers")]
        (signed.root / "elsewhere").write_bytes(room.text("ana KEY-ana\ncarla KEY-carla"))
        (signed.root / "allowed_signers").symlink_to("elsewhere")  # a commit's is not followed
        assert signed.problems()["signers"] == [("error", "there is no file allowed_signers")]

    def test_everybody_with_a_role_needs_a_key_of_their_own(self, signed: Clinic, room: Room) -> None:
        assert self.problems(signed, room, "# people", "", "ana KEY-ana", 'carla namespaces="git" KEY-carla') == []
        assert self.problems(signed, room, "ana KEY-ana") == [("error", OWN)]
        assert self.problems(signed, room, "ana KEY-ana", "carla KEY-ana") == [
            ("error", "ana and carla have the same key, and so could approve for each other"),
        ]

    @pytest.mark.parametrize(("line", "trouble"), [
        ("ana,carla KEY-carla", "a line for several principals, or a pattern, names none of them"),
        ("*@example.com KEY-carla", "a line for several principals, or a pattern, names none of them"),
        ("carla cert-authority KEY-carla", "the key of an authority signs for others, and names nobody"),
        ("carla", "there is no public key in it"),
        ("carla KEYS", "there is no public key in it"),
        ("carla valid-for=1 KEY-carla", "its options cannot be read"),
        ('"carla b" KEY-carla', "a name that is empty or holds a space names nobody"),
        ('"carla KEY-carla', "its quotes do not end"),
    ])
    def test_a_line_that_names_nobody_is_told_with_its_number(self, signed: Clinic, room: Room, line: str, trouble: str) -> None:
        assert self.problems(signed, room, "ana KEY-ana", line) == [
            ("error", f"allowed_signers:2: {trouble}"), ("error", OWN),
        ]

    @pytest.mark.parametrize(("options", "trouble"), [
        ('namespaces="file"', 'its key is not for git, but for namespaces="file"'),
        ('valid-before="20200101"', "its key no longer counts, since 20200101"),
        ('valid-after="29990101"', "its key counts from 29990101 on, and not before"),
    ])
    def test_a_key_that_does_not_count_now_is_none(self, signed: Clinic, room: Room, options: str, trouble: str) -> None:
        warning = ("warning", f"allowed_signers:2: {trouble}")
        assert self.problems(signed, room, "ana KEY-ana", f"carla {options} KEY-carla") == [warning, ("error", OWN)]
        assert self.problems(signed, room, "ana KEY-ana", f"carla {options} KEY-carla", "carla KEY-carla") == [warning]

    def test_a_line_that_is_no_use_to_another_can_still_hide_a_key(self, signed: Clinic, room: Room) -> None:
        lines = ('ana namespaces="file" KEY-carla', "ana KEY-ana", "carla KEY-carla")
        assert room.by_git("\n".join(lines)) is None  # git asks for the first line that has the key, and no other
        assert ("error", "ana and carla have the same key, and so could approve for each other") in self.problems(signed, room, *lines)

    def test_the_file_stands_beside_the_configuration(self, signed: Clinic, room: Room) -> None:
        (signed.root / "deep").mkdir()
        (signed.root / "emp-gitops.yaml").rename(signed.root / "deep/emp-gitops.yaml")
        (signed.root / "schemas").rename(signed.root / "deep/schemas")
        (signed.root / "deep/allowed_signers").write_bytes(room.text("ana KEY-ana\ncarla KEY-carla"))
        checks = signed.cli.inside("deep")("doctor", "--format", "json", code=None).json("doctor")["checks"]
        assert [each["outcome"] for each in checks if each["check"] == "signers"] == ["fine"]
