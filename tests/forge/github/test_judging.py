"""Which pull request a step of main is judged by, by whose roles, and what an unreadable answer leads to."""

from __future__ import annotations

from typing import Any

import pytest

from emp_gitops.core.config import Roles
from emp_gitops.errors import ForgeError
from support.answers import Answer
from support.forms import markdown_of
from support.pulls import EARLIER, HEAD, MERGE, NEXT, REPOSITORY, Scene, commit, review

TEAM = "GET /orgs/acme/teams/success/members"


class TestAStep:
    def test_takes_in_all_commits_of_a_rebased_pull_request(self, scene: Scene) -> None:
        scene.pull |= {"merge_commit_sha": NEXT, "commits": 2}
        scene.commits = [commit(EARLIER), commit(HEAD)]
        assert scene.judge(MERGE, NEXT, "d" * 40).commits == 2

    def test_takes_in_no_more_commits_than_the_pull_request_has(self, scene: Scene) -> None:
        scene.pull["merge_commit_sha"] = NEXT
        verdict = scene.judge(MERGE, NEXT)
        assert (verdict.commits, verdict.trouble) == (1, "it was pushed to main before its application #12 was merged")

    def test_of_which_only_a_part_is_there_is_not_approved(self, scene: Scene) -> None:
        scene.pull["merge_commit_sha"] = NEXT
        verdict = scene.judge(MERGE)
        assert (verdict.commits, verdict.trouble) == (1, "only a part of its application #12 is in this revision")

    @pytest.mark.parametrize("change", [
        {"merged": False}, {"base": {"ref": "other", "repo": {"id": 7}}}, {"merged": None},
    ])
    def test_without_a_merged_pull_request_of_main_was_pushed(self, scene: Scene, change: dict[str, Any]) -> None:
        scene.pull |= change
        assert scene.trouble() == "it was pushed to main without an application"

    def test_with_a_pull_request_of_a_fork_was_pushed(self, scene: Scene) -> None:
        source = scene.source()
        short = {"number": 12, "base": {"ref": "main", "repo": {"id": 8}}}
        scene.server.always(f"GET {REPOSITORY}/commits/{MERGE}/pulls", [short])
        assert "without an application" in (source.judge([MERGE], scene.policy).trouble or "")

    def test_that_github_does_not_know_was_pushed_nowhere(self, scene: Scene) -> None:
        source = scene.source()
        unknown = Answer(422, {"message": f"No commit found for SHA: {MERGE}"})
        scene.server.always(f"GET {REPOSITORY}/commits/{MERGE}/pulls", unknown)
        assert source.judge([MERGE], scene.policy).trouble == "GitHub has no such commit, so no application brought it"


class TestTheRequester:
    def test_must_be_a_super_admin(self, scene: Scene) -> None:
        scene.pull["user"] = {"login": "eve"}
        assert scene.trouble() == "eve, who asked for it, is no SuperAdmin"

    def test_who_left_github_asks_for_nothing(self, scene: Scene) -> None:
        scene.pull["user"] = None
        assert scene.trouble() == "nobody knows who opened it: the account is gone"


class TestATeam:
    @pytest.fixture
    def teamed(self, scene: Scene) -> Scene:
        scene.roles = Roles(super_admins=("ana",), customer_success=("@acme/success",))
        return scene

    def test_is_read_by_its_members_once(self, teamed: Scene) -> None:
        teamed.server.always(TEAM, [{"login": "Carla"}])
        source = teamed.source()
        for _ in range(2):
            assert source.judge([MERGE], teamed.policy).approved_by == ("carla",)
        assert teamed.server.requests.count(TEAM) == 1

    def test_without_the_approver_is_not_enough(self, teamed: Scene) -> None:
        teamed.server.always(TEAM, [])
        assert "is not in Customer Success" in teamed.trouble()

    @pytest.mark.parametrize("status", [401, 403, 404, 500])
    def test_that_cannot_be_read_stops_the_judgement(self, teamed: Scene, status: int) -> None:
        teamed.server.always(TEAM, Answer(status, {"message": "no"}))
        with pytest.raises(ForgeError, match="cannot read who is in @acme/success") as caught:
            teamed.judge()
        assert "Members: read" in (caught.value.hint or "")


