"""Are the credentials where they belong: one that reads in `planning`, one that writes in `production`?"""

from __future__ import annotations

from collections.abc import Iterator

from emp_gitops.doctor.values import Check, Problem, Subject, error, on_forge, warning
from emp_gitops.forge.base import MAIN
from emp_gitops.forge.settings import Environment, Settings

PLATFORM, TOKEN = "EMP_PLATFORM", "EMP_PLATFORM_TOKEN"
APP_ID, APP_KEY = "EMP_GITHUB_APP_ID", "EMP_GITHUB_APP_KEY"
PLANNING, PRODUCTION, FORMS, REMINDERS = "planning", "production", "forms", "reminders"
_FOR_MAIN = {
    PRODUCTION: "the credential that can write",
    FORMS: "the key of the App that may write contents",
    REMINDERS: "the credentials of the mail server",
}
_SAYS = {PLANNING: "a credential that can only read", PRODUCTION: "a credential that can write"}


def _secrets(subject: Subject) -> Iterator[Problem]:
    settings = subject.forge
    environments = settings.environments()
    common = settings.secrets(None)
    for name in (PLATFORM, TOKEN, APP_KEY):
        if name in common:
            yield error(
                f"the secret {name} is one of the repository: the workflows of every branch can read it",
                "move it to the environments that need it",
            )
    over_https = subject.config.platform.startswith("https:")
    for environment in (PLANNING, PRODUCTION):
        present = settings.secrets(environment) if environment in environments else ()
        for name in (PLATFORM, TOKEN) if over_https else (PLATFORM,):
            if name not in present:
                yield error(f"{environment} has no secret {name}", f"set it there to {_SAYS[environment]}")


def _teams(subject: Subject) -> Iterator[Problem]:
    """The token that GitHub gives to every workflow cannot read who is in a team."""
    settings, teams = subject.forge, ", ".join(_named_teams(subject))
    environments, everywhere = settings.environments(), settings.variables(None)
    for environment in (PLANNING, PRODUCTION):
        if environment not in environments:
            continue  # which another check tells
        why = f"and without an App nobody there can read who is in {teams}"
        if APP_ID not in everywhere and APP_ID not in settings.variables(environment):
            hint = "set it there to the client id of an App that may read the organisation's members"
            yield error(f"{environment} has no variable {APP_ID}, {why}", hint)
        if APP_KEY not in settings.secrets(environment):
            yield error(f"{environment} has no secret {APP_KEY}, {why}", "set it there to a private key of that App")


def _named_teams(subject: Subject) -> list[str]:
    roles = subject.config.roles
    return sorted({name for name in (*roles.super_admins, *roles.customer_success) if name.startswith("@")})


def _environments(subject: Subject) -> Iterator[Problem]:
    settings = subject.forge
    environments = settings.environments()
    for name in (PLANNING, PRODUCTION):
        if name not in environments:
            yield error(f"there is no environment {name}", "make it in the repository's settings, under Environments")
    for name, credential in _FOR_MAIN.items():
        if found := environments.get(name):
            yield from _for_main_alone(found, credential, settings)
    if settings.facts().is_private:
        yield warning(
            "on a private repository, environments need a paid plan, and required reviewers GitHub Enterprise",
            f"rely on {PRODUCTION} being for {MAIN} alone, and on reconcile, which checks approvals itself",
        )


def _for_main_alone(found: Environment, credential: str, settings: Settings) -> Iterator[Problem]:
    hint = f"let {found.name} be used by the branch {MAIN} alone"
    if found.only_protected and not settings.protection(MAIN):
        yield error(
            f"{found.name} is for protected branches, which a ruleset makes of none: without protection of the older "
            f"kind every branch may use it, and so read {credential}", hint,
        )
    elif found.branches is None and not found.only_protected:
        yield error(f"the workflows of every branch may use {found.name}, and so read {credential}", hint)
    for name in found.branches or ():
        if name != MAIN:
            yield error(f"{found.name} may be used by {name}", hint)
    if found.waits_for_people:
        runs = {PRODUCTION: "the hourly one too", FORMS: "one for each form"}.get(found.name, "the daily one too")
        yield warning(
            f"every run in {found.name} waits for somebody's consent, {runs}",
            "take its required reviewers away: changes are approved before they are merged",
        )


CHECKS = (
    Check(id="secrets", fine="the platform's credentials are set", examine=_secrets, concerns=on_forge),
    Check(
        id="teams", fine="an App reads who is in the teams", examine=_teams,
        concerns=lambda subject: (
            on_forge(subject) and subject.config.approvals.source == "github" and bool(_named_teams(subject))
        ),
    ),
    Check(
        id="environments", fine="what can write is for main alone", examine=_environments,
        concerns=on_forge,
    ),
)
