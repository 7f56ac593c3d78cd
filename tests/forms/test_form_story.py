"""From a filled-in form to the platform, on the stand-in for GitHub: an App opens it, Customer Success approves, reconcile applies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from emp_gitops.core.form_templates import FORM_LABEL
from emp_gitops.core.forms import FormKind
from emp_gitops.shipped import shipped_schemas
from support.cli import Cli
from support.forms import NEW_ACCOUNT, markdown_of
from support.github import GitHub, Issue, Pull
from support.github.identities import new_app
from support.office import outcomes, refusal
from support.repos import ConfigRepo

APP = "emp-forms[bot]"
BRANCH = "application/1-datapoints"


class Counter:
    """Where ana sends forms, the App deals with them, and carla approves. The platform has two accounts."""

    def __init__(self, folder: Path, github: GitHub) -> None:
        self.github = github
        self.repo = ConfigRepo(folder / "clone")
        self.repo.config(
            forge="github:acme/emp", approvals={"source": "github"}, forms={"app": "emp-forms"},
            roles={"super_admins": ["ana"], "customer_success": ["carla", "dora"]},
        )
        for path, content in shipped_schemas().items():
            self.repo.write(path, content)
        self.repo.account("acme-lyon")
        self.repo.account("acme-nice")
        self.repo.commit("start")
        for login in ("ana", "carla", "dora", "mallory"):
            github.user(login)
        github.push(self.repo, "main")
        new_app(github.state, "emp-forms", {"contents": "write", "issues": "write", "pull_requests": "write"})
        self.app = Cli(self.repo.root, github.environment(APP))
        self.runner = Cli(self.repo.root, github.environment())
        self.runner("reconcile", "--trust", "HEAD")

    def send(self, kind: FormKind, *, by: str = "ana", **answers: str) -> Issue:
        text = markdown_of(kind, {"account": "acme-lyon", **answers})
        return self.github.open_issue(kind, text, by=by, labels=[FORM_LABEL])

    def run(self, issue: Issue, *, code: int = 0) -> str:
        """What the workflow does: a fresh checkout with every branch, then the App's turn."""
        self.github.fetch(self.repo, "main:main", "+refs/heads/*:refs/remotes/origin/*")
        return self.app("forms", "open", str(issue.number), code=code).stderr

    def opened(self) -> Pull:
        pull, = (pull for pull in self.github.state.pulls.values() if pull.is_open)
        return pull

    def approve_only(self, pull: Pull) -> None:
        self.github.review(pull, by="carla")
        self.github.fetch(self.repo)

    def approve(self, pull: Pull, *, by: str = "carla", method: Literal["merge", "squash", "rebase"] = "squash") -> None:
        self.github.review(pull, by=by)
        self.github.merge(pull, by=by, method=method)
        self.github.fetch(self.repo)

    def datapoints(self, id_: str = "acme-lyon") -> int:
        return self.runner.live()[id_].account.datapoints


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with GitHub(tmp_path, repo="acme/emp") as github:
        yield Counter(tmp_path, github)


class TestAnApprovedForm:
    @pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
    def test_is_applied_in_the_name_of_whoever_sent_it(
        self, counter: Counter, method: Literal["merge", "squash", "rebase"]
    ) -> None:
        issue = counter.send("datapoints", datapoints="+10", reason="A second floor.")
        counter.run(issue)
        pull = counter.opened()
        assert (pull.issue.by, pull.branch) == (APP, BRANCH)
        assert f"#{pull.number}" in counter.github.comments(issue)[0].body
        counter.approve(pull, method=method)
        assert outcomes(counter.runner) == {"acme-lyon": "applied", "acme-nice": "unchanged"}
        entry = counter.runner.history("acme-lyon")[-1]
        assert (entry["requested_by"], entry["approved_by"], counter.datapoints()) == ("ana", "carla", 110)

    def test_may_be_for_a_new_account_and_for_a_renewal(self, counter: Counter) -> None:
        counter.run(counter.send("create", **{**NEW_ACCOUNT, "account": "acme-oslo", "name": "Acme Oslo"}))
        counter.approve(counter.opened())
        counter.run(counter.send("renewal"))
        counter.approve(counter.opened())
        assert outcomes(counter.runner) == {"acme-lyon": "applied", "acme-nice": "unchanged", "acme-oslo": "applied"}
        assert counter.runner.live()["acme-lyon"].account.months == 24

    def test_may_have_been_edited_by_whoever_sent_it(self, counter: Counter) -> None:
        issue = counter.send("datapoints", datapoints="+10")
        counter.run(issue)
        counter.github.edit(issue, by="ana", body=markdown_of("datapoints", {"account": "acme-lyon", "datapoints": "+20"}))
        counter.run(issue)
        counter.run(issue)
        assert counter.opened().issue.title == "acme-lyon: datapoints 100 → 120 (+20)"
        assert len(counter.github.comments(issue)) == 1
        counter.approve(counter.opened())
        assert outcomes(counter.runner)["acme-lyon"] == "applied"
        assert counter.datapoints() == 120


