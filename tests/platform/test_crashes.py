"""A process that is killed between any two steps leaves a platform on which the next one goes on."""

from __future__ import annotations

from emp_gitops.platform.base import PlatformMissingError
from emp_gitops.platform.open import open_reader, open_writer
from emp_gitops.platform.url import PlatformUrl
from support.crashing import Processes
from support.platforms import with_accounts
from support.thorough import steps

from .conftest import NewPlatform

KILLED, DONE = [-9], [0]


def is_missing(url: PlatformUrl) -> bool:
    try:
        open_reader(url).close()
    except PlatformMissingError:
        return True
    return False


def test_a_platform_whose_creation_was_killed_is_missing_or_whole_and_can_be_created(
    new_platform: NewPlatform, forks: Processes,
) -> None:
    missing = []
    for step in steps(hurried=5):
        with new_platform() as url:
            codes = forks.run("support.jobs:create_platform", url.text, kill_at=step)
            missing.append(is_missing(url))
            with open_writer(url) as writer:
                assert writer.accounts() == {}
        if codes == DONE:
            break
        assert codes == KILLED
    assert missing == sorted(missing, reverse=True), "what was once whole stays whole"
    assert missing.count(True) > 4
    assert missing[-1] is False


def test_a_run_that_was_killed_at_any_step_is_completed_by_the_next_one(platform_url: PlatformUrl, forks: Processes) -> None:
    for step in steps(hurried=5):
        giver, taker = f"giver-{step}", f"taker-{step}"
        with_accounts(platform_url, giver, taker)
        codes = forks.run("support.jobs:transfer", platform_url.text, giver, taker, kill_at=step)
        with open_reader(platform_url) as reader:
            datapoints = [reader.accounts()[id_].account.datapoints for id_ in (giver, taker)]
            assert datapoints in ([100, 100], [70, 130])
            assert len(reader.history(giver)) == len(reader.history(taker)) == (2 if datapoints == [70, 130] else 1)
        assert forks.run("support.jobs:transfer", platform_url.text, giver, taker) == DONE
        with open_reader(platform_url) as reader:
            found = reader.accounts()
            assert [found[id_].account.datapoints for id_ in (giver, taker)] == [70, 130]
            assert [found[id_].version for id_ in (giver, taker, f"{giver}-new")] == [2, 2, 1]
            for id_ in (giver, taker):
                assert [entry.kinds for entry in reader.history(id_)] == [("create",), ("datapoints",)]
            assert len(reader.history(f"{giver}-new")) == 1
        if codes == DONE:
            break
        assert codes == KILLED
    assert step > 10, "the job was killed at each of many steps"
