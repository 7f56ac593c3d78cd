"""Over random histories of honest and dishonest steps, the platform never holds what no approved application asked for."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.cli import Cli
from support.office import Office
from support.thorough import examples

ACCOUNTS = ("acme-hq", "acme-lyon")


@dataclass(frozen=True)
class Step:
    """One step of main: an account gets so many datapoints, honestly or in one of the dishonest ways."""

    way: str
    account: str
    datapoints: int


WAYS = ("approved", "approved", "pushed", "self-approved", "unsigned request", "extra", "reverted")
STEPS = st.builds(Step, st.sampled_from(WAYS), st.sampled_from(ACCOUNTS), st.sampled_from([60, 70, 80, 90, 100]))


class World:
    """Main as it grows, and what honest people know: the contents that were asked for and approved, by account."""

    def __init__(self, folder: Path) -> None:
        self.office = Office(folder)
        self.cli = Cli(self.office.repo.root)
        self.cli("reconcile", "--trust", "HEAD")
        self.wanted = dict.fromkeys(ACCOUNTS, 100)
        self.approved: dict[str, set[int]] = {account: {100} for account in ACCOUNTS}

    def take(self, step: Step, number: int) -> None:
        office, branch = self.office, f"application/{number}"
        other = ACCOUNTS[1 - ACCOUNTS.index(step.account)]
        if step.way == "pushed":
            office.push(step.account, datapoints=step.datapoints)
        elif step.way == "reverted":
            office.push(step.account, datapoints=100)
        elif step.way == "extra":
            office.apply_for(step.account, branch=branch, datapoints=step.datapoints)
            office.merge(branch, finish=False)
            office.repo.account(other, datapoints=step.datapoints + 1)
            office.commit(by="carla")
        else:
            requester = {"self-approved": "berta", "unsigned request": None}.get(step.way, "ana")
            office.apply_for(step.account, branch=branch, by=requester, datapoints=step.datapoints)
            office.merge(branch, by="berta" if step.way == "self-approved" else "carla")
            if step.way == "approved":
                self.approved[step.account].add(step.datapoints)

    def holds(self) -> Mapping[str, int]:
        return {id_: live.account.datapoints for id_, live in self.cli.live().items()}


@settings(max_examples=examples(12), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(st.tuples(STEPS, st.booleans()), min_size=1, max_size=5))
def test_only_approved_values_reach_the_platform(steps: list[tuple[Step, bool]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        honest = True
        for number, (step, reconciled) in enumerate(steps):
            world.take(step, number)
            honest = honest and step.way == "approved"
            if reconciled:
                world.cli("reconcile", code=None)
                assert all(value in world.approved[id_] for id_, value in world.holds().items())
        outcome = world.cli("reconcile", code=None)
        assert outcome.code in ((0,) if honest else (0, 3))
        assert all(value in world.approved[id_] for id_, value in world.holds().items())
        if honest:
            files = {id_: (world.office.repo.root / f"accounts/{id_}.yaml").read_text() for id_ in ACCOUNTS}
            assert all(f"datapoints: {value}\n" in files[id_] for id_, value in world.holds().items())