class TestAnAnswerThatIsMissing:
    @pytest.mark.parametrize("path", [f"commits/{MERGE}/pulls", "pulls/12", "pulls/12/reviews", "pulls/12/commits", "issues/12/events"])
    @pytest.mark.parametrize("answer", [Answer(403, {}), Answer(404, {}), Answer(502), Answer(None)])
    def test_is_never_an_approval(self, scene: Scene, path: str, answer: Answer) -> None:
        source = scene.source()
        scene.server.always(f"GET {REPOSITORY}/{path}", answer)
        with pytest.raises(ForgeError) as caught:
            source.judge([MERGE], scene.policy)
        assert caught.value.where == "github:acme/emp"

    @pytest.mark.parametrize("path", [f"commits/{MERGE}/pulls", "pulls/12/reviews", "pulls/12/commits", "issues/12/events"])
    def test_is_one_that_makes_no_sense_too(self, scene: Scene, path: str) -> None:
        source = scene.source()
        scene.server.always(f"GET {REPOSITORY}/{path}", [7])
        with pytest.raises(ForgeError, match="the answer is none of GitHub's"):
            source.judge([MERGE], scene.policy)


class TestAForm:
    @pytest.fixture
    def formed(self, scene: Scene) -> Scene:
        scene.forms_app = "emp-forms"
        scene.pull |= {"user": {"login": "emp-forms[bot]"}, "body": "Asked for\n\n<!-- emp-gitops:form issue=7 -->\n"}
        scene.commits = [commit(HEAD, "emp-forms[bot]")]
        scene.server.always(f"GET {REPOSITORY}/issues/7", {
            "number": 7, "user": {"login": "ana"}, "created_at": "2026-11-20T08:00:00Z", "state": "closed",
            "body": markdown_of("datapoints", {"account": "acme-hq", "datapoints": "150"}),
        })
        edited(scene)
        return scene

    def test_that_a_super_admin_sent_is_their_application(self, formed: Scene) -> None:
        verdict = formed.judge()
        assert (verdict.trouble, verdict.requested_by, verdict.head) == (None, "ana", HEAD)
        assert verdict.form is not None
        assert (verdict.form.issue, verdict.form.kind, verdict.form.requested_by) == ("#7", "datapoints", "ana")

    def test_that_anybody_else_sent_is_none(self, formed: Scene) -> None:
        formed.roles = Roles(super_admins=("berta",), customer_success=("carla",))
        assert formed.trouble() == "ana, who asked for it, is no SuperAdmin"

    def test_is_not_approved_by_whoever_sent_it(self, formed: Scene) -> None:
        formed.roles = Roles(super_admins=("ana",), customer_success=("ana",))
        formed.reviews = [review("ana")]
        assert formed.trouble() == "ana approved an application of their own"

    def test_that_somebody_else_edited_is_none(self, formed: Scene) -> None:
        edited(formed, {"login": "ana"}, {"login": "eve"})
        assert "eve has edited this form" in formed.trouble()

    def test_that_a_deleted_user_edited_is_none(self, formed: Scene) -> None:
        edited(formed, None)
        assert "a deleted user has edited this form" in formed.trouble()

    def test_that_the_pull_request_does_not_name_is_none(self, formed: Scene) -> None:
        formed.pull["body"] = None
        assert "its text names no form" in formed.trouble()

    def test_of_another_app_is_none(self, formed: Scene) -> None:
        formed.forms_app = "other"
        assert formed.trouble() == "emp-forms[bot], who asked for it, is no SuperAdmin"

    def test_that_was_edited_more_often_than_github_tells_is_not_judged(self, formed: Scene) -> None:
        edits = {"nodes": [], "pageInfo": {"hasNextPage": True}}
        formed.server.always("POST /graphql", {"data": {"repository": {"issue": {"userContentEdits": edits}}}})
        with pytest.raises(ForgeError, match="edited more than 100 times"):
            formed.judge()

    @pytest.mark.parametrize("value", [{"data": None}, {"errors": [{"message": "no"}]}, {"data": {"repository": {"issue": None}}}])
    def test_whose_editors_are_not_told_is_not_judged(self, formed: Scene, value: Any) -> None:
        formed.server.always("POST /graphql", value)
        with pytest.raises(ForgeError, match="cannot read who edited issue #7"):
            formed.judge()

    def test_that_is_a_pull_request_itself_is_not_judged(self, formed: Scene) -> None:
        formed.server.always(f"GET {REPOSITORY}/issues/7", {
            "number": 7, "user": {"login": "ana"}, "body": "x", "created_at": "2026-11-20T08:00:00Z", "state": "open",
            "pull_request": {"url": "https://api.github.com/x"},
        })
        with pytest.raises(ForgeError, match="is a pull request"):
            formed.judge()


