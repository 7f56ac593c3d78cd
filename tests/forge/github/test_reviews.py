"""Whose approval of a pull request counts, and what an application is told that has none."""

from __future__ import annotations

from typing import Any

import pytest

from emp_gitops.errors import ForgeError
from support.pulls import EARLIER, EVENTS, HEAD, Scene, commit, event, review


class TestAnApproval:
    def test_counts_on_the_last_commit_by_customer_success(self, scene: Scene) -> None:
        verdict = scene.judge()
        assert (verdict.trouble, verdict.application, verdict.head) == (None, "12", HEAD)
        assert (verdict.requested_by, verdict.approved_by) == ("ana", ("carla",))

    def test_counts_in_whatever_case_the_login_is_written(self, scene: Scene) -> None:
        scene.reviews = [review("CARLA")]
        assert scene.judge().approved_by == ("CARLA",)

    def test_of_several_people_counts_for_each_once(self, scene: Scene) -> None:
        scene.reviews = [review("carla"), review("berta"), review("Carla")]
        assert scene.judge().approved_by == ("carla", "berta")

    @pytest.mark.parametrize("later", ["COMMENTED", "PENDING"])
    def test_outlasts_a_later_comment(self, scene: Scene, later: str) -> None:
        scene.reviews = [review("carla"), review("carla", later)]
        assert scene.judge().approved_by == ("carla",)

    def test_outlasts_an_earlier_wish_for_changes_of_the_same_person(self, scene: Scene) -> None:
        scene.reviews = [review("carla", "CHANGES_REQUESTED"), review("carla")]
        assert scene.judge().approved_by == ("carla",)

    def test_is_void_after_a_push(self, scene: Scene) -> None:
        scene.reviews = [review("carla", at=EARLIER)]
        assert scene.trouble() == "carla approved an earlier commit of it, not its last one"

    def test_of_a_commit_that_is_gone_is_void(self, scene: Scene) -> None:
        scene.reviews = [review("carla") | {"commit_id": None}]
        assert "an earlier commit" in scene.trouble()

    def test_is_void_once_dismissed(self, scene: Scene) -> None:
        scene.reviews = [review("carla", "DISMISSED")]
        assert scene.trouble() == "nobody of Customer Success approved its last commit"

    def test_is_void_after_the_same_person_asks_for_changes(self, scene: Scene) -> None:
        scene.reviews = [review("carla"), review("carla", "CHANGES_REQUESTED")]
        assert scene.trouble() == "carla of Customer Success asks for changes"

    def test_of_somebody_who_left_github_does_not_count(self, scene: Scene) -> None:
        scene.reviews = [review(None)]
        assert scene.trouble() == "nobody of Customer Success approved its last commit"

    def test_of_anybody_else_does_not_count(self, scene: Scene) -> None:
        scene.reviews = [review("eve")]
        assert scene.trouble() == "eve, who approved it, is not in Customer Success"

    def test_of_ones_own_application_does_not_count(self, scene: Scene) -> None:
        scene.pull["user"] = {"login": "Berta"}
        scene.reviews = [review("berta")]
        assert scene.trouble() == "berta approved an application of their own"

    @pytest.mark.parametrize("written", [
        commit(HEAD, "Carla"), commit(HEAD, committer="carla"),
        commit(HEAD, message="x\n\nCo-authored-by: C <12+carla@users.noreply.127.0.0.1>"),
        commit(HEAD, message="x\n\nco-Authored-By : <12+Called-Otherwise-Then@users.noreply.127.0.0.1>\r\nx"),
    ])
    def test_of_ones_own_commits_does_not_count(self, scene: Scene, written: dict[str, Any]) -> None:
        scene.pull["commits"] = 2
        scene.commits = [commit(EARLIER), written]
        assert scene.trouble() == "carla approved commits of their own"
        scene.reviews.append(review("berta"))
        assert scene.judge().approved_by == ("berta",)


    @pytest.mark.parametrize("kind", ["base_ref_changed", "automatic_base_change_succeeded"])
    def test_from_before_it_went_into_main_does_not_count(self, scene: Scene, kind: str) -> None:
        scene.reviews = [review("carla", on="2026-11-20T12:00:00Z"), review("berta", on="2026-11-20T13:00:00Z")]
        scene.events = [event(kind, "2026-11-20T09:00:00Z"), event(kind, "2026-11-20T12:00:00Z")]
        assert scene.judge().approved_by == ("berta",)
        scene.events.append(event(kind, "2026-11-20T13:00:01Z"))
        assert scene.trouble() == "carla approved it before it went into main"

    def test_outlasts_whatever_else_happens_to_the_application(self, scene: Scene) -> None:
        scene.events = [event(kind, "2026-11-21T12:00:00Z") for kind in ("closed", "reopened", "renamed", "head_ref_restored")]
        assert scene.judge().approved_by == ("carla",)

    def test_is_looked_at_for_what_happened_since_only_where_it_counts(self, scene: Scene) -> None:
        scene.reviews = [review("carla", at=EARLIER)]
        scene.judge()
        assert EVENTS not in scene.server.requests


