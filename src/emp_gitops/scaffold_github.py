"""What a new repository on GitHub needs besides: workflows, code owners, the ruleset of main.

The workflows are those of the tool's own repository, with the one line in each that installs the tool changed.
"""

from __future__ import annotations

import re
from string import Template

from emp_gitops import __version__
from emp_gitops.core.config import GITHUB
from emp_gitops.errors import UsageError
from emp_gitops.shipped import shipped_github, template

CODEOWNERS = ".github/CODEOWNERS"

RELEASE = f"emp-gitops=={__version__}"
"""What the workflows install unless they are told otherwise; whether an index has it, only its publisher knows."""

_INSTALLS = "pip install --quiet "
_OWN_TOOL = f"{_INSTALLS}./base"
_OWN_LINE = "# only in the tool's own repository"

# What is one thing for ever, holds no password, and no character that means anything to a shell or to YAML.
_HOST = r"https://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?(?:/[\w.~+-]+)+"
_FIXED = re.compile(
    rf"[a-z0-9](?:[\w.-]*[a-z0-9])?==[a-z0-9][a-z0-9.+]*|git\+{_HOST}@[0-9a-f]{{40}}|{_HOST}\.whl\#sha256=[0-9a-f]{{64}}",
    re.ASCII | re.IGNORECASE,
)


def github_files(forge: str, customer_success: tuple[str, ...], tool: str | None = None) -> dict[str, bytes]:
    """The files below `.github/`, by path; none for another forge than `github:OWNER/REPO`.

    Code owners are Customer Success: GitHub logins or `@org/team`. Without any they are the repository's owner. `tool`
    is what pip installs the tool from, by default the release of this version. Raises UsageError for one that is not
    the same for ever.
    """
    if tool is not None and not _FIXED.fullmatch(tool):
        raise UsageError(
            f"{tool!r} is nothing that the workflows could install: it must be fixed, for what they install decides "
            "which approvals count",
            hint=f"such as {RELEASE}, git+https://github.com/OWNER/emp-gitops@COMMIT with the commit's full id, or the "
            "https address of a wheel that ends in #sha256=DIGEST",
        )
    if not forge.startswith(GITHUB):
        if tool is not None:
            raise UsageError("--tool is for the workflows of a repository on GitHub", hint="give --forge too")
        return {}
    owner = forge.removeprefix(GITHUB).partition("/")[0]
    files = {path: _of_a_user(text, tool or RELEASE).encode() for path, text in shipped_github().items()}
    return {**files, CODEOWNERS: code_owners(customer_success or (owner,)).encode()}


def code_owners(people: tuple[str, ...]) -> str:
    """The file of code owners."""
    owners = " ".join(f"@{person.removeprefix('@')}" for person in people)
    return Template(template("CODEOWNERS")).substitute(owners=owners)


def set_up_on_github(forge: str, tool: str | None = None) -> str:
    """The part of the README that says what is to be done on GitHub, empty for another forge."""
    if not forge.startswith(GITHUB):
        return ""
    return Template(template("on-github.md")).substitute(repository=forge.removeprefix(GITHUB), tool=tool or RELEASE)


def _of_a_user(text: str, tool: str) -> str:
    """A file of the tool's own repository as another repository has it."""
    lines = text.replace(_OWN_TOOL, f"{_INSTALLS}{tool}").splitlines(keepends=True)
    return "".join(line for line in lines if _OWN_LINE not in line)