class TestAProposedRenewal:
    """The App proposes it; nobody asked yet."""

    @pytest.fixture
    def proposed(self, scene: Scene) -> Scene:
        scene.forms_app = "emp-forms"
        body = "Renew?\n\n<!-- emp-gitops:proposed-renewal account=acme-hq -->\n"
        scene.pull |= {"user": {"login": "emp-forms[bot]"}, "body": body, "created_at": "2026-11-20T08:00:00Z"}
        scene.commits = [commit(HEAD, "emp-forms[bot]")]
        scene.roles = Roles(super_admins=("ana", "berta"), customer_success=("berta", "carla"))
        return scene

    def test_is_asked_for_by_the_super_admin_who_approves_it(self, proposed: Scene) -> None:
        proposed.reviews = [review("carla"), review("ana")]
        verdict = proposed.judge()
        assert (verdict.trouble, verdict.requested_by, verdict.approved_by) == (None, "ana", ("carla",))
        assert verdict.form is not None
        assert (verdict.form.kind, verdict.form.issue, verdict.form.answers) == ("renewal", "#12", {"account": "acme-hq"})
        assert verdict.form.sent_at.isoformat() == "2026-11-20T08:00:00+00:00"

    @pytest.mark.parametrize("reviews", [[], [review("carla")], [review("ana", "DISMISSED")], [review("ana", at=EARLIER)]])
    def test_is_asked_for_by_nobody_without(self, proposed: Scene, reviews: list[dict[str, Any]]) -> None:
        proposed.reviews = reviews
        assert proposed.trouble() == "no SuperAdmin approved its last commit, which would make it a request"

    @pytest.mark.parametrize(("change", "said"), [
        ({"commits": 250}, "GitHub lists no more than 250"), ({}, "GitHub knows no author of its commit"),
    ])
    def test_whose_makers_cannot_be_known_is_refused_and_stops_nobody_else(
        self, proposed: Scene, change: dict[str, Any], said: str
    ) -> None:
        proposed.pull |= change
        proposed.commits = [commit(HEAD, None)]
        proposed.reviews = [review("ana"), review("carla")]
        assert said in proposed.trouble()

    @pytest.mark.parametrize("login", ["ana", "berta"])
    def test_takes_two_people(self, proposed: Scene, login: str) -> None:
        proposed.reviews = [review(login)]
        said = f"{login} made it a request by approving it, and nobody else in Customer Success approved its last commit"
        assert proposed.trouble() == said

    @pytest.mark.parametrize(("logins", "requester", "approver"), [(("berta", "ana"), "ana", "berta"), (("berta", "carla"), "berta", "carla")])
    def test_is_approved_by_who_is_both_where_somebody_else_asks(
        self, proposed: Scene, logins: tuple[str, ...], requester: str, approver: str
    ) -> None:
        proposed.reviews = [review(login) for login in logins]
        verdict = proposed.judge()
        assert (verdict.requested_by, verdict.approved_by) == (requester, (approver,))

    def test_of_another_app_is_nothing_but_an_application_of_that(self, proposed: Scene) -> None:
        proposed.forms_app = "other"
        proposed.reviews = [review("ana"), review("carla")]
        assert proposed.trouble() == "emp-forms[bot], who asked for it, is no SuperAdmin"


def edited(scene: Scene, *editors: Any) -> None:
    edits = {"nodes": [{"editor": each} for each in editors], "pageInfo": {"hasNextPage": False}}
    scene.server.always("POST /graphql", {"data": {"repository": {"issue": {"userContentEdits": edits}}}})

