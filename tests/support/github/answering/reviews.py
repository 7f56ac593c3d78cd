"""Reviews of pull requests, and whom they are asked of."""

from __future__ import annotations

from support.github.model import RefusedError
from support.github.routing import REPO, Call, Listing, Reply, answers
from support.github.shapes import discussions
from support.github.state import State

_PULL = f"{REPO}/pulls/{{pull_number}}"
_EVENTS = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "COMMENT": "COMMENTED", None: "PENDING"}


@answers("GET", f"{_PULL}/reviews")
def list_(state: State, call: Call) -> Listing:
    pull = state.pull(call.number("pull_number"))
    return Listing(pull.reviews, lambda review: discussions.review(state, review, pull))


@answers("POST", f"{_PULL}/reviews")
def create(state: State, call: Call) -> Reply:
    pull, event, by = state.pull(call.number("pull_number")), call.body.get("event"), call.identity.login
    if by == pull.issue.by and event in ("APPROVE", "REQUEST_CHANGES"):
        what = "approve" if event == "APPROVE" else "request changes on"
        raise RefusedError(422, "Unprocessable Entity", errors=[f"Can not {what} your own pull request"])
    if event in ("REQUEST_CHANGES", "COMMENT") and not call.body.get("body"):
        raise RefusedError(422, "Unprocessable Entity", errors=["Could not comment pull request review."])
    review = state.add_review(
        pull, by=by, state=_EVENTS[event], body=call.body.get("body", ""), commit=call.body.get("commit_id")
    )
    return Reply(discussions.review(state, review, pull))


@answers("PUT", f"{_PULL}/reviews/{{review_id}}/dismissals")
def dismiss(state: State, call: Call) -> Reply:
    pull = state.pull(call.number("pull_number"))
    for review in pull.reviews:
        if review.id == call.number("review_id"):
            if review.state not in ("APPROVED", "CHANGES_REQUESTED"):
                raise RefusedError(422, "Unprocessable Entity", errors=["Can not dismiss a pending pull request review"])
            review.state = "DISMISSED"
            return Reply(discussions.review(state, review, pull))
    raise RefusedError(404, "Not Found")


@answers("GET", f"{_PULL}/requested_reviewers")
def reviewers(state: State, call: Call) -> Reply:
    return Reply(discussions.reviewers(state, state.pull(call.number("pull_number"))))


@answers("POST", f"{_PULL}/requested_reviewers")
def ask(state: State, call: Call) -> Reply:
    pull = state.pull(call.number("pull_number"))
    people = [state.user(login).login for login in call.body.get("reviewers", [])]
    if pull.issue.by in people:
        raise RefusedError(422, "Review cannot be requested from pull request author.")
    slugs = {team.slug for team in state.teams}
    teams = call.body.get("team_reviewers", [])
    if not slugs.issuperset(teams):
        raise RefusedError(422, "Could not resolve to a node with the global id of one of the teams.")
    pull.asked = list(dict.fromkeys([*pull.asked, *people]))
    pull.asked_teams = list(dict.fromkeys([*pull.asked_teams, *teams]))
    return Reply(discussions.pull(state, pull), 201)
