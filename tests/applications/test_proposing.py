"""Renewals that the tool proposes, in plain git: nothing is asked for until a SuperAdmin signs, and then it is as any other."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from emp_gitops.applications.proposing import Proposer
from emp_gitops.errors import EmpError
from emp_gitops.forge.base import Application
from emp_gitops.forge.open import open_forge
from emp_gitops.forge.plain.identity import IDENTITY
from emp_gitops.forge.requesters import Requesters
from emp_gitops.render.application_body import proposal_words
from emp_gitops.review.making import Reviewer
from emp_gitops.workspace import Workspace
from support.cli import Cli
from support.office import Office, outcomes

TODAY, END = date(2027, 2, 1), date(2027, 3, 1)
BRANCH = "application/acme-hq-renewal-2027-03-01"


@pytest.fixture
def cli(office: Office) -> Cli:
    cli = Cli(office.repo.root)
    cli("reconcile", "--trust", "HEAD")
    return cli


def propose(office: Office, cli: Cli, *, expires_on: date = END) -> Application | None:
    workspace = Workspace(office.repo.root)
    reviewer = Reviewer(
        workspace=workspace,
        forge=open_forge(workspace.policy().config, workspace.repository, say=print),
        live=lambda _checked: cli.live(),
        today=lambda _checked: TODAY,
        requester_trouble=Requesters(workspace.repository, say=print).trouble,
    )
    proposer = Proposer(reviewer=reviewer, words=proposal_words("acme-hq"), identity=IDENTITY)
    return proposer.renewal("acme-hq", expires_on=expires_on, today=TODAY)


def test_it_is_a_branch_that_renews_for_a_year_and_leaves_everything_else(office: Office, cli: Cli) -> None:
    before = office.state()
    proposed = propose(office, cli)
    assert proposed is not None
    assert (proposed.id, proposed.is_proposal) == (BRANCH, True)
    assert office.repo.git("diff", "--stat", "--shortstat", "main", BRANCH).split("\n")[-1] == " 1 file changed, 1 insertion(+), 1 deletion(-)"
    assert "months: 24" in office.shown(BRANCH)
    assert office.state() == before


def test_proposing_again_makes_no_second_one(office: Office, cli: Cli) -> None:
    first = propose(office, cli)
    assert propose(office, cli) == first
    assert office.repo.git("branch", "--list", "application/*").split() == [BRANCH]


def test_what_main_renews_already_is_not_proposed(office: Office, cli: Cli) -> None:
    office.apply_for("acme-hq", months=24)
    office.merge()
    assert propose(office, cli) is None


def test_what_cannot_be_read_is_not_proposed(office: Office, cli: Cli) -> None:
    office.repo.write("accounts/acme-hq.yaml", "no account")
    office.commit("break")
    assert propose(office, cli) is None


def test_it_is_shown_as_what_nobody_asked_for(office: Office, cli: Cli) -> None:
    propose(office, cli)
    told = cli("applications").stdout
    assert "    proposed by emp-gitops, " in told
    assert "    waits for a SuperAdmin (ana, berta) to make it a request\n" in told
    (one,) = cli.json("status")["applications"]
    assert (one["requested_by"], one["waiting_for"]) == (None, "a SuperAdmin (ana, berta) to make it a request")
    assert cli.json("review", BRANCH)["application"]["requested_by"] is None
    shown = [told, *(cli(*each).stdout for each in (("applications", "show", BRANCH), ("status",), ("review", BRANCH)))]
    assert all("proposed by" in each.lower() for each in shown)
    assert not any("localhost" in each or "asked for by" in each for each in shown)


def test_where_nobody_approves_it_waits_for_whoever_may_merge(tmp_path: Path) -> None:
    office = Office(tmp_path / "open", approvals={"source": "none"})
    cli = Cli(office.repo.root)
    cli("reconcile")
    propose(office, cli)
    told = cli("applications").stdout
    assert "    proposed by emp-gitops, " in told
    assert "    waits for whoever may merge\n" in told


def test_one_that_has_to_be_mended_is_for_a_person_to_ask_for(office: Office, cli: Cli) -> None:
    propose(office, cli)
    office.apply_for("acme-hq", months=36)
    office.merge()
    shown = cli("applications", "show", BRANCH).stdout
    assert "A SuperAdmin (ana, berta): decline this proposal, and ask for what is wanted by an application of your own" in shown


def test_it_waits_for_a_super_admin_and_says_how(office: Office, cli: Cli) -> None:
    propose(office, cli)
    shown = cli("applications", "show", BRANCH).stdout
    assert "for a SuperAdmin to take up" in shown
    assert "git commit --amend --no-edit --reset-author --gpg-sign" in shown


def test_customer_success_cannot_approve_it_alone(office: Office, cli: Cli) -> None:
    propose(office, cli)
    outcome = office.terminal("carla")("applications", "approve", BRANCH, code=3)
    assert "is not signed by a key in allowed_signers" in outcome.stderr


def test_signed_by_a_super_admin_it_is_an_application_like_any_other(office: Office, cli: Cli) -> None:
    propose(office, cli)
    office.repo.switch(BRANCH)
    office.repo.git(
        *office.keys.of("ana").settings, "commit", "--quiet", "--amend", "--no-edit", "--reset-author", "--gpg-sign",
        **office.repo.identity("ana <ana@example.com>"),
    )
    office.repo.switch("main")
    (waiting,) = cli.json("applications", "list")["applications"]
    assert waiting["requested_by"] == "ana <ana@example.com>"
    office.terminal("carla")("applications", "approve", BRANCH)
    assert outcomes(cli)["acme-hq"] == "applied"
    entry = cli.history("acme-hq")[-1]
    assert (entry["kinds"], entry["requested_by"], entry["approved_by"]) == (["renewal"], "ana", "carla")


def test_a_renewal_that_would_not_be_valid_is_an_error(office: Office, cli: Cli) -> None:
    office.repo.write("schemas/account.schema.json", office.repo.root.joinpath("schemas/account.schema.json").read_text().replace('"maximum": 120', '"maximum": 12'))
    office.commit("no term of more than a year")
    with pytest.raises(EmpError):
        propose(office, cli)