class TestTheReviewOfAnApprovedForm:
    def test_says_where_it_is_not_what_the_form_asks_for(self, counter: Counter) -> None:
        issue = counter.send("datapoints", datapoints="+10")
        counter.run(issue)
        counter.runner("review", "2")
        counter.repo.account("acme-lyon", datapoints=900)
        path = "accounts/acme-lyon.yaml"
        counter.github.commit(BRANCH, {path: (counter.repo.root / path).read_text()}, by=APP)
        counter.approve_only(counter.opened())
        review = counter.runner.json("review", "2", code=1)
        assert (review["verdict"], review["conclusion"], review["headline"]) == ("form", "failure", "Not what its form asks for")
        step, = review["next"]
        assert step["who"] == "ana"
        assert step["what"].endswith("now what it makes of acme-lyon is not what its form #1 asks for, in datapoints")
        # Ana edits her form, as she is told, and the App mends the application.
        counter.github.edit(issue, by="ana", body=markdown_of("datapoints", {"account": "acme-lyon", "datapoints": "+20"}))
        counter.run(issue)
        assert counter.runner.json("review", "2")["verdict"] == "waiting"

    def test_says_where_its_form_counts_no_more(self, counter: Counter) -> None:
        issue = counter.send("datapoints", datapoints="+10")
        counter.run(issue)
        counter.github.edit(issue, by="carla", body=markdown_of("datapoints", {"account": "acme-lyon", "datapoints": "+900"}))
        review = counter.runner.json("review", "2", code=1)
        assert (review["verdict"], review["conclusion"]) == ("unapprovable", "failure")
        assert "carla has edited this form" in review["next"][0]["what"]


class TestAForm:
    def test_of_somebody_who_may_not_ask_is_refused_with_a_comment(self, counter: Counter) -> None:
        issue = counter.send("datapoints", by="mallory", datapoints="+10")
        assert "mallory is no SuperAdmin" in counter.run(issue, code=3)
        assert "mallory is no SuperAdmin" in counter.github.comments(issue)[0].body
        assert counter.github.state.pulls == {}

    def test_whose_pull_request_got_lost_on_the_way_is_opened_once(self, counter: Counter) -> None:
        issue = counter.send("datapoints", datapoints="+10")
        counter.github.fail_next("POST", "/repos/acme/emp/pulls", after_effect=True)
        counter.run(issue)
        counter.run(issue)
        assert len(counter.github.state.pulls) == len(counter.github.comments(issue)) == 1


class TestApprovalsThatDoNotHold:
    def test_of_what_the_approver_wrote_into_the_form(self, counter: Counter) -> None:
        """Carla may write to the repository. She edits Ana's form, pushes what it then says as if the App had, and approves."""
        issue = counter.send("datapoints", datapoints="+10")
        counter.run(issue)
        counter.github.edit(issue, by="carla", body=markdown_of("datapoints", {"account": "acme-lyon", "datapoints": "+900"}))
        assert "carla has edited this form" in counter.run(issue, code=1)
        counter.repo.account("acme-lyon", datapoints=1000)
        path = "accounts/acme-lyon.yaml"
        counter.github.commit(BRANCH, {path: (counter.repo.root / path).read_text()}, by=APP)
        counter.github.fetch(counter.repo)
        counter.approve(counter.opened())
        assert "carla has edited this form, which ana sent" in refusal(counter.runner, "acme-lyon")
        assert counter.datapoints() == 100

    @pytest.mark.parametrize("path", ["accounts/acme-lyon.yaml", "accounts/acme-nice.yaml"])
    def test_of_what_somebody_added_in_the_apps_name(self, counter: Counter, path: str) -> None:
        issue = counter.send("datapoints", datapoints="+10")
        counter.run(issue)
        counter.repo.account(Path(path).stem, datapoints=900)
        counter.github.commit(BRANCH, {path: (counter.repo.root / path).read_text()}, by=APP)
        counter.github.fetch(counter.repo)
        counter.approve(counter.opened())
        assert f"its form #{issue.number}" in refusal(counter.runner, "acme-lyon")
        assert (counter.datapoints(), counter.datapoints("acme-nice")) == (100, 100)

    def test_of_a_pull_request_that_was_pointed_at_another_form(self, counter: Counter) -> None:
        first = counter.send("datapoints", datapoints="+10")
        second = counter.send("datapoints", account="acme-nice", datapoints="+10")
        counter.run(first)
        pull = counter.opened()
        body = (pull.issue.body or "").replace(f"issue={first.number} ", f"issue={second.number} ")
        counter.github.edit(pull, by="carla", body=body)
        counter.approve(pull)
        assert f"its form #{second.number} does not ask for" in refusal(counter.runner, "acme-lyon")
        assert counter.datapoints() == 100
