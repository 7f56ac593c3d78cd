"""`emp-gitops status`: the zones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rich_click as click

from emp_gitops.cli.desk import desk
from emp_gitops.cli.options import format_option, jobs_option, platform_option, today_option, with_session
from emp_gitops.cli.session import Session, out, out_json, out_utf8, style
from emp_gitops.errors import EmpError, ExitCode, ForgeError, UsageError

if TYPE_CHECKING:
    from emp_gitops.review.facts import FailedReview, Review

ZONES = ("active", "expired", "applications", "scheduled", "unmanaged")


@click.command("status")
@click.option("--zone", type=click.Choice(ZONES), help="Show one zone only.")
@format_option("text", "json", "ics")
@today_option
@platform_option
@jobs_option
@with_session
def command(session: Session, zone: str | None, format_: str) -> ExitCode:
    """Show the accounts on the platform: active, with datapoints used and left, expired, and waiting applications.

    With --format ics, the expiry dates of all managed accounts as a calendar to subscribe to.

    Example: emp-gitops status --zone expired --format json
    """
    from emp_gitops.core.zones import zones_of
    from emp_gitops.render.zones_text import zones_json, zones_text

    if zone and format_ == "ics":
        raise UsageError("--zone: a calendar has the accounts of every zone", hint="leave --zone out")
    checked = session.workspace.check_policy()
    live = session.live_accounts(checked, may_be_missing=True)
    if format_ == "ics":
        from emp_gitops.render.expirations_ics import expirations_ics

        out_utf8(expirations_ics(live.values(), session.workspace.policy(), session.day(checked)))
        return ExitCode.OK
    zones = zones_of(live.values(), session.day(checked))
    applications: list[Review | FailedReview] | None = []
    trouble: EmpError | None = None
    if zone in (None, "applications"):
        try:
            forge, reviewer = desk(session, lambda _checked: live)
            applications = [reviewer.review(application, others=()) for application in forge.applications()]
        except ForgeError as error:  # the accounts can be shown all the same
            applications, trouble = None, error
    if format_ == "json":
        out_json(zones_json(zones, applications or (), zone))
    else:
        out(zones_text(zones, applications, zone, style()))
    if trouble:
        raise trouble
    return ExitCode.OK
