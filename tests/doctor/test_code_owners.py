"""The doctor on the file of code owners: by whom GitHub has policy approved."""

from __future__ import annotations

import pytest

from emp_gitops.doctor.codeowners import deciding, owner_lines
from support.clinic import NOT_FOUND, NOT_PERMITTED, Clinic

FILE = ".github/CODEOWNERS"


def said(clinic: Clinic) -> list[str]:
    problems = clinic.problems()
    assert problems.keys() <= {"code-owners"}
    assert {outcome for outcome, _ in problems.get("code-owners", [])} <= {"error"}
    return [message for _, message in problems.get("code-owners", [])]


def add(clinic: Clinic, *lines: str, place: str = FILE) -> None:
    file = clinic.root / place
    file.write_text(file.read_text(encoding="utf-8") + "".join(f"{line}\n" for line in lines), encoding="utf-8")


class TestWhoIsAsked:
    def test_policy_without_an_owner_is_an_error(self, clinic: Clinic) -> None:
        clinic.edit(FILE, "/schemas/ ", "# /schemas/ ")
        clinic.edit(FILE, "/allowed_signers @acme/success", "")
        assert said(clinic) == ["/allowed_signers has no code owner", "/schemas/ has no code owner"]

    @pytest.mark.parametrize(("line", "messages"), [
        ("/.github/", ["/.github/ has no code owner: .github/CODEOWNERS:8 takes it away"]),
        ("/.github/CODEOWNERS", ["/.github/CODEOWNERS has no code owner: .github/CODEOWNERS:8 takes it away"]),
        ("workflows/", ["a new file in /.github/workflows/ has no code owner: .github/CODEOWNERS:8 takes it away"]),
        ("*.yaml # anybody", ["/emp-gitops.yaml has no code owner: .github/CODEOWNERS:8 takes it away"]),
        ("/schemas/account.schema.json", ["/schemas/account.schema.json has no code owner: .github/CODEOWNERS:8 takes it away"]),
        ("allowed_signers", ["/allowed_signers has no code owner: .github/CODEOWNERS:8 takes it away"]),
        ("/accounts/spain/ @somebody", []),
        ("!/schemas/", []), ("/schemas/ nobody", []), ("/schema[s]/", []),
    ])
    def test_a_later_line_can_take_an_owner_away(self, clinic: Clinic, line: str, messages: list[str]) -> None:
        add(clinic, line)
        assert said(clinic) == messages

    def test_a_line_for_some_files_of_a_folder_is_not_one_for_those_to_come(self, clinic: Clinic) -> None:
        clinic.edit(FILE, "/.github/  ", "/.github/* ")
        assert said(clinic) == ["a new file in /.github/workflows/ has no code owner"]

    def test_a_later_line_can_give_policy_to_others(self, clinic: Clinic) -> None:
        add(clinic, "/.github/ @ana", "/schemas/*.json @Dora @ana")
        clinic.server.always("GET /orgs/acme/teams/success/members", [{"login": "Carla"}])
        assert said(clinic) == [
            ".github/CODEOWNERS:8 gives /.github/ to @ana: nobody in Customer Success is asked",
            ".github/CODEOWNERS:9 gives /schemas/ to @Dora, @ana: nobody in Customer Success is asked",
        ]

    @pytest.mark.parametrize("line", ["* @carla", "* @ana @Acme/Success", "* @acme/leads", "/** @CARLA"])
    def test_whoever_can_approve_may_be_named_in_another_way(self, clinic: Clinic, line: str) -> None:
        clinic.server.always("GET /orgs/acme/teams/leads/members", [{"login": "dora"}, {"login": "carla"}])
        (clinic.root / FILE).write_text(f"{line}\n", encoding="utf-8")
        assert said(clinic) == []

    def test_a_team_that_has_none_of_them_will_not_do(self, clinic: Clinic) -> None:
        clinic.server.always("GET /orgs/acme/teams/leads/members", [{"login": "dora"}])
        add(clinic, "* @acme/leads")
        (message,) = said(clinic)
        assert message.endswith("to @acme/leads: nobody in Customer Success is asked")

    @pytest.mark.parametrize("answer", [NOT_FOUND, NOT_PERMITTED])
    def test_a_team_that_cannot_be_read_is_unknown(self, clinic: Clinic, answer: object) -> None:
        clinic.server.always("GET /orgs/acme/teams/leads/members", answer)
        add(clinic, "* @acme/leads")
        assert clinic.problems() == {"code-owners": [("unknown", "cannot read who is in @acme/leads")]}

    def test_an_address_does_not_tell_who_it_is(self, clinic: Clinic) -> None:
        add(clinic, "* carla@example.com")
        ((outcome, message),) = clinic.problems()["code-owners"]
        assert (outcome, "an address does not tell" in message) == ("warning", True)

    def test_principals_of_signatures_are_not_looked_for_among_owners(self, clinic: Clinic) -> None:
        clinic.edit("emp-gitops.yaml", "source: github", "source: signed-merge")
        add(clinic, "* @somebody")
        assert "code-owners" not in clinic.problems()

    def test_owners_that_github_does_not_accept_are_errors(self, clinic: Clinic) -> None:
        clinic.set("/codeowners/errors", {"errors": [{"path": FILE, "line": 2, "kind": "Unknown owner"}]})
        assert said(clinic) == ["code owners cannot be asked: .github/CODEOWNERS:2: Unknown owner"]


