"""Which open applications renew an account already."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from emp_gitops.errors import ForgeError
from emp_gitops.forge.base import Application
from emp_gitops.reminding.pending import pending_renewals
from emp_gitops.workspace import Workspace
from support.accounts import on_platform
from support.discussions import RecordedForge
from support.repos import ConfigRepo
from support.scenes import Scene

ROOT = Path(__file__).parents[2]
LYON, NICE = "acme-lyon", "acme-nice"


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    repo = ConfigRepo(tmp_path / "repo")
    repo.config()
    shutil.copytree(ROOT / "schemas", repo.root / "schemas")
    repo.account(LYON)
    repo.account(NICE)
    repo.commit("two accounts")
    return Scene(repo, {LYON: on_platform(LYON), NICE: on_platform(NICE)})


def pending(scene: Scene, forge: RecordedForge | None = None, *, mallory: str = "") -> tuple[Mapping[str, str], Sequence[str]]:
    workspace = Workspace(scene.repo.root)
    forge = forge or RecordedForge(scene.applications, scene.missing)
    found, troubles = pending_renewals(
        forge, workspace.repository, workspace.check, scene.live or {},
        refused=lambda application, _base: "mallory is no SuperAdmin" if application.id == mallory else None,
    )
    return {id_: application.id for id_, application in found.items()}, troubles


def test_those_that_make_the_term_longer_are_found(scene: Scene) -> None:
    scene.propose("12", lambda: scene.repo.account(LYON, months=24))
    scene.propose("13", lambda: scene.repo.account(LYON, months=36))
    scene.propose("14", lambda: scene.repo.account(NICE, start="2027-03-01"))
    assert pending(scene) == ({LYON: "12", NICE: "14"}, [])


def test_one_that_somebody_asks_for_comes_before_a_proposal(scene: Scene) -> None:
    scene.propose("12", lambda: scene.repo.account(LYON, months=24), is_proposal=True)
    scene.propose("13", lambda: scene.repo.account(LYON, months=36))
    scene.propose("14", lambda: scene.repo.account(NICE, months=36), is_proposal=True)
    assert pending(scene) == ({LYON: "13", NICE: "14"}, [])


def test_one_of_somebody_who_may_not_ask_is_none(scene: Scene) -> None:
    """Else anybody could make customers believe that they need not do anything."""
    scene.propose("12", lambda: scene.repo.account(LYON, months=24))
    scene.propose("13", lambda: scene.repo.account(LYON, months=24), is_proposal=True)
    assert pending(scene, mallory="12") == ({LYON: "13"}, [])
    scene.propose("14", lambda: scene.repo.account(LYON, months=36))
    assert pending(scene, mallory="12") == ({LYON: "14"}, [])


def test_a_proposal_is_nobodys_and_so_nobody_is_asked_about(scene: Scene) -> None:
    scene.propose("12", lambda: scene.repo.account(LYON, months=24), is_proposal=True)
    assert pending(scene, mallory="12") == ({LYON: "12"}, [])


def test_one_of_which_it_cannot_be_found_out_who_asks_is_told(scene: Scene) -> None:
    scene.propose("12", lambda: scene.repo.account(LYON, months=24))
    workspace = Workspace(scene.repo.root)

    def refused(application: Application, base: str) -> str | None:
        raise ForgeError(f"the team cannot be read for {application.id} on {base[:3]}")

    forge = RecordedForge(scene.applications, scene.missing)
    found, troubles = pending_renewals(forge, workspace.repository, workspace.check, scene.live or {}, refused=refused)
    assert found == {}
    assert troubles == [f"application 12 cannot be read: the team cannot be read for 12 on {scene.repo.head()[:3]}"]


@pytest.mark.parametrize("change", [
    lambda repo: repo.account(LYON, datapoints=150),
    lambda repo: repo.account(LYON, months=11),
    lambda repo: repo.account("acme-new", months=60),
    lambda repo: repo.remove(f"accounts/{LYON}.yaml"),
])
def test_others_renew_nothing(scene: Scene, change: Callable[[ConfigRepo], object]) -> None:
    scene.propose("12", lambda: change(scene.repo))
    assert pending(scene) == ({}, [])


@pytest.mark.parametrize("state", ["applied", "rejected", "stale"])
def test_those_that_are_over_renew_nothing(scene: Scene, state: str) -> None:
    scene.propose("12", lambda: scene.repo.account(LYON, months=24), state=state)
    assert pending(scene) == ({}, [])


def test_only_accounts_that_are_asked_about_are_looked_at(scene: Scene) -> None:
    scene.propose("12", lambda: scene.repo.account(LYON, months=24))
    scene.live = {NICE: on_platform(NICE)}
    assert pending(scene) == ({}, [])


def test_one_that_cannot_be_read_is_told_and_the_others_count(scene: Scene) -> None:
    broken = scene.propose("11", lambda: scene.repo.write(f"accounts/{LYON}.yaml", "name: ["))
    gone = scene.propose("12", lambda: scene.repo.account(LYON, months=36))
    scene.propose("13", lambda: scene.repo.account(LYON, months=24))
    scene.missing = frozenset({gone.head})
    found, troubles = pending(scene)
    assert found == {LYON: "13"}
    assert [trouble.partition(":")[0] for trouble in troubles] == [f"application {each} cannot be read" for each in (broken.id, gone.id)]


def test_a_forge_that_does_not_answer_is_told(scene: Scene) -> None:
    class Silent(RecordedForge):
        def applications(self) -> Sequence[Application]:
            raise ForgeError("GitHub does not answer")

    assert pending(scene, Silent({})) == ({}, ["the open applications cannot be read: GitHub does not answer"])


def test_an_account_that_the_platform_has_renewed_already_waits_for_nothing(scene: Scene) -> None:
    scene.propose("12", lambda: scene.repo.account(LYON, months=24))
    from support.accounts import an_account

    scene.live = {LYON: on_platform(LYON, an_account(LYON, start=date(2027, 3, 1)))}
    assert pending(scene) == ({}, [])
