"""What a new repository on GitHub needs besides: workflows, code owners, the ruleset of main.

The workflows are those of the tool's own repository, with the one line in each that installs the tool changed.
"""

from __future__ import annotations

from string import Template

from emp_gitops import __version__
from emp_gitops.core.config import GITHUB
from emp_gitops.shipped import shipped_github, template

CODEOWNERS = ".github/CODEOWNERS"

_OWN_TOOL = "pip install --quiet ./base"
_RELEASE = f"pip install --quiet emp-gitops=={__version__}"
_OWN_LINE = "# only in the tool's own repository"


def github_files(forge: str, customer_success: tuple[str, ...]) -> dict[str, bytes]:
    """The files below `.github/`, by path; none for another forge than `github:OWNER/REPO`.

    Code owners are Customer Success: GitHub logins or `@org/team`. Without any they are the repository's owner.
    """
    if not forge.startswith(GITHUB):
        return {}
    owner = forge.removeprefix(GITHUB).partition("/")[0]
    files = {path: _of_a_user(text).encode() for path, text in shipped_github().items()}
    return {**files, CODEOWNERS: code_owners(customer_success or (owner,)).encode()}


def code_owners(people: tuple[str, ...]) -> str:
    """The file of code owners."""
    owners = " ".join(f"@{person.removeprefix('@')}" for person in people)
    return Template(template("CODEOWNERS")).substitute(owners=owners)


def set_up_on_github(forge: str) -> str:
    """The part of the README that says what is to be done on GitHub, empty for another forge."""
    if not forge.startswith(GITHUB):
        return ""
    return Template(template("on-github.md")).substitute(repository=forge.removeprefix(GITHUB))


def _of_a_user(text: str) -> str:
    """A file of the tool's own repository as another repository has it: with the release of this version."""
    lines = text.replace(_OWN_TOOL, _RELEASE).splitlines(keepends=True)
    return "".join(line for line in lines if _OWN_LINE not in line)
