"""The scripts of the reconcile workflow, run for a user's repository on a scripted GitHub."""

from __future__ import annotations

import pytest

from support.pull_office import TEAM
from support.rooms import APP_TOKEN, TOKEN, Room


@pytest.mark.parametrize("event", ["push", "schedule", "workflow_dispatch"])
def test_whatever_starts_it_what_was_approved_is_applied(room: Room, event: str) -> None:
    pull = room.office.apply_for("acme-hq", datapoints=150)
    room.office.review(pull, "carla")
    room.office.merge(pull, "squash")
    ended = room.run("reconcile", event, {}, EMP_PLATFORM=room.platform)
    assert ended.code == 0, ended.log
    assert room.office.cli.live()["acme-hq"].account.datapoints == 150

def test_it_looks_at_main_as_it_is_now_and_not_at_what_started_it(room: Room) -> None:
    late = room.checkout("main")
    pull = room.office.apply_for("acme-hq", datapoints=150)
    room.office.review(pull, "carla")
    room.office.merge(pull)
    assert room.run("reconcile", "push", {}, checkout=late, EMP_PLATFORM=room.platform).code == 0
    assert room.office.cli.live()["acme-hq"].account.datapoints == 150

def test_a_direct_push_is_refused_and_fails_the_run(room: Room) -> None:
    room.office.push("acme-hq", datapoints=150)
    ended = room.run("reconcile", "push", {}, EMP_PLATFORM=room.platform)
    assert ended.code != 0
    assert "pushed to main without an application" in ended.log
    assert "exit status 3" in ended.log
    assert room.office.cli.live()["acme-hq"].account.datapoints == 100

def test_without_its_platform_it_fails_and_never_starts_an_empty_one(room: Room) -> None:
    ended = room.run("reconcile", "schedule", {})
    assert ended.code != 0
    assert "set the secret EMP_PLATFORM in the environment production" in ended.log
    assert not list(room.machine.rglob("platform.db"))

def test_an_app_that_may_read_teams_speaks_where_there_is_one(room: Room) -> None:
    room.run("reconcile", "schedule", {}, EMP_PLATFORM=room.platform)
    assert room.tokens() <= {TOKEN}
    pull = room.office.apply_for("acme-hq", datapoints=150)
    room.office.review(pull, "carla")
    room.office.merge(pull)
    ended = room.run(
        "reconcile", "schedule", {}, variables={"EMP_GITHUB_APP_ID": "Iv1"}, EMP_PLATFORM=room.platform,
        EMP_GITHUB_APP_KEY="the-key-of-an-app",
    )
    assert ended.code == 0, ended.log
    assert TEAM in room.office.server.requests
    assert APP_TOKEN in room.tokens()
