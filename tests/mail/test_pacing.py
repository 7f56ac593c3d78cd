"""Sending no faster than allowed, with a clock that only moves when somebody sleeps."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from emp_gitops.mail.base import Delivery, Mail, MailError
from emp_gitops.mail.pacing import PacedOutbox
from support.mails import composed

MAIL = composed()


@dataclass
class Watch:
    """Seconds, and how long each sleep was."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def read(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class Recorder:
    """An outbox that notes when it was handed something, and takes so long for it."""

    watch: Watch
    takes: float = 0.0
    fails: bool = False
    times: list[float] = field(default_factory=list)
    closed: bool = False
    where = "a recorder"

    def send(self, mail: Mail) -> Delivery:
        self.times.append(self.watch.now)
        self.watch.now += self.takes
        if self.fails:
            raise MailError("no")
        return Delivery(accepted=mail.recipients)

    def close(self) -> None:
        self.closed = True

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def paced(recorder: Recorder, per_minute: int) -> PacedOutbox:
    return PacedOutbox(recorder, per_minute, clock=recorder.watch.read, sleep=recorder.watch.sleep)


def test_the_first_mail_goes_at_once_and_the_others_evenly_after_it() -> None:
    recorder = Recorder(Watch())
    with paced(recorder, 120) as outbox:
        assert outbox.where == "a recorder"
        assert [outbox.send(MAIL).accepted for _ in range(4)] == [MAIL.recipients] * 4
    assert recorder.times == [1000.0, 1000.5, 1001.0, 1001.5]
    assert recorder.closed


def test_the_time_that_sending_takes_counts() -> None:
    recorder = Recorder(Watch(), takes=0.3)
    outbox = paced(recorder, 120)
    for _ in range(3):
        outbox.send(MAIL)
    assert recorder.times == [1000.0, 1000.5, 1001.0]
    assert recorder.watch.slept == pytest.approx([0.2, 0.2])


def test_a_slow_server_is_not_slowed_further_and_lost_time_is_not_made_up_for() -> None:
    recorder = Recorder(Watch(), takes=2.0)
    outbox = paced(recorder, 60)
    for _ in range(3):
        outbox.send(MAIL)
    recorder.takes = 0.0
    for _ in range(3):
        outbox.send(MAIL)
    assert recorder.times == [1000.0, 1002.0, 1004.0, 1006.0, 1007.0, 1008.0]


def test_a_failure_counts_as_well() -> None:
    recorder = Recorder(Watch(), fails=True)
    outbox = paced(recorder, 60)
    for _ in range(3):
        with pytest.raises(MailError):
            outbox.send(MAIL)
    assert recorder.times == [1000.0, 1001.0, 1002.0]
