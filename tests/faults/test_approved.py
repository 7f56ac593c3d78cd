"""kill -9 between the check of approvals, the writes, and the trust that is kept of them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from emp_gitops.platform.open import open_reader
from support.cli import Cli
from support.faults import FaultyRuns
from support.office import Office
from support.thorough import steps


def test_a_reconcile_that_was_killed_at_any_step_leaves_what_was_approved_and_by_whom_to_the_next(
    tmp_path: Path, runs: FaultyRuns
) -> None:
    office = Office(tmp_path / "office")
    begun = tmp_path / "begun.db"
    cli = Cli(office.repo.root, {"EMP_PLATFORM": f"sqlite:///{begun}"})
    cli("reconcile", "--trust", "HEAD")
    office.branch_off()
    office.repo.account("acme-hq", datapoints=70)
    office.repo.account("acme-lyon", datapoints=130)
    office.commit("transfer")
    office.repo.switch("main")
    merge = office.merge()
    states = set()
    for step in steps(every=2, hurried=4):
        path = tmp_path / str(step) / "platform.db"
        path.parent.mkdir()
        shutil.copy(begun, path)
        url = f"sqlite:///{path}"
        each = replace(cli, environment={"EMP_PLATFORM": url}, platform=url)
        code = runs(each, "killed", step, "reconcile").code
        with open_reader(each.url) as reader:
            states.add((reader.reconciled_revision() == merge, len(reader.history("acme-hq")), reader.trusted_revision() == merge))
        each("reconcile")
        with open_reader(each.url) as reader:
            assert reader.trusted_revision() == merge
            for id_ in ("acme-hq", "acme-lyon"):
                told = [(entry.requested_by, entry.approved_by) for entry in reader.history(id_)[1:]]
                assert told == [("ana", "carla")], f"killed at step {step}"
        if code == 0:
            break
        assert code == -9
    assert states == {(False, 1, False), (True, 1, False), (True, 2, False), (True, 2, True)}
