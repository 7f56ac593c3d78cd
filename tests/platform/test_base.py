from __future__ import annotations

from emp_gitops.platform.base import EmptyPlatform, PlatformReader


def test_a_platform_before_its_first_account_reads_as_an_empty_one() -> None:
    reader: PlatformReader = EmptyPlatform()
    with reader as platform:
        assert platform.accounts() == {}
        assert list(platform.history("acme-madrid")) == []
    reader.close()
