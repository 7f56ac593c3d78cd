"""Approvals on GitHub: what reconcile applies, and what it refuses, from real merges and what GitHub says of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal
from unittest import mock

import pytest

from emp_gitops.forge.github import waiting
from support.answers import Answer, answers
from support.office import outcomes, refusal
from support.pull_office import ROLES, TEAM, PullOffice
from support.pulls import REPOSITORY


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PullOffice]:
    """The platform trusts the first commit, and has its accounts."""
    with answers() as server:
        office = PullOffice(tmp_path, server)
        office.cli("reconcile", "--trust", "HEAD")
        yield office


class TestAnApprovedPullRequest:
    @pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
    def test_is_applied_however_it_was_merged(self, office: PullOffice, how: Literal["merge", "squash", "rebase"]) -> None:
        pull = office.apply_for("acme-hq", authors=("ana", "berta"), datapoints=150)
        office.review(pull, "carla")
        merged = office.merge(pull, how)
        assert outcomes(office.cli) == {"acme-hq": "applied", "acme-lyon": "unchanged"}
        assert office.cli.live()["acme-hq"].account.datapoints == 150
        entry = office.cli.history("acme-hq")[-1]
        assert (entry["revision"], entry["requested_by"], entry["approved_by"]) == (merged, "ana", "carla")
        assert set(outcomes(office.cli).values()) == {"unchanged"}

    def test_may_be_behind_main(self, office: PullOffice) -> None:
        one = office.apply_for("acme-hq", datapoints=150)
        two = office.apply_for("acme-lyon", datapoints=120)
        for pull in (two, one):
            office.review(pull, "carla")
            office.merge(pull, "squash")
        assert set(outcomes(office.cli).values()) == {"applied"}


class TestAStricterDemand:
    """What needs more approvals than the rest is told by the accounts before and after, under the policy in force."""

    @pytest.fixture(autouse=True)
    def _two_for_a_hundred(self, office: PullOffice) -> None:
        stricter = [{"datapoints": 100, "required": 2}, {"kinds": ["license"], "required": 3}]
        office.repo.config(forge="github:acme/emp", approvals={"source": "github", "stricter": stricter}, roles=ROLES)
        office.repo.commit("stricter")
        office.cli("reconcile", "--trust", "HEAD")

    @pytest.mark.parametrize(("fields", "needed"), [
        ({"datapoints": 199}, 1), ({"datapoints": 200}, 2), ({"license": "enterprise"}, 3),
        ({"license": "enterprise", "datapoints": 200}, 3), ({"contacts": ["b@acme.example"]}, 1),
    ])
    def test_counts_by_kind_and_size(self, office: PullOffice, fields: dict[str, Any], needed: int) -> None:
        pull = office.apply_for("acme-hq", **fields)
        office.review(pull, "carla")
        office.merge(pull)
        if needed == 1:
            assert outcomes(office.cli)["acme-hq"] == "applied"
        else:
            assert f"it needs {needed} approvals by Customer Success and has 1" in refusal(office.cli)

    def test_takes_an_account_that_cannot_be_read_for_what_needs_most(self, office: PullOffice) -> None:
        pull = office.apply_for("acme-hq", license="unheard-of")
        office.review(pull, "carla")
        office.merge(pull)
        pull = office.apply_for("acme-hq", license="advanced", comment="mended")
        office.review(pull, "carla")
        office.merge(pull)
        assert "it needs 3 approvals" in refusal(office.cli)


class TestRefused:
    def test_is_a_direct_push_and_the_others_proceed(self, office: PullOffice) -> None:
        office.push("acme-hq", datapoints=150)
        pull = office.apply_for("acme-lyon", datapoints=120)
        office.review(pull, "carla")
        office.merge(pull)
        found = {each["account"]: each for each in office.cli.json("reconcile", code=3)["results"]}
        assert (found["acme-hq"]["outcome"], found["acme-lyon"]["outcome"]) == ("refused", "applied")
        assert "pushed to main without an application" in found["acme-hq"]["error"]

    def test_is_a_pull_request_that_nobody_approved(self, office: PullOffice) -> None:
        office.merge(office.apply_for("acme-hq", datapoints=150))
        assert "nobody of Customer Success approved its last commit" in refusal(office.cli)

    def test_is_a_push_after_the_approval(self, office: PullOffice) -> None:
        pull = office.apply_for("acme-hq", authors=("ana", "ana"), datapoints=150)
        office.review(pull, "carla", at=office.repo.git("rev-parse", f"application/{pull}^"))
        office.merge(pull)
        assert "carla approved an earlier commit" in refusal(office.cli)

    def test_is_a_review_of_ones_own_application(self, office: PullOffice) -> None:
        pull = office.apply_for("acme-hq", by="berta", authors=("berta",), datapoints=150)
        office.review(pull, "berta")
        office.merge(pull)
        assert "berta approved an application of their own" in refusal(office.cli)

    def test_is_a_review_by_an_author_of_its_commits(self, office: PullOffice) -> None:
        pull = office.apply_for("acme-hq", authors=("carla", "ana"), datapoints=150)
        office.review(pull, "carla")
        office.merge(pull, "squash")
        assert "carla approved commits of their own" in refusal(office.cli)

    @pytest.mark.parametrize(("login", "state", "reason"), [
        ("carla", "DISMISSED", "nobody of Customer Success approved"), (None, "APPROVED", "nobody of Customer Success approved"),
        ("eve", "APPROVED", "eve, who approved it, is not in Customer Success"),
    ])
    def test_is_a_review_that_does_not_count(self, office: PullOffice, login: str | None, state: str, reason: str) -> None:
        pull = office.apply_for("acme-hq", datapoints=150)
        office.review(pull, login, state)
        office.merge(pull)
        assert reason in refusal(office.cli)

    def test_is_one_that_somebody_wants_changed(self, office: PullOffice) -> None:
        pull = office.apply_for("acme-hq", datapoints=150)
        office.review(pull, "berta", "CHANGES_REQUESTED")
        office.review(pull, "carla")
        office.merge(pull)
        assert "berta of Customer Success asks for changes" in refusal(office.cli)

    def test_is_what_nobody_entitled_asked_for(self, office: PullOffice) -> None:
        pull = office.apply_for("acme-hq", by="eve", datapoints=150)
        office.review(pull, "carla")
        office.merge(pull)
        assert "eve, who asked for it, is no SuperAdmin" in refusal(office.cli)

    @pytest.mark.parametrize("how", ["merge", "squash"])
    def test_is_a_merge_that_adds_anything(self, office: PullOffice, how: Literal["merge", "squash"]) -> None:
        pull = office.apply_for("acme-hq", datapoints=150)
        office.review(pull, "carla")
        office.merge(pull, how, extra=True)
        assert "something was added or left out" in refusal(office.cli)
        assert "something was added or left out" in refusal(office.cli, "acme-lyon")

    def test_is_a_part_of_a_rebased_application(self, office: PullOffice) -> None:
        pull = office.apply_for("acme-hq", authors=("ana", "ana"), datapoints=150)
        office.review(pull, "carla")
        office.merge(pull, "rebase")
        (reason,) = [each["error"] for each in office.cli.json("reconcile", "--ref", "HEAD^", code=3)["results"] if each["error"]]
        assert f"only a part of its application #{pull}" in reason
        assert outcomes(office.cli)["acme-hq"] == "applied"

    def test_is_a_policy_that_would_approve_itself(self, office: PullOffice) -> None:
        office.repo.config(
            forge="github:acme/emp", approvals={"source": "github"},
            roles={"super_admins": ["ana"], "customer_success": ["eve"]},
        )
        pull = office.apply_for("acme-hq", datapoints=150)  # its commit takes the configuration with it
        office.review(pull, "eve")
        office.merge(pull)
        assert "emp-gitops.yaml decides what is allowed" in office.cli("reconcile", code=3).stdout
        assert office.cli.live()["acme-hq"].account.datapoints == 100


class TestWhatCannotBeRead:
    @pytest.fixture
    def merged(self, office: PullOffice) -> Iterator[PullOffice]:
        """Approved, and the tries that follow a failure come at once."""
        pull = office.apply_for("acme-hq", datapoints=150)
        office.review(pull, "carla")
        office.merge(pull)
        with mock.patch.object(waiting.time, "sleep"):
            yield office

    @pytest.mark.parametrize(("line", "answer"), [
        (TEAM, Answer(403, {"message": "Must have admin rights"})), (TEAM, Answer(404, {"message": "Not Found"})),
        (f"GET {REPOSITORY}/pulls/1", Answer(502)), (f"GET {REPOSITORY}/pulls/1/reviews", Answer(None)),
    ])
    def test_stops_the_run_and_the_next_one_converges(self, merged: PullOffice, line: str, answer: Answer) -> None:
        honest = merged.server.standing(line)
        merged.server.always(line, answer)
        told = merged.cli("reconcile", code=1).stderr
        assert told.startswith("error: cannot ")
        assert merged.cli.live()["acme-hq"].account.datapoints == 100
        merged.server.always(line, honest)
        assert outcomes(merged.cli)["acme-hq"] == "applied"

    def test_without_credentials_is_everything(self, merged: PullOffice) -> None:
        told = merged.cli.with_(GITHUB_TOKEN="")("reconcile", code=1).stderr
        assert "there are no credentials for GitHub" in told
        assert merged.cli.live()["acme-hq"].account.datapoints == 100
