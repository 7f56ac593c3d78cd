"""What GitHub's settings are taken for where GitHub does not tell them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from emp_gitops.core.config import Config
from emp_gitops.errors import ForgeError
from emp_gitops.forge.github.client import GitHub
from emp_gitops.forge.github.settings import GitHubSettings
from emp_gitops.forge.settings import UnreadableError
from support.answers import Answer, Answers, answers
from support.clinic import REPOSITORY

CONFIG = Config(organisation="Acme", timezone="UTC", forge="github:acme/emp")


@dataclass
class World:
    server: Answers
    slept: list[float] = field(default_factory=list)

    @property
    def settings(self) -> GitHubSettings:
        environment = {"GITHUB_API_URL": self.server.url, "GITHUB_TOKEN": "t"}
        return GitHubSettings(GitHub.of(CONFIG, say=lambda _: None, sleep=self.slept.append, environment=environment))


@pytest.fixture
def world() -> Iterator[World]:
    with answers() as server:
        yield World(server)


def test_a_github_that_cannot_be_reached_is_not_tried_again_for_every_setting(world: World) -> None:
    world.server.always(f"GET {REPOSITORY}/environments", Answer(None))
    settings = world.settings
    with pytest.raises(ForgeError, match="cannot read the environments: GitHub cannot be reached"):
        settings.environments()
    asked = len(world.server.requests)
    with pytest.raises(ForgeError, match="cannot read the rules of main: GitHub cannot be reached"):
        settings.rules("main")
    assert len(world.server.requests) == asked


def test_an_answer_that_fails_says_nothing_of_the_others(world: World) -> None:
    world.server.always(f"GET {REPOSITORY}/environments", Answer(502))
    world.server.always(f"GET {REPOSITORY}/rules/branches/main", [])
    settings = world.settings
    with pytest.raises(ForgeError, match="502"):
        settings.environments()
    assert settings.rules("main") == []


def test_the_rate_limit_is_no_want_of_a_permission(world: World) -> None:
    limited = Answer(403, {"message": "API rate limit exceeded"}, {"retry-after": "100000"})
    world.server.always(f"GET {REPOSITORY}/environments", limited)
    with pytest.raises(ForgeError, match="rate limit") as caught:
        world.settings.environments()
    assert not isinstance(caught.value, UnreadableError)


def test_what_a_plan_does_not_offer_is_no_want_of_a_permission_either(world: World) -> None:
    said = "Upgrade to GitHub Pro or make this repository public to enable this feature."
    world.server.always(f"GET {REPOSITORY}/rules/branches/main", Answer(403, {"message": said}))
    with pytest.raises(UnreadableError, match="in paid plans only") as caught:
        world.settings.rules("main")
    assert "permission" not in str(caught.value.hint)