class TestACoAuthor:
    """With an address that is not GitHub's own, as the author's address was one of everybody's."""

    @pytest.fixture
    def paired(self, scene: Scene) -> Scene:
        scene.commits = [commit(HEAD, message="x\n\nCo-authored-by: Pat <Pat@home.example>\n")]
        return scene

    def test_whose_login_github_tells_is_taken_for_who_they_are(self, paired: Scene) -> None:
        authors(paired, ("ana@home.example", "ana"), ("pat@home.example", "Carla"))
        assert paired.trouble() == "carla approved commits of their own"
        authors(paired, ("ana@home.example", "ana"), ("pat@home.example", "berta"))
        assert paired.judge().approved_by == ("carla",)

    @pytest.mark.parametrize("told", [[("pat@home.example", None)], [("ana@home.example", "ana")], []])
    def test_whom_github_does_not_know_may_be_anybody(self, paired: Scene, told: list[tuple[str, str | None]]) -> None:
        authors(paired, *told)
        assert paired.trouble() == (
            f"its commit {HEAD[:12]} names pat@home.example as a co-author, and GitHub does not tell who that is: commit "
            "again with an address that its owner has on GitHub, or without the line"
        )

    @pytest.mark.parametrize(("line", "named"), [
        ("Co-authored-by: Carla", "carla"), ("Co-authored-by:", "nobody"),
        ("co-authored-by: <carla@users.noreply.github.com.evil.example>", "carla@users.noreply.github.com.evil.example"),
        ("Co-authored-by: <99+carla@users.noreply.evil.example>", "99+carla@users.noreply.evil.example"),
    ])
    def test_without_an_address_that_says_who_may_be_anybody(self, scene: Scene, line: str, named: str) -> None:
        scene.commits = [commit(HEAD, message=f"x\n\n{line}\n")]
        authors(scene, ("ana@home.example", "ana"))
        assert f"names {named} as a co-author" in scene.trouble()

    def test_is_asked_for_once(self, paired: Scene) -> None:
        paired.pull["commits"] = 2
        paired.commits.insert(0, paired.commits[0] | {"sha": EARLIER})
        authors(paired, ("pat@home.example", "berta"))
        paired.judge()
        assert paired.server.requests.count("POST /graphql") == 1

    def test_by_a_number_of_githubs_is_not_asked_for(self, scene: Scene) -> None:
        scene.commits = [commit(HEAD, message="x\n\nCo-authored-by: B <49+dependabot[bot]@users.noreply.127.0.0.1>")]
        assert scene.judge().approved_by == ("carla",)

    @pytest.mark.parametrize("answer", [
        {"data": None}, {"data": {"repository": {"object": None}}}, {"errors": [{"message": "no"}]},
        {"data": {"repository": {"object": {"authors": {"nodes": [{"email": None, "user": None}]}}}}},
    ])
    def test_that_cannot_be_read_stops_the_judgement(self, paired: Scene, answer: Any) -> None:
        paired.server.always("POST /graphql", answer)
        with pytest.raises(ForgeError, match="cannot read the reviews of pull request #12"):
            paired.judge()


class TestAnApplication:
    def test_waits_while_customer_success_asks_for_changes_whoever_else_approved(self, scene: Scene) -> None:
        scene.reviews = [review("berta", "CHANGES_REQUESTED", at=EARLIER), review("carla")]
        assert scene.trouble() == "berta of Customer Success asks for changes"

    def test_does_not_wait_for_others_who_ask_for_changes(self, scene: Scene) -> None:
        scene.reviews = [review("eve", "CHANGES_REQUESTED"), review("carla")]
        assert scene.judge().approved_by == ("carla",)

    @pytest.mark.parametrize("nobody", [None, {}])
    def test_with_a_commit_of_nobody_known_is_told_which_and_how_to_mend_it(self, scene: Scene, nobody: Any) -> None:
        scene.commits = [commit(HEAD, nobody)]
        assert HEAD[:12] in scene.trouble()
        assert "adds the commit's address to their GitHub account" in scene.trouble()

    def test_with_a_committer_whom_nobody_knows_is_told_which(self, scene: Scene) -> None:
        scene.commits = [commit(HEAD, committer={})]
        assert f"GitHub knows no committer of its commit {HEAD[:12]}" in scene.trouble()

    @pytest.mark.parametrize("address", ["noreply@github.com", "noreply@127.0.0.1"])
    def test_that_was_edited_on_githubs_pages_has_no_other_committer(self, scene: Scene, address: str) -> None:
        scene.commits = [commit(HEAD, committer={})]
        scene.commits[0]["commit"]["committer"]["email"] = address
        assert scene.judge().approved_by == ("carla",)
        scene.commits = [commit(HEAD, committer="web-flow")]
        assert scene.judge().approved_by == ("carla",)

    def test_of_more_commits_than_github_lists_is_to_be_split(self, scene: Scene) -> None:
        scene.pull["commits"] = 250
        assert "split it" in scene.trouble()

    @pytest.mark.parametrize("commits", [[], [commit(EARLIER)], [commit(EARLIER), commit(HEAD)]])
    def test_whose_commits_are_not_all_there_is_not_judged(self, scene: Scene, commits: list[Any]) -> None:
        scene.commits = commits
        with pytest.raises(ForgeError, match="changed while it was read"):
            scene.judge()


def authors(scene: Scene, *told: tuple[str, str | None]) -> None:
    """What GitHub's GraphQL says of the authors of a commit: addresses and logins."""
    nodes = [{"email": address, "user": login and {"login": login}} for address, login in told]
    scene.server.always("POST /graphql", {"data": {"repository": {"object": {"authors": {"nodes": nodes}}}}})
