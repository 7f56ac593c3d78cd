"""An application that an App opened for a form is held to what the form asked for, on real commits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from emp_gitops.core.forms import FormKind, FormRequest
from emp_gitops.errors import EmpError
from emp_gitops.forge.base import Verdict
from emp_gitops.forms import FormCheck, asked_for
from emp_gitops.workspace import Workspace
from support.accounts import SCHEMAS
from support.forms import NEW_ACCOUNT, sent
from support.repos import ConfigRepo, config_text

MORE = sent("datapoints", account="acme-lyon", datapoints="+10", reason="A second floor.")


@pytest.fixture
def repo(tmp_path: Path) -> ConfigRepo:
    """Two accounts on main, and a branch from it that is checked out."""
    repo = ConfigRepo(tmp_path / "repo")
    repo.config()
    for path, data in SCHEMAS.items():
        repo.write(path, data)
    repo.account("acme-lyon")
    repo.account("acme-nice")
    repo.commit("accounts")
    repo.branch("application/7-datapoints")
    return repo


def trouble(repo: ConfigRepo, form: FormRequest) -> str | None:
    """What the walk is told of the checked-out commit as the approved one for the form, when main is merged with it."""
    workspace = Workspace(repo.root)
    main, head = (workspace.repository.resolve(ref) for ref in ("main", "HEAD"))
    return FormCheck(workspace.repository, workspace.check)(Verdict(head=head, form=form), main, head)


def proposing(repo: ConfigRepo, id_: str = "acme-lyon", **fields: Any) -> ConfigRepo:
    repo.account(id_, **fields)
    repo.commit("proposed")
    return repo


class TestAnApplication:
    @pytest.mark.parametrize(("kind", "answers", "fields"), [
        ("datapoints", {"datapoints": "+10"}, {"datapoints": 110}),
        ("license", {"license": "enterprise"}, {"license": "enterprise"}),
        ("renewal", {}, {"months": 24}),
    ])
    def test_passes_that_is_what_the_form_asks_for(
        self, repo: ConfigRepo, kind: FormKind, answers: Mapping[str, str], fields: Mapping[str, Any]
    ) -> None:
        assert trouble(proposing(repo, **fields), sent(kind, account="acme-lyon", **answers)) is None

    def test_passes_with_a_new_account_wherever_its_file_is(self, repo: ConfigRepo) -> None:
        form = sent("create", **{**NEW_ACCOUNT, "account": "acme-oslo"})
        fields = {"name": "Acme Lyon", "datapoints": 60, "start": "2026-11-23"}
        assert trouble(proposing(repo, "acme-oslo", folder="north", **fields), form) is None

    def test_passes_when_main_went_on_with_another_field(self, repo: ConfigRepo) -> None:
        proposing(repo, datapoints=110)
        repo.switch("main")
        repo.account("acme-lyon", license="enterprise")
        repo.commit("license")
        repo.switch("application/7-datapoints")
        assert trouble(repo, MORE) is None

    def test_passes_when_main_was_merged_into_it(self, repo: ConfigRepo) -> None:
        proposing(repo, datapoints=110)
        repo.switch("main")
        repo.account("acme-nice", datapoints=500)
        repo.commit("another")
        repo.switch("application/7-datapoints")
        repo.merge("main")
        assert trouble(repo, MORE) is None

    @pytest.mark.parametrize("datapoints", [100, 109, 111])
    def test_fails_with_another_number(self, repo: ConfigRepo, datapoints: int) -> None:
        told = trouble(proposing(repo, datapoints=datapoints, comment="x"), MORE)
        assert told == "what it makes of acme-lyon is not what its form #7 asks for, in datapoints and comment"

    def test_fails_with_a_field_more(self, repo: ConfigRepo) -> None:
        told = str(trouble(proposing(repo, datapoints=110, months=24), MORE))
        assert told.endswith("is not what its form #7 asks for, in subscription.months")

    def test_fails_with_another_account_more(self, repo: ConfigRepo) -> None:
        proposing(repo, datapoints=110)
        assert trouble(proposing(repo, "acme-nice", datapoints=1), MORE) == (
            "it changes acme-nice, which its form #7 does not ask for"
        )

    @pytest.mark.parametrize("path", ["emp-gitops.yaml", "allowed_signers", ".github/workflows/x.yml", "schemas/x.json"])
    def test_fails_with_a_policy_file_more(self, repo: ConfigRepo, path: str) -> None:
        repo.write(path, config_text(renewal={"late_days": 365}))
        assert trouble(proposing(repo, datapoints=110), MORE) == f"it changes {path}, which its form #7 does not ask for"

    def test_fails_when_the_file_is_broken_or_gone(self, repo: ConfigRepo) -> None:
        told = trouble(proposing(repo, datapoints=10), MORE)
        assert told == "it leaves no valid account acme-lyon, and its form #7 asks for one"
        repo.write("accounts/acme-lyon.yaml", "name: [")
        repo.commit()
        assert "it leaves no valid account acme-lyon" in str(trouble(repo, MORE))
        repo.remove("accounts/acme-lyon.yaml")
        repo.commit()
        assert "it leaves no valid account acme-lyon" in str(trouble(repo, MORE))

    def test_fails_when_the_form_asks_for_what_cannot_be(self, repo: ConfigRepo) -> None:
        told = trouble(proposing(repo, datapoints=110), sent("renewal", account="acme-lion"))
        assert told == (
            "its form #7 asks for nothing that can be: there is no account 'acme-lion' under accounts/; did you mean 'acme-lyon'?"
        )

    def test_fails_without_a_form_a_commit_or_a_history_in_common(self, repo: ConfigRepo) -> None:
        workspace = Workspace(repo.root)
        check, main = FormCheck(workspace.repository, workspace.check), workspace.repository.resolve("main")
        repo.git("checkout", "--quiet", "--orphan", "alone")
        alone = repo.commit("alone")
        for verdict in (Verdict(form=MORE), Verdict(head=main), Verdict(head=alone, form=MORE)):
            assert check(verdict, main, main) == "it has no form and no commit to compare"

    def test_is_judged_by_the_policy_of_main_and_not_of_where_it_began(self, repo: ConfigRepo) -> None:
        late = replace(sent("renewal", account="acme-lyon"), sent_at=datetime(2027, 5, 1, 12, tzinfo=UTC))
        proposing(repo, start="2027-05-01", months=12)
        assert trouble(repo, late) is None
        repo.switch("main")
        repo.config(renewal={"late_days": 365})
        repo.commit("policy")
        repo.switch("application/7-datapoints")
        assert "is not what its form #7 asks for" in str(trouble(repo, late))


class TestTheDay:
    @pytest.mark.parametrize(("sent_at", "start"), [
        (datetime(2027, 3, 31, 21, 59, tzinfo=UTC), date(2026, 3, 1)),
        (datetime(2027, 3, 31, 22, 0, tzinfo=UTC), date(2027, 4, 1)),
        (datetime(2027, 5, 6, 22, 0, tzinfo=UTC), date(2027, 5, 7)),
    ])
    def test_is_the_one_on_which_the_form_was_sent_where_the_organisation_is(
        self, repo: ConfigRepo, sent_at: datetime, start: date
    ) -> None:
        workspace = Workspace(repo.root)
        request = replace(sent("renewal", account="acme-lyon"), sent_at=sent_at)
        id_, account = asked_for(request, workspace.check(workspace.tree("main")))
        assert (id_, account.start) == ("acme-lyon", start)


class TestAForm:
    def test_for_a_new_account_needs_an_id_that_is_free(self, repo: ConfigRepo) -> None:
        workspace = Workspace(repo.root)
        with pytest.raises(EmpError, match="'acme-lyon' exists already"):
            asked_for(sent("create", **NEW_ACCOUNT), workspace.check(workspace.tree("main")))

    def test_for_an_account_with_a_broken_file_waits(self, repo: ConfigRepo) -> None:
        repo.write("accounts/acme-lyon.yaml", "name: [")
        workspace = Workspace(repo.root)
        with pytest.raises(EmpError, match="is broken; mend it first"):
            asked_for(MORE, workspace.check(workspace.tree(None)))

    def test_waits_while_the_policy_is_broken(self, repo: ConfigRepo) -> None:
        repo.write("emp-gitops.yaml", "organisation: [")
        workspace = Workspace(repo.root)
        with pytest.raises(EmpError, match="configuration or a schema of main is broken"):
            asked_for(MORE, workspace.check(workspace.tree(None)))
