"""Applications between several people: over a remote, and with branches that are not what they seem."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.cli import Cli
from support.office import Office
from support.repos import ConfigRepo, git

BRANCH = "application/acme-hq-datapoints"


@pytest.fixture
def office(office: Office, tmp_path: Path) -> Office:
    """Ana's clone, and `origin` that she pushed main to."""
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "origin.git")
    office.repo.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    office.repo.git("push", "--quiet", "origin", "main")
    return office


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    return tmp_path / "origin.git"


def cloned(office: Office, origin: Path, person: str) -> tuple[ConfigRepo, Cli]:
    """Another person's clone of origin, with the same platform."""
    place = origin.parent / person
    git(origin.parent, "clone", "--quiet", str(origin), str(place))
    repo = ConfigRepo(place)
    settings = {"name": person, "email": f"{person}@example.com", "signingkey": str(office.keys.of(person).private)}
    for name, value in settings.items():
        repo.git("config", f"user.{name}", value)
    return repo, Cli(place).with_(EMP_PLATFORM=f"sqlite:///{office.repo.root}/.emp-gitops/platform.db")


class TestOverARemote:
    def test_one_opens_another_approves_and_both_have_it(self, office: Office, ana: Cli, origin: Path) -> None:
        assert "pushed to origin" in ana("account", "datapoints", "acme-hq", "+50", "--open").stdout
        repo, carla = cloned(office, origin, "carla")
        assert carla.json_as("applications", "applications", "list")["applications"][0]["application"] == BRANCH
        assert "approved by carla" in carla("applications", "approve", BRANCH).stdout
        assert repo.git("rev-parse", "main", "origin/main").split() == [git(origin, "rev-parse", "main")] * 2
        office.repo.git("pull", "--quiet", "origin", "main")
        ana("reconcile")
        assert ana.live()["acme-hq"].account.datapoints == 150

    def test_an_application_starts_from_the_remotes_main_where_that_is_newer(self, office: Office, ana: Cli) -> None:
        newest = office.push("acme-lyon", by="carla", datapoints=120)
        office.repo.git("push", "--quiet", "origin", "main")
        office.repo.git("reset", "--quiet", "--hard", "HEAD~1")
        outcome = ana("account", "datapoints", "acme-hq", "+50", "--open")
        assert f"opened {BRANCH} on top of origin/main at {newest[:12]}" in outcome.stdout
        assert office.repo.git("rev-parse", f"{BRANCH}~1") == newest

    def test_where_it_cannot_be_pushed_the_branch_stays_and_the_same_again_pushes_it(
        self, office: Office, ana: Cli, origin: Path
    ) -> None:
        origin.rename(origin.with_name("away.git"))
        outcome = ana("account", "datapoints", "acme-hq", "+50", "--open", code=1)
        assert "could not be reached" in outcome.stderr
        assert f"git push origin {BRANCH}" in outcome.stderr
        origin.with_name("away.git").rename(origin)
        outcome = ana("account", "datapoints", "acme-hq", "+50", "--open")
        assert "asks for just this already; nothing new was opened\npushed to origin" in outcome.stdout
        assert git(origin, "rev-parse", BRANCH) == office.repo.git("rev-parse", BRANCH)

    def test_an_approval_that_cannot_be_pushed_moves_nothing(self, office: Office, ana: Cli, origin: Path) -> None:
        ana("account", "datapoints", "acme-hq", "+50", "--open")
        repo, carla = cloned(office, origin, "carla")
        office.push("acme-lyon", by="ana", datapoints=120)
        office.repo.git("push", "--quiet", "origin", "main")
        before, there = repo.head(), git(origin, "rev-parse", "main")
        with carla.nothing_written():
            outcome = carla("applications", "approve", BRANCH, code=1)
        assert "main on origin has commits that are not here" in outcome.stderr
        assert (repo.head(), git(origin, "rev-parse", "main")) == (before, there)
        repo.git("pull", "--quiet")
        carla("applications", "approve", BRANCH)
        assert git(origin, "rev-parse", "main~1") == there

    def test_an_approval_that_the_work_tree_could_not_follow_is_not_pushed(
        self, office: Office, ana: Cli, origin: Path
    ) -> None:
        ana("account", "datapoints", "acme-hq", "+50", "--open")
        repo, carla = cloned(office, origin, "carla")
        repo.account("acme-lyon", datapoints=777)
        before = git(origin, "for-each-ref")
        with carla.nothing_written():
            carla("applications", "approve", BRANCH, code=1)
        assert git(origin, "for-each-ref") == before

    def test_an_approval_of_an_approved_one_is_refused(self, ana: Cli, office: Office, origin: Path) -> None:
        ana("account", "datapoints", "acme-hq", "+50", "--open")
        _, carla = cloned(office, origin, "carla")
        carla("applications", "approve", BRANCH)
        assert "in main already" in carla("applications", "approve", BRANCH, code=3).stderr
        assert "applied" in carla("applications", "show", BRANCH).stdout


