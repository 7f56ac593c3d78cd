"""Who is a SuperAdmin and who is in Customer Success, by login and by the members of teams."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from github.GithubException import IncompletableObject
from github.NamedUser import NamedUser
from github.Organization import Organization

from emp_gitops.core.config import Config
from emp_gitops.errors import ForgeError
from emp_gitops.forge.github.client import GitHub


class Roles:
    """The people of one configuration. Each team is read once, when it is first needed.

    Logins are the same in any case. A team that cannot be read in full raises ForgeError: who is in it is never
    assumed.
    """

    def __init__(self, client: GitHub, config: Config) -> None:
        self._client = client
        self._named = config.roles

    def is_super_admin(self, login: str) -> bool:
        return login.lower() in self._super_admins

    def is_customer_success(self, login: str) -> bool:
        return login.lower() in self._customer_success

    @cached_property
    def _super_admins(self) -> frozenset[str]:
        return self._people(self._named.super_admins)

    @cached_property
    def _customer_success(self) -> frozenset[str]:
        return self._people(self._named.customer_success)

    def _people(self, named: Iterable[str]) -> frozenset[str]:
        people: set[str] = set()
        for each in named:
            people |= self._members(each) if each.startswith("@") else {each.lower()}
        return frozenset(people)

    def _members(self, team: str) -> set[str]:
        organisation, _, slug = team[1:].partition("/")
        try:
            with self._client.asking(f"read who is in {team}"):
                members = self._client.api.get_organization(organisation).get_team_by_slug(slug).get_members()
                return {member.login.lower() for member in members}
        except ForgeError as error:
            raise ForgeError(
                error.message, where=error.where,
                hint=f"{error.hint}; to read a team takes the organisation's permission Members: read",
            ) from error


def login_of(user: NamedUser | Organization | None) -> str | None:
    """None for somebody who left GitHub: it answers null or an empty object, of which PyGithub cannot ask more."""
    try:
        return user.login if user else None
    except IncompletableObject:
        return None