class TestWhereTheFileStands:
    def test_without_one_nobody_is_asked(self, clinic: Clinic) -> None:
        (clinic.root / FILE).unlink()
        assert said(clinic) == ["there is no .github/CODEOWNERS: GitHub asks nobody in particular before policy changes"]

    @pytest.mark.parametrize(("place", "message"), [
        ("CODEOWNERS", "/CODEOWNERS has no code owner"), ("docs/CODEOWNERS", "/docs/CODEOWNERS has no code owner"),
    ])
    def test_another_place_will_do_where_the_file_owns_itself_too(self, clinic: Clinic, place: str, message: str) -> None:
        (clinic.root / "docs").mkdir()
        (clinic.root / FILE).rename(clinic.root / place)
        assert said(clinic) == [message]
        add(clinic, f"/{place} @acme/success", place=place)
        assert said(clinic) == []

    def test_the_first_place_is_the_only_one_that_counts(self, clinic: Clinic) -> None:
        (clinic.root / "docs").mkdir()
        (clinic.root / "docs/CODEOWNERS").write_text("* @ana\n", encoding="utf-8")
        assert said(clinic) == []
        (clinic.root / FILE).rename(clinic.root / "CODEOWNERS")
        assert said(clinic) == ["/CODEOWNERS has no code owner"]

    def test_policy_in_a_folder_of_the_repository_is_owned_there(self, clinic: Clinic) -> None:
        (clinic.root / "deep").mkdir()
        for name in ("emp-gitops.yaml", "schemas", "accounts"):
            (clinic.root / name).rename(clinic.root / "deep" / name)
        checks = clinic.cli.inside("deep")("doctor", "--format", "json", code=1).json("doctor")["checks"]
        assert [each["message"] for each in checks if each["check"] == "code-owners"] == [
            "/deep/allowed_signers has no code owner", "/deep/emp-gitops.yaml has no code owner", "/deep/schemas/ has no code owner",
        ]


@pytest.mark.parametrize(("pattern", "matching", "others"), [
    ("*", ["a", "a/b.c"], []),
    ("/*", ["a"], ["a/b"]),
    ("*.js", ["a.js", "a/b.js"], ["a.jsx"]),
    ("/build/logs/", ["build/logs/a", "build/logs/a/b"], ["build/logs", "x/build/logs/a"]),
    ("docs/*", ["docs/a.md"], ["docs/b/a.md", "x/docs/a.md"]),
    ("docs/*.md", ["docs/a.md"], ["docs/b/a.md"]),
    ("apps/", ["apps/a", "x/apps/a/b"], ["apps", "appsy/a"]),
    ("/docs/", ["docs/a/b"], ["x/docs/a"]),
    ("/apps/github", ["apps/github", "apps/github/a"], ["apps/githubs"]),
    ("**/logs", ["logs", "logs/a", "build/logs/a", "a/b/logs/c"], ["logsy"]),
    ("a/**/b", ["a/b", "a/x/b", "a/x/y/b/c"], ["a/xb"]),
    ("a/**", ["a/b", "a/b/c"], ["a", "b/a/c"]),
    ("a?c", ["abc"], ["a/c", "abbc"]),
    ("a\\*b", ["a*b"], ["axb"]),
    ("with\\ space", ["with space"], ["with"]),
    ("a.c", ["a.c"], ["abc"]),
    ("/", [], ["a", "a/b"]),
])
def test_a_pattern_matches_as_github_documents(pattern: str, matching: list[str], others: list[str]) -> None:
    lines = owner_lines(f"{pattern} @x\r\n")
    assert [path for path in (*matching, *others) if deciding(lines, path)] == matching
