"""Over random histories of honest and dishonest steps on GitHub, the platform never holds what no approved application asked for."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from support.github import GitHub, Pull
from support.github.model import RefusedError
from support.pull_story import NAME, PullStory
from support.repos import account_text
from support.thorough import examples

ACCOUNTS = ("acme-madrid", "acme-lyon")
HONEST = ("merge", "squash", "rebase")


@dataclass(frozen=True)
class Step:
    """One step of main: an account gets other datapoints, honestly or in one of the dishonest ways, and then perhaps
    reconcile runs.
    """

    way: str
    account: str = ACCOUNTS[0]
    reconciled: bool = True


class World:
    """The repository as it grows, and what honest people know: the values that were asked for and approved, by account.

    No two steps bring the same number of datapoints, so that each tells where it came from.
    """

    def __init__(self, folder: Path, github: GitHub) -> None:
        self.github = github
        self.story = PullStory(folder, github)
        self.approved: dict[str, set[int]] = {account: {120} for account in self.story.datapoints()}
        self.number = 0
        github.commit("staging", {"README.md": "a place to try things\n"}, by="ana")

    def take(self, step: Step) -> None:
        self.number += 1
        value = 200 + self.number
        if step.way in HONEST:
            pull = self.asked(step.account, value)
            self.github.review(pull, by="carla")
            self.github.merge(pull, by="mallory", method=step.way)
            self.approved[step.account].add(value)
        else:
            WAYS[step.way](self, step.account, value)

    def asked(
        self, account: str, value: int, *, by: str = "ana", author: str | None = None, base: str = "main", note: str = ""
    ) -> Pull:
        """A pull request of two commits, the first of which asks for something else."""
        branch = f"change-{self.number}"
        self.github.commit(branch, self.file(account, 500 + self.number), by=by, start=base, message="a slip of the pen")
        self.github.commit(branch, self.file(account, value), by=author or by, message=f"mended{note}")
        return self.github.open_pull(branch, by=by, base=base)

    def file(self, account: str, value: int) -> dict[str, str]:
        return {f"accounts/{account}.yaml": account_text(account, datapoints=value)}

    def reconcile(self) -> int:
        """The exit code, which says so where main has what nobody approved."""
        code = self.story.robot("reconcile", code=None).code
        assert self.are_approved(self.story.datapoints())
        assert code in ((0, 3) if self.are_approved(self.wanted()) else (3,))
        return code

    def are_approved(self, values: Mapping[str, int]) -> bool:
        return all(value in self.approved[account] for account, value in values.items())

    def wanted(self) -> dict[str, int]:
        """What main has, by account."""
        git = self.github.state.bare.git
        files = {account: git("show", f"main:accounts/{account}.yaml") for account in ACCOUNTS}
        return {account: int(text.partition("datapoints: ")[2].split()[0]) for account, text in files.items()}


def pushed(world: World, account: str, value: int) -> None:
    world.github.commit("main", world.file(account, value), by="mallory")


def reverted(world: World, account: str, _value: int) -> None:
    world.github.commit("main", world.file(account, 120), by="mallory")


def pushed_after_the_approval(world: World, account: str, value: int) -> None:
    pull = world.asked(account, value + 50)
    world.github.review(pull, by="carla")
    world.github.commit(pull.branch, world.file(account, value), by="ana")
    world.github.merge(pull, by="ana", method="squash")


def approved_by_nobody(world: World, account: str, value: int) -> None:
    world.github.merge(world.asked(account, value), by="mallory")


def approved_by_the_requester(world: World, account: str, value: int) -> None:
    pull = world.asked(account, value, by="berta")
    world.github.review(pull, by="berta")
    world.github.merge(pull, by="berta", method="rebase")


def approved_by_an_author(world: World, account: str, value: int) -> None:
    pull = world.asked(account, value, author="carla")
    world.github.review(pull, by="carla")
    world.github.merge(pull, by="carla", method="squash")


def approved_by_a_co_author(world: World, account: str, value: int) -> None:
    pull = world.asked(account, value, note="\n\nCo-authored-by: C <carla@example.com>")
    world.github.review(pull, by="carla")
    world.github.merge(pull, by="carla")


def asked_for_by_anybody(world: World, account: str, value: int) -> None:
    pull = world.asked(account, value, by="mallory")
    world.github.review(pull, by="carla")
    world.github.merge(pull, by="carla")


def wanted_otherwise(world: World, account: str, value: int) -> None:
    pull = world.asked(account, value)
    world.github.review(pull, by="carla", state="CHANGES_REQUESTED")
    world.github.review(pull, by="berta")
    world.github.merge(pull, by="berta")


def merged_with_more(world: World, account: str, value: int) -> None:
    """By hand, as a merge commit that also changes another account."""
    pull = world.asked(account, value)
    world.github.review(pull, by="carla")
    other = ACCOUNTS[1 - ACCOUNTS.index(account)]
    world.github.merge_by_hand(pull, world.file(other, value + 50), by="mallory")


def approved_elsewhere(world: World, account: str, value: int) -> None:
    pull = world.asked(account, value, base="staging")
    world.github.review(pull, by="carla")
    world.github.retarget(pull, "main", by="mallory")
    with suppress(RefusedError):  # GitHub merges nothing that conflicts, as it does where main went on since
        world.github.merge(pull, by="mallory", method="squash")


WAYS: Mapping[str, Callable[[World, str, int], None]] = {
    way.__name__: way for way in (
        pushed, reverted, pushed_after_the_approval, approved_by_nobody, approved_by_the_requester, approved_by_an_author,
        approved_by_a_co_author, asked_for_by_anybody, wanted_otherwise, merged_with_more, approved_elsewhere,
    )
}
STEPS = st.builds(Step, st.sampled_from([*HONEST, *HONEST, *WAYS]), st.sampled_from(ACCOUNTS), st.booleans())
EACH = [step for way in WAYS for step in (Step(way), Step("reverted", reconciled=False))]


@settings(max_examples=examples(6), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(STEPS, min_size=1, max_size=4))
@example(steps=EACH)
@example(steps=[Step("merge", reconciled=False), Step("approved_elsewhere", reconciled=False)])
@example(steps=[Step(way) for way in HONEST])
def test_only_approved_values_reach_the_platform(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder, GitHub(Path(folder), repo=NAME) as github:
        world = World(Path(folder), github)
        for step in steps:
            world.take(step)
            if step.reconciled:
                world.reconcile()
        code = world.reconcile()
        if all(step.way in HONEST for step in steps):
            assert code == 0
            assert world.story.datapoints().items() >= world.wanted().items()
