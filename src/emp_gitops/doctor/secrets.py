"""Are the credentials where they belong: one that reads in `planning`, one that writes in `production`?"""

from __future__ import annotations

from collections.abc import Iterator

from emp_gitops.doctor.values import Check, Problem, Subject, error, on_forge, warning
from emp_gitops.forge.base import MAIN
from emp_gitops.forge.settings import Environment

PLATFORM, TOKEN = "EMP_PLATFORM", "EMP_PLATFORM_TOKEN"
PLANNING, PRODUCTION = "planning", "production"
_SAYS = {PLANNING: "a credential that can only read", PRODUCTION: "a credential that can write"}


def _secrets(subject: Subject) -> Iterator[Problem]:
    settings = subject.forge
    environments = settings.environments()
    common = settings.secrets(None)
    for name in (PLATFORM, TOKEN):
        if name in common:
            yield error(
                f"the secret {name} is one of the repository: the workflows of every branch can read it",
                f"move it to the environments {PLANNING} and {PRODUCTION}",
            )
    over_https = subject.config.platform.startswith("https:")
    for environment in (PLANNING, PRODUCTION):
        present = settings.secrets(environment) if environment in environments else ()
        for name in (PLATFORM, TOKEN) if over_https else (PLATFORM,):
            if name not in present:
                yield error(f"{environment} has no secret {name}", f"set it there to {_SAYS[environment]}")


def _environments(subject: Subject) -> Iterator[Problem]:
    settings = subject.forge
    environments = settings.environments()
    for name in (PLANNING, PRODUCTION):
        if name not in environments:
            yield error(f"there is no environment {name}", "make it in the repository's settings, under Environments")
    if production := environments.get(PRODUCTION):
        yield from _production(production)
    if settings.facts().is_private:
        yield warning(
            "on a private repository, environments need a paid plan, and required reviewers GitHub Enterprise",
            f"rely on {PRODUCTION} being for {MAIN} alone, and on reconcile, which checks approvals itself",
        )


def _production(production: Environment) -> Iterator[Problem]:
    if production.branches is None and not production.only_protected:
        yield error(
            f"the workflows of every branch may use {PRODUCTION}, and so read the credential that can write",
            f"let {PRODUCTION} be used by the branch {MAIN} alone",
        )
    for name in production.branches or ():
        if name != MAIN:
            yield error(f"{PRODUCTION} may be used by {name}", f"let it be used by the branch {MAIN} alone")
    if production.waits_for_people:
        yield warning(
            f"every run in {PRODUCTION} waits for somebody's consent, the hourly one too",
            "take its required reviewers away: changes are approved before they are merged",
        )


CHECKS = (
    Check(id="secrets", fine="the platform's credentials are set", examine=_secrets, concerns=on_forge),
    Check(
        id="environments", fine="the credential that can write is for main alone", examine=_environments,
        concerns=on_forge,
    ),
)