class TestBranchesThatAreNotWhatTheySeem:
    def states(self, cli: Cli) -> dict[str, str]:
        return {
            each["application"]: each["state"] for each in cli.json_as("applications", "applications", "list")["applications"]
        }

    def test_one_that_changes_policy_only_waits_like_any_other(self, office: Office, ana: Cli) -> None:
        office.branch_off("application/roles")
        office.repo.config(roles={"super_admins": ["eve"], "customer_success": ["eve"]})
        office.commit(by="ana")
        office.repo.switch("main")
        assert self.states(ana) == {"application/roles": "pending"}
        assert "! also changes emp-gitops.yaml" in ana("applications", "show", "application/roles").stdout
        assert "emp-gitops.yaml" in ana("applications").stdout

    def test_one_without_common_history_is_told_to_have_none(self, office: Office, ana: Cli) -> None:
        office.repo.git("switch", "--quiet", "--orphan", "application/orphan")
        office.repo.account("acme-hq", datapoints=150)
        office.commit()
        office.repo.switch("main")
        assert self.states(ana) == {"application/orphan": "failed"}
        assert "no history in common" in ana("applications").stdout
        assert "no history in common" in ana("applications", "approve", "application/orphan", code=1).stderr

    def test_one_that_says_nothing_new_is_stale(self, office: Office, ana: Cli) -> None:
        office.branch_off("application/words")
        office.repo.write("README.md", "x")
        office.commit()
        office.repo.switch("main")
        assert self.states(ana) == {"application/words": "stale"}

    def test_one_with_a_thousand_accounts_is_read_and_told_in_few_words(self, office: Office, ana: Cli) -> None:
        office.branch_off("application/many")
        for number in range(1000):
            office.repo.account(f"acme-{number:04}")
        office.commit()
        office.repo.switch("main")
        (one,) = ana.json_as("applications", "applications", "list")["applications"]
        assert (len(one["accounts"]), one["kinds"]) == (1000, ["create"])
        assert "create of acme-0000, acme-0001, acme-0002 and 997 others" in ana("applications").stdout

    def test_the_message_of_a_commit_cannot_act_on_a_terminal_or_a_workflow(self, office: Office, ana: Cli) -> None:
        office.branch_off("application/x$(evil)")
        office.repo.account("acme-hq", datapoints=150, comment="::error::boo")
        office.commit("::error::boo \x1b[31m\u202e")
        office.repo.switch("main")
        for arguments in (("applications",), ("applications", "show", "application/x$(evil)"), ("status",)):
            shown = ana(*arguments).stdout
            assert not {"\x1b", "\u202e"} & set(shown)
            assert not [line for line in shown.splitlines() if line.startswith("::")]


class TestTheStatus:
    def test_shows_the_accounts_where_the_applications_cannot_be_listed(self, office: Office, ana: Cli) -> None:
        office.repo.config(forge="github:example/accounts", approvals={"source": "github"})
        outcome = ana("status", code=1)  # without a token
        assert "acme-hq" in outcome.stdout
        assert "could not be listed" in outcome.stdout
        assert "error: " in outcome.stderr
        assert ana.json("status", code=1)["applications"] == []
        ana("status", "--zone", "active")
