"""Names of policy files that try to act where they are shown: in what an application does, and in why a run is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from support.cli import Cli, Outcome
from support.github import GitHub
from support.office import Office
from support.pull_story import NAME, PullStory
from support.repos import account_text

NEVER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]|^::", re.MULTILINE)
PATHS = (
    ".github/a\x1b[31m.yml", ".github/a\n::error::b.yml", ".github/a\u202eb.yml", ".github/a\udcff.yml",
    ".github/`a` | ![x](https:/evil.example) <b> @ana #12.yml",
)
BRANCH = "application/one"


def shown(outcome: Outcome) -> str:
    text = outcome.stdout + outcome.stderr
    assert not NEVER.search(text), outcome
    return text


@pytest.mark.parametrize("path", PATHS, ids=ascii)
class TestInPlainGit:
    def test_an_application_is_shown_and_does_nothing(self, office: Office, path: str) -> None:
        cli = Cli(office.repo.root)
        office.branch_off(BRANCH)
        office.repo.write(path, "x")
        office.commit()
        office.repo.switch("main")
        for command in (
            ("applications", "list"), ("applications", "show", BRANCH), ("review", BRANCH), ("review", BRANCH, "--format", "text"),
            ("status", "--zone", "applications"),
        ):
            assert ".github/" in shown(cli(*command)).replace("\\", "").replace("\u200c", "")
        assert cli.json("review", BRANCH)["policy_files"] == [path]

    def test_a_run_is_refused_and_does_nothing_else(self, office: Office, path: str) -> None:
        cli = Cli(office.repo.root)
        office.repo.write(path, "x")
        office.commit(by=None)
        for format_ in ("text", "json"):
            assert "decides what is allowed" in shown(cli("reconcile", "--format", format_, code=3))


@pytest.mark.parametrize("path", PATHS, ids=ascii)
class TestOnGitHub:
    @pytest.fixture
    def story(self, tmp_path: Path) -> Iterator[PullStory]:
        with GitHub(tmp_path, repo=NAME) as github:
            yield PullStory(tmp_path, github)

    def test_the_comment_of_a_review_shows_it(self, story: PullStory, path: str) -> None:
        story.github.commit("rules", {path: "x"}, by="ana")
        story.github.open_pull("rules", by="ana")
        shown(story.robot("review", "1"))
        comment, = story.comments(1)
        assert "changes the rules it is judged by" in comment.body
        self.harmless(comment.body)
        check, = (each.given for each in story.github.state.checks.values())
        assert not NEVER.search(check["output"]["title"])

    def test_the_outcome_of_an_application_that_it_stops_shows_it(self, story: PullStory, path: str) -> None:
        github = story.github
        github.commit("more", {"accounts/acme-lyon.yaml": account_text("acme-lyon", datapoints=150)}, by="ana")
        pull = github.open_pull("more", by="ana")
        github.review(pull, by="carla")
        github.merge(pull, by="carla")
        github.commit("main", {path: "x"}, by="mallory")
        shown(story.robot("reconcile", code=3))
        comment, = story.comments(1)
        assert "decides what is allowed" in comment.body
        self.harmless(comment.body)

    def harmless(self, body: str) -> None:
        assert not NEVER.search(body)
        html = MarkdownIt("commonmark").enable("table").render(body)
        assert not re.search(r"<img|<b>|@\w|#12", re.sub(r"<code>.*?</code>", "", html))
