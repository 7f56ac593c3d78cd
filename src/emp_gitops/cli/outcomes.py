"""Telling the applications that were merged what became of them."""

from __future__ import annotations

from collections.abc import Mapping

from emp_gitops.forge.base import Discussion
from emp_gitops.reconcile import Report


def report_outcomes(discussion: Discussion, report: Report, applications: Mapping[str, str]) -> None:
    """Comment on each application what the run did with its accounts, once; `applications` maps accounts to ids.

    Raises ForgeError where some could not be told; all the others were.
    """
    from emp_gitops.render.outcome_markdown import outcome_markdown
    from emp_gitops.review.outcomes import outcomes_of, post_outcomes

    post_outcomes(discussion, outcomes_of(report, applications), outcome_markdown)
