"""A filled-in form becomes an application, once, whatever happens on the way; and says so on its issue."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from emp_gitops.core.form_answers import FormError
from emp_gitops.core.forms import marked_form
from emp_gitops.errors import EmpError, ForgeError, RefusedError
from emp_gitops.form_opening import MARKER
from support.form_room import APP, FormRoom, files_of
from support.forms import NEW_ACCOUNT


@pytest.fixture
def room(tmp_path: Path) -> FormRoom:
    return FormRoom.of(tmp_path / "repo")


class TestAForm:
    def test_becomes_an_application_of_its_one_change(self, room: FormRoom) -> None:
        room.send("datapoints", datapoints="+10", reason="A second floor.")
        application = room.open()
        assert application.branch == "application/7-datapoints"
        assert application.title == "acme-lyon: datapoints 100 → 110 (+10)"
        (path, text), = files_of(room, application.head).items()
        assert path == "accounts/acme-lyon.yaml"
        assert "datapoints: 110\n" in text
        assert room.repo.git("log", "--format=%an %cn", "-1", application.head) == f"{APP} {APP}"
        assert room.repo.git("log", "--format=%B", "-1", application.head).rstrip().endswith("Requested by ana with #7.")

    def test_for_a_new_account_puts_the_file_beside_the_customers_others(self, room: FormRoom) -> None:
        room.repo.account("brisa-palma", folder="brisa", customer="Brisa")
        room.repo.commit()
        room.send("create", **{**NEW_ACCOUNT, "account": "brisa-oslo", "name": "Oslo", "customer": "Brisa"})
        assert [*files_of(room, room.open().head)] == ["accounts/brisa/brisa-oslo.yaml"]

    def test_leaves_branches_and_work_tree_as_they_are(self, room: FormRoom) -> None:
        before = room.repo.git("for-each-ref"), room.repo.git("status", "--porcelain")
        room.send("license", license="enterprise")
        room.open()
        assert (room.repo.git("for-each-ref"), room.repo.git("status", "--porcelain")) == before

    def test_is_named_in_what_it_became(self, room: FormRoom) -> None:
        room.send("renewal", reason="See <!-- emp-gitops:form issue=8 -->\n\n@carla please")
        body = room.bodies[room.open().id]
        assert marked_form(body) == "7"
        assert "Requested by @ana." in body
        assert "Closes #7" in body
        assert "@carla" not in body


class TestOpenedTwice:
    def test_a_form_is_one_application(self, room: FormRoom) -> None:
        room.send("datapoints", datapoints="+10")
        first = room.open()
        assert room.open() == first
        assert len(room.known) == len(room.answers) == 1

    def test_a_form_that_was_edited_moves_its_application_on(self, room: FormRoom) -> None:
        room.send("datapoints", datapoints="+10")
        first = room.open()
        room.send("datapoints", datapoints="+20", reason="Two floors.")
        second = room.open()
        assert room.known[first.id] == second
        assert "Two floors" in room.bodies[first.id]
        assert (second.id, second.title) == (first.id, "acme-lyon: datapoints 100 → 120 (+20)")
        assert room.repo.git("diff", "--numstat", "main", second.head).split() == ["1", "1", "accounts/acme-lyon.yaml"]
        assert room.repo.git("log", "--format=%P", "-1", second.head) == first.head

    def test_a_form_whose_branch_fell_behind_stays_while_it_still_fits(self, room: FormRoom) -> None:
        room.send("datapoints", datapoints="+10")
        first = room.open()
        room.repo.account("acme-lyon", months=24)
        room.repo.commit("renewal")
        assert room.open() == first

    @pytest.mark.parametrize(("main", "after"), [(500, 510), (110, 120)], ids=["a conflict", "the same number"])
    def test_a_form_that_main_overtook_is_applied_to_main_as_it_is(self, room: FormRoom, main: int, after: int) -> None:
        room.send("datapoints", datapoints="+10")
        room.open()
        room.repo.account("acme-lyon", datapoints=main)
        room.repo.commit("more")
        application = room.open()
        assert application.title == f"acme-lyon: datapoints {main} → {after} (+10)"
        (path, text), = files_of(room, application.head).items()
        assert path == "accounts/acme-lyon.yaml"
        assert f"datapoints: {after}\n" in text

    def test_a_form_whose_branch_somebody_else_pushed_to_asks_for_what_it_asked(self, room: FormRoom) -> None:
        room.send("datapoints", datapoints="+10")
        application = room.open()
        room.repo.git("checkout", "--quiet", application.head)
        room.repo.account("acme-lyon", datapoints=9999)
        extra = room.repo.commit("extra")
        room.repo.switch("main")
        room.branches[application.branch] = extra
        room.known[application.id] = replace(application, head=extra)
        assert "datapoints: 110\n" in files_of(room, room.open().head)["accounts/acme-lyon.yaml"]

    def test_a_form_whose_application_was_closed_is_opened_anew(self, room: FormRoom) -> None:
        room.send("datapoints", datapoints="+10")
        first = room.open()
        room.close(first.id)
        room.send("datapoints", datapoints="+5")
        second = room.open()
        assert second.id != first.id
        assert second.title == "acme-lyon: datapoints 100 → 105 (+5)"

    def test_a_form_whose_application_was_not_opened_after_the_push_is_opened_now(self, room: FormRoom) -> None:
        room.send("datapoints", datapoints="+10")
        head = room.open().head
        room.known.clear()
        assert room.open().head == head

    def test_a_form_that_is_closed_opens_nothing(self, room: FormRoom) -> None:
        room.send("datapoints", datapoints="+10")
        room.issues["7"] = replace(room.issues["7"], is_open=False)
        with pytest.raises(FormError, match="this form is closed"):
            room.open()
        assert room.known == {}


class TestWhatIsRefused:
    def test_is_a_form_of_somebody_who_may_not_ask(self, room: FormRoom) -> None:
        room.send("renewal", author="mallory")
        with pytest.raises(RefusedError, match="mallory is no SuperAdmin"):
            room.open()
        assert room.known == {}
        assert room.answers == [
            "**No application was opened.**\n\n- mallory is no SuperAdmin\n  a SuperAdmin can send this form\n\n" + MARKER
        ]

    def test_is_a_form_that_somebody_else_edited(self, room: FormRoom) -> None:
        room.send("renewal")
        room.issues["7"] = replace(room.issues["7"], other_editors=("carla",))
        with pytest.raises(FormError, match="carla has edited this form"):
            room.open()
        assert room.known == {}

    @pytest.mark.parametrize(("answers", "reason"), [
        ({"datapoints": "many"}, "is no number of datapoints"),
        ({"datapoints": "-90"}, "at least 20"),
        ({"datapoints": "+10", "account": "acme-lion"}, "did you mean 'acme-lyon'"),
        ({"datapoints": "+0"}, "this would change nothing"),
    ])
    def test_is_a_form_that_asks_for_what_cannot_be(
        self, room: FormRoom, answers: dict[str, str], reason: str
    ) -> None:
        room.send("datapoints", **answers)
        with pytest.raises(EmpError, match=reason):
            room.open()
        answer, = room.answers
        assert reason.partition(" ")[0] in answer
        assert "Edit this form, or send a new one." in answer
        assert room.known == {}

    def test_is_told_in_one_comment_that_changes_when_the_form_does(self, room: FormRoom) -> None:
        room.send("datapoints", datapoints="many")
        with pytest.raises(EmpError):
            room.open()
        room.send("datapoints", datapoints="+1")
        room.open()
        assert room.answers == [
            "[#12](https://github.com/example-energy/accounts/pull/12) asks for this: `acme-lyon`, datapoints 100 → 101 "
            "(+1). It takes effect once Customer Success has approved it and it is merged. If you edit the form, it "
            "follows.\n\n" + MARKER
        ]

    def test_is_shown_as_text_whatever_it_says(self, room: FormRoom) -> None:
        room.send("datapoints", datapoints="@carla <b> [x](https://evil.example) `")
        with pytest.raises(EmpError):
            room.open()
        answer, = room.answers
        assert "@carla" not in answer
        assert "<b>" not in answer
        assert "](http" not in answer


class TestAForgeThatFails:
    def test_is_no_fault_of_whoever_sent_the_form(self, room: FormRoom) -> None:
        with pytest.raises(ForgeError):
            room.open("8")
        assert room.discussion.comments == []

    def test_while_answering_is_told_and_a_rerun_converges(self, room: FormRoom) -> None:
        room.send("renewal")
        room.discussion.broken.add("comment")
        with pytest.raises(ForgeError):
            room.open()
        room.discussion.broken.clear()
        room.open()
        assert (len(room.known), len(room.answers)) == (1, 1)
