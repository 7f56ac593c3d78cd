"""What `reconcile` and `apply` have in common: run the job on the configured platform, and print its report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emp_gitops.cli.session import Session, note, out, out_json, style
from emp_gitops.errors import ExitCode

if TYPE_CHECKING:
    from emp_gitops.core.changes import Change
    from emp_gitops.core.checking import CheckedTree
    from emp_gitops.platform.base import PlatformWriter
    from emp_gitops.platform.url import PlatformUrl
    from emp_gitops.reconcile import Report, Run
    from emp_gitops.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the caller said: the digest of a plan that may pass guards, a full commit id to trust, and the format."""

    allow: str | None = None
    trust: str | None = None
    format_: str = "text"


def carry_out(
    session: Session,
    checked: CheckedTree,
    revision: str | None,
    choices: Choices,
    job: Callable[[Run, PlatformWriter], Report],
) -> ExitCode:
    """Run a job that writes, on the platform that the checked tree names, and print its report."""
    from emp_gitops.cli.progress import progress
    from emp_gitops.core.planning import make_plan
    from emp_gitops.gate import Gate
    from emp_gitops.platform.open import open_writer
    from emp_gitops.reconcile import Report, Run

    today = session.day(checked)
    if checked.policy is None:
        report = Report(plan=make_plan(checked, {}, today), blocked="the configuration or a schema is broken")
    else:
        workspace = session.workspace
        gate = Gate(workspace=workspace, checked=checked, revision=revision, say=note)
        run = Run(
            checked=checked,
            today=today,
            revision=revision,
            gate=gate,
            judged=gate.judged,
            authors=_authors(workspace, revision),
            trust=choices.trust,
            allow=choices.allow,
            progress=lambda groups: progress(groups, "applying"),
        )
        with open_writer(platform_in_force(session, checked, revision), actor=session.actor) as writer:
            report = job(run, writer)
        _remark(report, choices)
    _print(report, choices.format_)
    _tell_applications(report, checked)
    return report.exit_code


def platform_in_force(session: Session, checked: CheckedTree, revision: str | None) -> PlatformUrl:
    """Where to write: as an operator says, else where the checked tree says, as far as that may be followed."""
    from emp_gitops.platform_address import check_address

    workspace = session.workspace
    url = workspace.platform_url(checked, session.platform)
    start = revision or workspace.head()
    if start and session.platform is None and not workspace.replaces_config:
        check_address(workspace, start, url)
    return url


def _remark(report: Report, choices: Choices) -> None:
    """What is worth knowing beside the result."""
    if report.approved is None or report.approved.policy.source == "none":
        note("approvals: none. Whoever can change the repository can change accounts; nobody's approval is checked.")
    if choices.allow and choices.allow != report.plan.digest and not report.blocked:
        note(f"--allow names another plan than this one ({report.plan.digest}); nothing here needed to be allowed")


def _tell_applications(report: Report, checked: CheckedTree) -> None:
    """Post what became of each merged application where it was discussed. Raises ForgeError; what was applied stays."""
    if report.approved is None or checked.policy is None:
        return
    approved = {account: approval.application for account, approval in report.approved.approvals.items()}
    brought_by = approved | dict(report.approved.refused_in)
    if not brought_by:
        return
    from emp_gitops.forge.open import open_discussion
    from emp_gitops.render.outcome_markdown import outcome_markdown
    from emp_gitops.review.outcomes import outcomes_of, post_outcomes

    if discussion := open_discussion(checked.policy.config, say=note):
        post_outcomes(discussion, outcomes_of(report, brought_by), outcome_markdown)


def _print(report: Report, format_: str) -> None:
    from emp_gitops.core.plan_json import plan_to_json
    from emp_gitops.render.report_text import report_text

    if format_ == "json":
        results = [{"account": r.account, "outcome": r.outcome, "error": r.error} for r in report.results]
        out_json(plan_to_json(report.plan) | {"results": results})
        if report.blocked:
            note(f"refused, nothing was applied: {report.blocked}")
    else:
        out(report_text(report, style()))


def _authors(workspace: Workspace, revision: str | None) -> Callable[[Sequence[Change]], Mapping[str, str]]:
    """Who last changed or removed each account's file, as git tells; nobody for a work tree."""
    if revision is None:
        return lambda _changes: {}

    def authors(changes: Sequence[Change]) -> Mapping[str, str]:
        files = workspace.repository.last_authors(revision, [change.file for change in changes if change.file])
        gone = workspace.repository.last_removers(revision, [change.account for change in changes if not change.file])
        return gone | {change.account: files[change.file] for change in changes if change.file in files}

    return authors
