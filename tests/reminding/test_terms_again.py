"""A term that an account is in again: its renewal was taken back, or the account was retired and created anew."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from emp_gitops.forge.issues import Entry
from support.reminding import END, LYON, Room

KEY = f"reminder {LYON} {END}"


def renewed_and_taken_back(room: Room) -> None:
    """The first mail went out, and the issue was closed for the renewal."""
    room.put()
    room.run("2026-11-10")
    room.renew()
    room.run("2026-11-11")
    room.change(months=12)


def test_a_term_goes_on_in_its_issue_which_is_opened_again(room: Room) -> None:
    renewed_and_taken_back(room)
    seen = room.foresee("2026-12-03")
    report = room.run("2026-12-03")
    assert [(each.account, each.issue, each.expires_on) for each in report.resumed] == [(LYON, "#1", END)]
    assert seen.resumed == report.resumed
    kept = room.tracker.kept[KEY]
    assert kept.is_open
    assert f"The account is in this term again: it ends on **{END}**." in kept.comments
    assert [subject for subject, _ in room.mails] == [f"{LYON} P1M {END}", f"{LYON} P1W {END}"]
    assert room.run("2026-12-04").resumed == ()


def test_an_issue_is_closed_and_opened_as_often_as_it_takes(room: Room) -> None:
    room.put()
    room.run("2026-11-10")
    for day in (12, 14):
        room.renew()
        assert len(room.run(f"2026-11-{day}").ended) == 1
        room.change(months=12)
        assert len(room.run(f"2026-11-{day + 1}").resumed) == 1
    assert room.tracker.kept[KEY].is_open


def test_a_term_may_be_that_of_a_new_account_of_the_name(room: Room) -> None:
    room.put()
    room.run("2026-11-10")
    room.retire()
    room.run("2026-11-11")
    assert not room.tracker.kept[KEY].is_open
    room.put()
    assert len(room.run("2026-11-12").resumed) == 1
    assert room.tracker.kept[KEY].is_open


def test_an_issue_that_a_person_closed_stays_closed(room: Room) -> None:
    room.put()
    room.run("2026-11-10")
    room.tracker.kept[KEY].is_open = False
    assert room.run("2026-11-11").resumed == ()
    room.tracker.kept[KEY].is_open = True
    room.renew()
    room.run("2026-11-12")
    room.change(months=12)
    room.run("2026-11-13")
    room.tracker.kept[KEY].is_open = False
    assert room.run("2026-12-03").resumed == ()
    assert not room.tracker.kept[KEY].is_open
    assert len(room.mails) == 2


def test_an_issue_whose_account_left_again_meanwhile_is_not_opened(room: Room) -> None:
    """What was seen without the lock may be over by the time it is taken."""
    renewed_and_taken_back(room)
    entries = room.tracker.entries

    def renewed_then(keys: Collection[str]) -> Mapping[str, Sequence[Entry]]:
        found = entries(keys)
        room.tracker.entries = entries  # type: ignore[method-assign]
        room.renew()
        return found

    room.tracker.entries = renewed_then  # type: ignore[method-assign]
    assert room.run("2026-11-12").resumed == ()
    assert not room.tracker.kept[KEY].is_open
