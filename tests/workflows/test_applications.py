"""The scripts of the workflow on applications, run for a user's repository on a scripted GitHub."""

from __future__ import annotations

from support.rooms import Room

UNPLANNED = "the secret EMP_PLATFORM is not given to pull requests from forks, or not set"


class TestFromAForkOrWithoutAPlatform:
    """No secret reaches the job."""

    def test_the_accounts_are_validated_and_it_is_said_that_nothing_was_planned(self, room: Room) -> None:
        ended = room.review(room.office.apply_for("acme-hq", datapoints=150))
        assert ended.code == 0, ended.log
        assert "2 account files checked" in ended.log
        assert UNPLANNED in ended.log
        assert not room.office.server.requests

    def test_what_is_not_valid_fails_with_a_note_at_its_line(self, room: Room) -> None:
        ended = room.review(room.office.apply_for("acme-hq", datapoints=5))
        assert ended.code != 0
        assert "::error file=accounts/acme-hq.yaml,line=4" in ended.log
        assert UNPLANNED in ended.log


class TestJudgedByMain:
    def test_a_proposed_schema_and_configuration_decide_nothing(self, room: Room) -> None:
        repo = room.office.repo
        repo.branch("application/1", start="main")
        for account in ("acme-hq", "acme-lyon"):
            repo.account(account, license="free-of-charge")
        schema = repo.root / "schemas/account.schema.json"
        schema.write_text(schema.read_text(encoding="utf-8").replace('"advanced"', '"free-of-charge"'), encoding="utf-8")
        repo.commit("let me")
        repo.switch("main")
        ended = room.review(1)
        assert ended.code != 0
        assert ended.log.count("::error file=accounts/acme-hq.yaml") == 1  # it is valid under its own schema
        assert "✅  Success - Main Validate a proposed policy by itself" in ended.log

    def test_a_policy_that_would_break_main_fails(self, room: Room) -> None:
        repo = room.office.repo
        repo.branch("application/1", start="main")
        repo.write("emp-gitops.yaml", "organisation: [closed")
        repo.commit("oh")
        repo.switch("main")
        ended = room.review(1)
        assert ended.code != 0
        assert "2 account files checked, nothing to complain about" in ended.log
        assert "::error file=emp-gitops.yaml" in ended.log

    def test_a_removed_file_is_gone_and_a_link_is_refused(self, room: Room) -> None:
        repo = room.office.repo
        repo.branch("application/1", start="main")
        repo.remove("accounts/acme-lyon.yaml")
        (repo.root / "accounts/link.yaml").symlink_to("/etc/passwd")
        repo.commit("one less")
        repo.switch("main")
        ended = room.review(1)
        assert ended.code != 0
        assert "1 account file checked" in ended.log
        assert "::error file=accounts/link.yaml" in ended.log


class TestInAMergeQueue:
    def test_the_group_is_planned_as_it_would_be_merged(self, room: Room) -> None:
        room.office.apply_for("acme-hq", datapoints=150)
        checkout = room.checkout("main", merging="application/1")
        ended = room.run("applications", "merge_group", {}, checkout=checkout, EMP_PLATFORM=room.platform)
        assert ended.code == 0, ended.log
        assert "Plan: 1 datapoints change, 1 unchanged." in ended.log
        assert room.office.cli.live()["acme-hq"].account.datapoints == 100

    def test_a_group_that_breaks_a_rule_fails(self, room: Room) -> None:
        room.office.apply_for("acme-hq", rtc_lines=4)
        checkout = room.checkout("main", merging="application/1")
        ended = room.run("applications", "merge_group", {}, checkout=checkout, EMP_PLATFORM=room.platform)
        assert ended.code != 0
        assert "rtc-lines-only-in-spain" in ended.log
