"""Pull requests as applications: which are, and in which state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from emp_gitops.core.config import ApprovalPolicy, Roles
from emp_gitops.errors import ForgeError
from emp_gitops.forge.base import Application
from emp_gitops.forge.github.applications import GitHubForge
from support.answers import Answer, answers
from support.pulls import EARLIER, HEAD, REPOSITORY, Scene, review

PULLS, PULL = f"{REPOSITORY}/pulls", f"{REPOSITORY}/pulls/12"
FILES = f"GET {PULL}/files"


class Desk:
    """The forge of a scene, whose pull request is open."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        scene.pull |= {
            "state": "open", "merged": False, "merge_commit_sha": None, "draft": False, "title": "More for Acme",
            "created_at": "2026-11-20T08:00:00Z", "html_url": "https://github.com/acme/emp/pull/12",
        }
        scene.pull["head"]["ref"] = "application/acme-hq-datapoints"
        self.files: list[dict[str, Any]] = [{"filename": "README.md"}, {"filename": "accounts/acme/acme-hq.yaml"}]

    def forge(self, **approvals: Any) -> GitHubForge:
        self.scene.source()
        self.scene.server.always(f"GET {PULLS}", [self.scene.pull])
        self.scene.server.always(FILES, self.files)
        config = self.scene.config
        object.__setattr__(config, "approvals", ApprovalPolicy(source="github", **approvals))
        return GitHubForge(self.scene.client, config, repository=None)  # type: ignore[arg-type] # reads GitHub alone

    def application(self, **approvals: Any) -> Application:
        return self.forge(**approvals).application("12")


@pytest.fixture
def desk() -> Iterator[Desk]:
    with answers() as server:
        yield Desk(Scene(server))


class TestTheList:
    def test_has_what_a_person_wants_to_know(self, desk: Desk) -> None:
        assert desk.forge().applications() == [Application(
            id="12", title="More for Acme", state="approved", requester="ana", branch="application/acme-hq-datapoints",
            opened_at=datetime(2026, 11, 20, 8, tzinfo=UTC), head=HEAD, url="https://github.com/acme/emp/pull/12",
            approved_by=("carla",),
        )]

    @pytest.mark.parametrize("file", [
        {"filename": "docs/accounts.md"}, {"filename": "emp-gitops.yaml"}, {"filename": "my-accounts/a.yaml"},
    ])
    def test_leaves_out_what_changes_no_account(self, desk: Desk, file: dict[str, Any]) -> None:
        desk.files = [file]
        assert desk.forge().applications() == []

    @pytest.mark.parametrize("file", [
        {"filename": "a.yaml", "previous_filename": "accounts/a.yaml"}, {"filename": "emp/accounts/a.yaml"},
    ])
    def test_has_what_moves_one_away_and_what_stands_in_a_folder(self, desk: Desk, file: dict[str, Any]) -> None:
        desk.files = [file]
        assert [each.id for each in desk.forge().applications()] == ["12"]

    def test_has_accounts_that_stand_on_a_later_page(self, desk: Desk) -> None:
        forge = desk.forge()
        desk.scene.server.once(FILES, Answer(value=[{"filename": "README.md"}], headers={
            "link": f'<{desk.scene.server.url}{PULL}/files?page=2>; rel="next"',
        }))
        assert len(forge.applications()) == 1

    def test_has_one_of_more_files_than_github_lists_whatever_those_are(self, desk: Desk) -> None:
        forge, pages = desk.forge(), [[{"filename": f"{page}/{at}.md"} for at in range(100)] for page in range(30)]
        link = {"link": f'<{desk.scene.server.url}{PULL}/files?page=2>; rel="next"'}
        desk.scene.server.once(FILES, *[Answer(value=page, headers=link) for page in pages[:-1]])
        desk.files[:] = pages[-1][1:]
        assert forge.applications() == []
        desk.scene.server.once(FILES, *[Answer(value=page, headers=link) for page in pages[:-1]])
        desk.files[:] = pages[-1]
        assert [each.id for each in forge.applications()] == ["12"]

    @pytest.mark.parametrize("line", [f"GET {PULLS}", FILES])
    def test_is_not_shorter_where_github_fails(self, desk: Desk, line: str) -> None:
        forge = desk.forge()
        desk.scene.server.always(line, Answer(503))
        with pytest.raises(ForgeError, match=r"GitHub fails \(503\)"):
            forge.applications()

    def test_has_an_application_whose_people_cannot_be_read(self, desk: Desk) -> None:
        forge = desk.forge()
        desk.scene.server.always(f"GET {PULL}/reviews", Answer(503))
        found, = forge.applications()
        assert (found.state, found.approved_by) == ("failed", ())
        assert "GitHub fails (503)" in str(found.trouble)


class TestTheState:
    def test_is_pending_without_a_review(self, desk: Desk) -> None:
        desk.scene.reviews = []
        assert (desk.application().state, desk.application().approved_by) == ("pending", ())

    def test_is_pending_until_enough_people_approved(self, desk: Desk) -> None:
        assert desk.application(required=2).state == "pending"
        desk.scene.reviews.append(review("berta"))
        assert desk.application(required=2).state == "approved"

    def test_is_pending_after_a_push(self, desk: Desk) -> None:
        desk.scene.reviews = [review("carla", at=EARLIER)]
        assert desk.application().state == "pending"

    def test_is_pending_where_nobody_who_may_asks_for_it(self, desk: Desk) -> None:
        desk.scene.roles = Roles(customer_success=("carla",))
        assert (desk.application().state, desk.application().requester) == ("pending", "ana")

    def test_is_changes_requested_where_customer_success_says_so(self, desk: Desk) -> None:
        desk.scene.reviews.append(review("berta", "CHANGES_REQUESTED"))
        assert desk.application().state == "changes_requested"

    def test_is_draft_for_a_draft(self, desk: Desk) -> None:
        desk.scene.pull["draft"] = True
        assert desk.application().state == "draft"

    def test_is_applied_after_the_merge(self, desk: Desk) -> None:
        desk.scene.pull |= {"state": "closed", "merged": True}
        assert (desk.application().state, desk.application().approved_by) == ("applied", ("carla",))

    def test_is_rejected_when_closed_without_one(self, desk: Desk) -> None:
        desk.scene.pull["state"] = "closed"
        assert (desk.application().state, desk.application().approved_by) == ("rejected", ())

    def test_of_somebody_who_left_github_is_still_told(self, desk: Desk) -> None:
        desk.scene.pull["user"] = None
        assert (desk.application().state, desk.application().requester) == ("pending", "a deleted user")


class TestOneApplication:
    def test_is_found_by_its_number_also_with_a_hash(self, desk: Desk) -> None:
        assert desk.forge().application("#12") == desk.application()

    @pytest.mark.parametrize("id_", ["", "0", "application/x", "12/../13", "\u0661\u0662", "-1", "9" * 20])
    def test_is_not_found_by_anything_else(self, desk: Desk, id_: str) -> None:
        with pytest.raises(ForgeError, match="there is no application"):
            desk.forge().application(id_)
        assert desk.scene.server.requests == []

    def test_that_does_not_exist_is_an_error(self, desk: Desk) -> None:
        with pytest.raises(ForgeError, match="cannot read pull request #13: GitHub knows no such thing"):
            desk.forge().application("13")

    def test_goes_into_main(self, desk: Desk) -> None:
        desk.scene.pull["base"]["ref"] = "staging"
        with pytest.raises(ForgeError, match="it goes into 'staging'"):
            desk.application()
