"""The scripts of the reminders workflow, run for a user's repository on a scripted GitHub."""

from __future__ import annotations

import pytest

from support.pulls import REPOSITORY
from support.rooms import APP_TOKEN, TOKEN, Room


@pytest.fixture
def quiet(room: Room) -> Room:
    """No issues yet, and nothing due: the terms end in March."""
    room.office.server.always(f"GET {REPOSITORY}/issues", [])
    return room


@pytest.mark.parametrize("event", ["schedule", "workflow_dispatch"])
def test_whatever_starts_it_the_reminders_are_looked_after(quiet: Room, event: str) -> None:
    ended = quiet.run("reminders", event, {}, EMP_PLATFORM=quiet.platform, EMP_SMTP="smtps://mail.example.com")
    assert ended.code == 0, ended.log
    assert "Nothing is due." in ended.log
    assert quiet.tokens() <= {TOKEN}


def test_an_app_speaks_and_proposes_where_there_is_one(quiet: Room) -> None:
    ended = quiet.run(
        "reminders", "schedule", {}, variables={"EMP_GITHUB_APP_ID": "Iv1"}, EMP_PLATFORM=quiet.platform,
        EMP_SMTP="smtps://mail.example.com", EMP_GITHUB_APP_KEY="the-key-of-an-app",
    )
    assert APP_TOKEN in quiet.tokens(), ended.log
    assert "renewals can only be proposed by the App that forms.app names" in ended.log


def test_without_its_platform_it_fails_and_never_reads_an_empty_one(quiet: Room) -> None:
    ended = quiet.run("reminders", "schedule", {})
    assert ended.code != 0
    assert "set the secret EMP_PLATFORM in the environment reminders" in ended.log
