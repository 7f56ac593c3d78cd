"""Whose approval of a pull request counts, and what an application is told that has none."""

from __future__ import annotations

from typing import Any

import pytest

from emp_gitops.errors import ForgeError
from support.pulls import EARLIER, HEAD, Scene, commit, review


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
        commit(HEAD, "Carla"), commit(HEAD, message="x\n\nCo-authored-by: C <12+carla@users.noreply.github.com>"),
        commit(HEAD, message="x\n\nco-Authored-By: C <Carla@users.noreply.ghe.example>"),
    ])
    def test_of_ones_own_commits_does_not_count(self, scene: Scene, written: dict[str, Any]) -> None:
        scene.pull["commits"] = 2
        scene.commits = [commit(EARLIER), written]
        assert scene.trouble() == "carla approved commits of their own"
        scene.reviews.append(review("berta"))
        assert scene.judge().approved_by == ("berta",)


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

    def test_of_more_commits_than_github_lists_is_to_be_split(self, scene: Scene) -> None:
        scene.pull["commits"] = 250
        assert "split it" in scene.trouble()

    @pytest.mark.parametrize("commits", [[], [commit(EARLIER)], [commit(EARLIER), commit(HEAD)]])
    def test_whose_commits_are_not_all_there_is_not_judged(self, scene: Scene, commits: list[Any]) -> None:
        scene.commits = commits
        with pytest.raises(ForgeError, match="changed while it was read"):
            scene.judge()
