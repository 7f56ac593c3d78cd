"""What the stand-in for GitHub remembers of pull requests and says of commits."""

from __future__ import annotations

import pytest
from github import GithubException

from support.github import GitHub
from support.github.asking import client, repository


class TestEvents:
    def test_tell_of_each_change_of_a_base(self, github: GitHub) -> None:
        github.commit("main", {"README.md": "# Accounts\n"}, by="ana")
        for branch in ("staging", "more"):
            github.commit(branch, {f"{branch}.md": "x"}, by="ana")
        pull = github.open_pull("more", by="ana", base="staging")
        found = repository(github, "carla").get_pull(1)
        found.edit(base="main")
        found.edit(base="main", title="Nothing that moves it")
        with pytest.raises(GithubException, match="invalid"):
            found.edit(base="nowhere")
        github.retarget(pull, "staging", by="carla", automatic=True)
        events = [*repository(github).get_pull(1).get_issue_events()]
        assert [(each.event, each.actor.login) for each in events] == [
            ("base_ref_changed", "carla"), ("automatic_base_change_succeeded", "carla"),
        ]
        assert events[0].created_at < events[1].created_at
        assert next(iter(repository(github).get_pull(1).get_files())).filename == "more.md"


class TestCommits:
    def test_tell_their_authors_by_graphql_also_by_addresses_that_are_secret(self, github: GitHub) -> None:
        question = "query { repository { object { ... on Commit { authors(first: 100) { nodes { email user { login } } } } } } }"
        names = "Co-authored-by: C <carla@example.com>\nCo-authored-by: P <pat@home.example>"
        github.user("carla")
        commit = github.commit("main", {"README.md": "x"}, by="ana", message=f"More\n\n{names}")
        variables = {"owner": "example-energy", "name": "accounts", "commit": commit}
        _, answer = client(github).requester.graphql_query(question, variables)
        assert answer["data"]["repository"]["object"]["authors"]["nodes"] == [
            {"email": "ana@example.com", "user": {"login": "ana"}}, {"email": "carla@example.com", "user": {"login": "carla"}},
            {"email": "pat@home.example", "user": None},
        ]
