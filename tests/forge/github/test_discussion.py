"""Comments, labels and checks on a pull request: written once, found again by our own identity, never doubled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from emp_gitops.errors import ForgeError
from emp_gitops.forge.base import Check
from emp_gitops.forge.github.discussion import GitHubDiscussion
from support.answers import Answer, Answers, answers
from support.pulls import HEAD, REPOSITORY, Scene

MARKER = "<!-- emp-gitops:review -->"
BODY = f"**Fine.**\n\n{MARKER}"
ISSUE = f"{REPOSITORY}/issues/12"
READ, WRITE, EDIT = f"GET {ISSUE}/comments", f"POST {ISSUE}/comments", f"PATCH {REPOSITORY}/issues/comments/3"
LABELS, REPOSITORY_LABELS = f"{ISSUE}/labels", f"{REPOSITORY}/labels"
CHECKS, NEW_CHECK = f"GET {REPOSITORY}/commits/{HEAD}/check-runs", f"POST {REPOSITORY}/check-runs"
CHECK = Check(name="emp-gitops", head=HEAD, conclusion="success", title="2 changes", summary="| a |")


class Room:
    def __init__(self, server: Answers) -> None:
        self.server = server
        self.discussion = GitHubDiscussion(Scene(server).client)

    def comment(self, body: str = BODY, by: str | None = "emp-ci", id_: int = 3) -> dict[str, Any]:
        url = f"{self.server.url}{REPOSITORY}/issues/comments/{id_}"
        return {"id": id_, "url": url, "body": body, "user": {"login": by} if by else None}

    def comments(self, *comments: dict[str, Any]) -> None:
        self.server.always(READ, [*comments])

    def written(self) -> list[str]:
        return [line for line in self.server.requests if not line.startswith("GET ")]


@pytest.fixture
def room() -> Iterator[Room]:
    with answers() as server:
        server.always("GET /user", {"login": "emp-ci"})
        server.always(READ, [])
        server.always(WRITE, Answer(201, {"id": 3}))
        server.always(EDIT, {"id": 3})
        yield Room(server)


class TestAComment:
    def test_is_created_where_there_is_none(self, room: Room) -> None:
        room.discussion.put_comment("12", MARKER, BODY)
        assert room.server.given == [(WRITE, {"body": BODY})]

    def test_is_edited_in_place(self, room: Room) -> None:
        room.comments(room.comment(f"old\n{MARKER}"))
        room.discussion.put_comment("12", MARKER, BODY)
        assert room.server.given == [(EDIT, {"body": BODY})]

    def test_that_says_the_same_already_is_left_alone(self, room: Room) -> None:
        room.comments(room.comment())
        room.discussion.put_comment("12", MARKER, BODY)
        assert room.written() == []

    @pytest.mark.parametrize("forger", ["eve", None])
    def test_of_anybody_else_is_never_taken_for_ours(self, room: Room, forger: str | None) -> None:
        room.comments(room.comment(by=forger))
        assert room.discussion.find_comment("12", MARKER) is None
        room.discussion.put_comment("12", MARKER, BODY)
        assert room.written() == [WRITE]

    def test_that_quotes_a_marker_is_no_comment_with_it(self, room: Room) -> None:
        room.comments(room.comment(f"Acme {MARKER} said"))
        assert room.discussion.find_comment("12", MARKER) is None

    def test_is_the_newest_of_ours(self, room: Room) -> None:
        room.comments(room.comment(f"1\n{MARKER}"), room.comment(f"2\n{MARKER}", id_=4), room.comment("3", id_=5))
        assert room.discussion.find_comment("12", MARKER) == f"2\n{MARKER}"

    def test_is_found_on_a_later_page(self, room: Room) -> None:
        following = f'<{room.server.url}{READ.split()[1]}?page=2>; rel="next"'
        room.server.once(READ, Answer(value=[room.comment("hello", by="ana")], headers={"link": following}))
        room.comments(room.comment())
        assert room.discussion.find_comment("12", MARKER) == BODY

    def test_that_was_added_once_is_not_added_again(self, room: Room) -> None:
        room.discussion.comment("12", MARKER, BODY)
        room.comments(room.comment())
        room.discussion.comment("12", MARKER, BODY)
        assert room.written() == [WRITE]

    @pytest.mark.parametrize("lost", [Answer(502), Answer(None)])
    def test_whose_answer_got_lost_is_looked_for_and_not_sent_again(self, room: Room, lost: Answer) -> None:
        room.server.once(READ, Answer(value=[]))
        room.comments(room.comment())
        room.server.always(WRITE, lost)
        room.discussion.put_comment("12", MARKER, BODY)
        assert room.written() == [WRITE]

    def test_that_did_not_come_about_is_an_error(self, room: Room) -> None:
        room.server.always(WRITE, Answer(502))
        with pytest.raises(ForgeError, match=r"cannot comment on #12: GitHub fails \(502\)"):
            room.discussion.put_comment("12", MARKER, BODY)
        assert room.written() == [WRITE]

    def test_that_may_not_be_written_is_told_with_the_permission(self, room: Room) -> None:
        room.server.always(WRITE, Answer(403, {"message": "Resource not accessible by integration"}))
        with pytest.raises(ForgeError) as caught:
            room.discussion.put_comment("12", MARKER, BODY)
        assert "Pull requests: write" in (caught.value.hint or "")

    def test_is_not_written_where_the_others_cannot_be_read(self, room: Room) -> None:
        room.server.always(READ, Answer(500))
        with pytest.raises(ForgeError, match="cannot read the comments on #12"):
            room.discussion.put_comment("12", MARKER, BODY)
        assert room.written() == []

    def test_is_on_a_number(self, room: Room) -> None:
        with pytest.raises(ForgeError, match="there is no application 'application/7'"):
            room.discussion.put_comment("application/7", MARKER, BODY)


class TestLabels:
    @pytest.fixture
    def labelled(self, room: Room) -> Room:
        room.server.always(f"GET {LABELS}", [{"name": "kind: renewal"}, {"name": "kind: Create"}, {"name": "urgent"}])
        room.server.always(f"DELETE {LABELS}/kind%3A%20renewal", [])
        room.server.always(f"GET {REPOSITORY_LABELS}", [{"name": "Kind: license"}])
        room.server.always(f"POST {REPOSITORY_LABELS}", Answer(201, {"name": "kind: datapoints"}))
        room.server.always(f"POST {LABELS}", [])
        return room

    def test_become_the_only_ones_of_their_prefix(self, labelled: Room) -> None:
        labelled.discussion.set_labels("12", prefix="kind: ", labels=["kind: create", "kind: license"])
        assert labelled.written() == [f"DELETE {LABELS}/kind%3A%20renewal", f"POST {LABELS}"]
        assert labelled.server.given == [(f"POST {LABELS}", {"labels": ["kind: license"]})]

    def test_are_made_where_the_repository_has_not_got_them(self, labelled: Room) -> None:
        labelled.discussion.set_labels("12", prefix="kind: ", labels=["kind: create", "kind: renewal", "kind: datapoints"])
        assert labelled.server.given == [
            (f"POST {REPOSITORY_LABELS}", {"name": "kind: datapoints", "color": "ededed", "description": "Set by emp-gitops"}),
            (f"POST {LABELS}", {"labels": ["kind: datapoints"]}),
        ]

    def test_that_somebody_else_made_meanwhile_are_taken(self, labelled: Room) -> None:
        labelled.server.once(f"GET {REPOSITORY_LABELS}", Answer(value=[]))
        labelled.server.always(f"POST {REPOSITORY_LABELS}", Answer(422, {"errors": [{"code": "already_exists"}]}))
        labelled.discussion.set_labels("12", prefix="kind: ", labels=["kind: create", "kind: renewal", "kind: license"])
        assert labelled.written()[-1] == f"POST {LABELS}"

    def test_that_cannot_be_made_are_an_error(self, labelled: Room) -> None:
        labelled.server.always(f"POST {REPOSITORY_LABELS}", Answer(403, {"message": "no"}))
        with pytest.raises(ForgeError, match="cannot make the label 'kind: datapoints'"):
            labelled.discussion.set_labels("12", prefix="kind: ", labels=["kind: datapoints"])

    def test_that_somebody_else_took_off_meanwhile_are_off(self, labelled: Room) -> None:
        labelled.server.always(f"DELETE {LABELS}/kind%3A%20renewal", Answer(404, {"message": "Label does not exist"}))
        labelled.discussion.set_labels("12", prefix="kind: ", labels=["kind: create"])
        assert labelled.written() == [f"DELETE {LABELS}/kind%3A%20renewal"]

    def test_that_are_so_already_are_left_alone(self, labelled: Room) -> None:
        labelled.discussion.set_labels("12", prefix="urgent", labels=["urgent"])
        assert labelled.written() == []


class TestACheck:
    OURS = {"id": 9, "external_id": "emp-gitops:emp-gitops", "app": {"slug": "emp-ci"}}  # noqa: RUF012 - never changed

    @pytest.fixture(autouse=True)
    def app(self, room: Room) -> None:
        room.server.always("GET /user", {"login": "emp-ci[bot]"})

    def checks(self, room: Room, *runs: dict[str, Any]) -> None:
        known = [run | {"url": f"{room.server.url}{REPOSITORY}/check-runs/{run['id']}"} for run in runs]
        room.server.always(CHECKS, {"total_count": len(known), "check_runs": known})

    def test_is_made_on_the_commit(self, room: Room) -> None:
        self.checks(room)
        room.server.always(NEW_CHECK, Answer(201, self.OURS))
        room.discussion.put_check(CHECK)
        assert room.server.given == [(NEW_CHECK, {
            "name": "emp-gitops", "head_sha": HEAD, "external_id": "emp-gitops:emp-gitops", "status": "completed",
            "conclusion": "success", "output": {"title": "2 changes", "summary": "| a |"},
        })]

    def test_is_updated_the_second_time_and_another_of_that_name_is_not(self, room: Room) -> None:
        others = [self.OURS | {"id": 7, "app": {"slug": "eve-ci"}}, self.OURS | {"id": 8, "external_id": "8f3a"}]
        self.checks(room, *others, self.OURS)
        room.server.always(f"PATCH {REPOSITORY}/check-runs/9", self.OURS)
        room.discussion.put_check(CHECK)
        assert [line for line, _ in room.server.given] == [f"PATCH {REPOSITORY}/check-runs/9"]

    def test_whose_answer_got_lost_is_looked_for_and_not_made_again(self, room: Room) -> None:
        room.server.once(CHECKS, Answer(value={"total_count": 0, "check_runs": []}))
        self.checks(room, self.OURS)
        room.server.always(NEW_CHECK, Answer(502))
        room.discussion.put_check(CHECK)
        assert room.written() == [NEW_CHECK]

    def test_that_the_token_may_not_write_is_told_with_the_permission(self, room: Room) -> None:
        self.checks(room)
        room.server.always(NEW_CHECK, Answer(403, {"message": "Resource not accessible by personal access token"}))
        with pytest.raises(ForgeError, match="cannot report on commit aaaaaaaaaaaa") as caught:
            room.discussion.put_check(CHECK)
        assert caught.value.hint == "give the token, or the App, the permission Checks: write"
