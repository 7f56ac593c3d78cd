"""Can people without git ask by form?"""

from __future__ import annotations

from collections.abc import Iterator

from emp_gitops.core.form_templates import FORM_LABEL
from emp_gitops.core.tree import CONFIG_FILE
from emp_gitops.doctor.running import switched_on
from emp_gitops.doctor.secrets import APP_ID, APP_KEY, FORMS
from emp_gitops.doctor.values import Check, Problem, Subject, error, on_forge, warning
from emp_gitops.forge.settings import Settings
from emp_gitops.forms import differing_forms

WORKFLOW = "forms.yml"


def _up_to_date(subject: Subject) -> Iterator[Problem]:
    for path in sorted(differing_forms(subject.workspace)):
        name = path.relative_to(subject.top)
        yield error(f"{name} is not as the schema makes it", "emp-gitops forms write, then commit")


def _app(subject: Subject) -> Iterator[Problem]:
    if subject.config.forms_app is None:
        yield warning(
            "no GitHub App opens applications for forms: who fills one in gets no application",
            f"register an App, name it as forms.app in {CONFIG_FILE}, and set {APP_ID} and {APP_KEY} in {FORMS}",
        )
        return
    settings = subject.forge
    if not settings.has_user(f"{subject.config.forms_app}[bot]"):
        yield warning(
            f"GitHub shows no App called {subject.config.forms_app}",
            f"forms.app in {CONFIG_FILE} is its name in the address of its page, github.com/apps/NAME",
        )
    yield from _takes_forms(settings)
    if FORMS not in settings.environments():
        yield error(f"there is no environment {FORMS}", "make it in the repository's settings, under Environments")
        return
    if APP_ID not in settings.variables(FORMS) and APP_ID not in settings.variables(None):
        yield error(f"{FORMS} has no variable {APP_ID}", "set it there to the client id of the App")
    if APP_KEY not in settings.secrets(FORMS):
        yield error(f"{FORMS} has no secret {APP_KEY}", "set it there to a private key of the App")


def _takes_forms(settings: Settings) -> Iterator[Problem]:
    if not settings.facts().has_issues:
        yield error("forms are issues, and the repository has none", "switch issues on in the repository's settings")
    if not settings.has_label(FORM_LABEL):
        yield error(
            f"forms are known by the label {FORM_LABEL}, and the repository has no such label",
            f"gh label create {FORM_LABEL} --repo {settings.name}",
        )
    yield from switched_on(settings, WORKFLOW)


CHECKS = (
    Check(id="forms", fine="the forms are as the schema makes them", examine=_up_to_date, concerns=on_forge),
    Check(id="forms-app", fine="an App opens applications for forms", examine=_app, concerns=on_forge),
)
