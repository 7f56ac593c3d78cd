"""What the audit says of where a change came from."""

from __future__ import annotations

from datetime import date

from emp_gitops import reconcile as job
from emp_gitops.platform.open import open_writer
from emp_gitops.workspace import Workspace
from support.cli import Cli
from support.repos import ConfigRepo

BERTA = "Berta <berta@example.com>"


def test_a_retirement_names_who_removed_the_file_wherever_it_stood(repo: ConfigRepo, cli: Cli) -> None:
    repo.account("acme-old", folder="acme", start="2020-01-01")
    repo.account("acme-lyon")
    repo.commit()
    cli("reconcile")
    repo.remove("accounts/acme/acme-old.yaml")
    repo.commit(author=BERTA)
    repo.account("acme-lyon", datapoints=120)
    repo.commit()
    cli("reconcile")
    assert cli.history("acme-old")[-1]["kinds"] == ["retirement"]
    assert cli.history("acme-old")[-1]["requested_by"] == BERTA


def test_a_commit_made_during_a_run_has_no_part_in_it(repo: ConfigRepo, cli: Cli) -> None:
    repo.account("acme-lyon")
    first = repo.commit()
    real = job.reconcile

    def with_a_commit_meanwhile(run: job.Run, platform: object) -> job.Report:
        repo.account("acme-lyon", datapoints=120)
        repo.commit(author=BERTA)
        return real(run, platform)  # type: ignore[arg-type]

    job.reconcile = with_a_commit_meanwhile
    try:
        cli("reconcile")
    finally:
        job.reconcile = real
    entry = cli.history("acme-lyon")[-1]
    assert (entry["revision"], entry["after"]["datapoints"]) == (first, 100)
    assert entry["requested_by"] != BERTA


def test_two_runs_that_trust_different_revisions_meanwhile_agree(repo: ConfigRepo, cli: Cli) -> None:
    """A run that finds another trusted revision once it holds the lock walks again from there."""
    repo.account("acme-lyon")
    first = repo.commit()
    walked: list[str | None] = []
    with open_writer(cli.url) as platform, open_writer(cli.url) as other:
        def gate(memory: job.Memory) -> None:
            walked.append(memory.trusted)
            if memory.trusted is None:
                other.trust(first)

        workspace = Workspace(cli.folder)
        checked = workspace.check(workspace.tree(first))
        job.reconcile(job.Run(checked=checked, today=date(2026, 11, 23), revision=first, gate=gate), platform)
    assert walked == [None, first]
