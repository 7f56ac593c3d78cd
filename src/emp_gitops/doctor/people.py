"""Are there people who can ask, and others who can approve, and does the forge know them?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from emp_gitops.core.tree import CONFIG_FILE, SIGNERS_FILE
from emp_gitops.doctor.signers import key_lines
from emp_gitops.doctor.values import Check, Problem, Subject, error, unknown, warning
from emp_gitops.errors import ForgeError

_ROLES = (("super_admins", "SuperAdmin"), ("customer_success", "Customer Success"))


def _approvals(subject: Subject) -> Iterator[Problem]:
    source = subject.config.approvals.source
    if source == "none":
        yield warning(
            "approvals.source is none: whoever can change the repository can change accounts",
            f"set it to github or signed-merge in {CONFIG_FILE}; none is for trying out",
        )
    if source == "github" and not subject.config.is_on_github:
        yield error("approvals come from github, and forge names no repository there", f"set forge in {CONFIG_FILE}")


def _roles(subject: Subject) -> Iterator[Problem]:
    """Whether everybody who asks has somebody else who can approve, teams counted by who is in them."""
    roles = subject.config.roles
    for role, title in _ROLES:
        if not getattr(roles, role):
            missing = warning if subject.config.approvals.source == "none" else error
            yield missing(f"roles.{role} is empty: nobody is {title}", f"name people in roles of {CONFIG_FILE}")
    for role, title in _ROLES:
        named = getattr(roles, role)
        if named and not _members(named, subject):
            yield error(f"the teams of roles.{role} have no members: nobody is {title}", "add members to the teams")
    approvers = _members(roles.customer_success, subject)
    for login in sorted(_members(roles.super_admins, subject)):
        if approvers == {login}:
            yield error(
                f"{login} could only be approved by {login}, and nobody approves their own application",
                "name somebody else in roles.customer_success",
            )


def _members(named: tuple[str, ...], subject: Subject) -> set[str]:
    if not subject.names_logins:
        return set(named)
    people = {each.lower() for each in named if not each.startswith("@")}
    return people.union(*(subject.forge.members(each) for each in named if each.startswith("@")))


def _known(subject: Subject) -> Iterator[Problem]:
    roles = subject.config.roles
    for name in dict.fromkeys((*roles.super_admins, *roles.customer_success)):
        try:
            known = bool(subject.forge.members(name)) if name.startswith("@") else subject.forge.has_user(name)
        except ForgeError as trouble:
            yield unknown(trouble)
            continue
        if not known and not name.startswith("@"):
            yield error(f"GitHub knows nobody called {name}", f"check the spelling in roles of {CONFIG_FILE}")


def _signers(subject: Subject) -> Iterator[Problem]:
    data = subject.policy_file(SIGNERS_FILE)
    if data is None:
        yield error(f"there is no file {SIGNERS_FILE}", "add a line for each person: NAME ssh-ed25519 AAAA…")
        return
    holders: dict[bytes, set[str]] = {}
    named = set()
    for line in key_lines(data, subject.now):
        if line.key is not None:
            holders.setdefault(line.key, set()).add(line.name)
        if line.problem:
            yield replace(line.problem, message=f"{SIGNERS_FILE}:{line.number}: {line.problem.message}")
        else:
            named.add(line.name)
    roles = subject.config.roles
    for name in dict.fromkeys((*roles.super_admins, *roles.customer_success)):
        if name not in named:
            yield error(f"{name} has a role and no key", f"add {name}'s public key to {SIGNERS_FILE}")
    for names in holders.values():
        if len(names) > 1:
            yield error(
                f"{' and '.join(sorted(names))} have the same key, and so could approve for each other",
                f"give each a key of their own in {SIGNERS_FILE}",
            )


def _has_logins(subject: Subject) -> bool:
    roles = subject.config.roles
    return subject.names_logins and bool(roles.super_admins or roles.customer_success)


CHECKS = (
    Check(id="approvals", fine="changes need an approval", examine=_approvals),
    Check(id="roles", fine="everybody who asks has somebody else who can approve", examine=_roles),
    Check(id="people-known", fine="GitHub knows everybody with a role", examine=_known, concerns=_has_logins),
    Check(
        id="signers", fine="everybody with a role has a key", examine=_signers,
        concerns=lambda subject: subject.config.approvals.source == "signed-merge",
    ),
)
