"""Which outbox the configuration and the environment name."""

from __future__ import annotations

from pathlib import Path

import pytest

from emp_gitops.errors import EmpError
from emp_gitops.mail.open import open_outbox
from support.mails import a_config, composed
from support.smtp import MailServer, mail_server

LOGIN = {"EMP_SMTP_USER": "ana", "EMP_SMTP_PASSWORD": "secret"}


def where(root: Path, smtp: str | None = None, **environment: str) -> str:
    with open_outbox(a_config(smtp=smtp), root, environment) as outbox:
        return outbox.where


class TestWithoutAServer:
    def test_mails_are_put_into_the_maildir(self, tmp_path: Path) -> None:
        assert where(tmp_path) == str(tmp_path / ".emp-gitops" / "mail")
        with open_outbox(a_config(), tmp_path, {}) as outbox:
            outbox.send(composed())
        assert len([*(tmp_path / ".emp-gitops" / "mail" / "new").iterdir()]) == 1

    def test_a_pace_does_not_matter(self, tmp_path: Path) -> None:
        with open_outbox(a_config(per_minute=1), tmp_path, {}, clock=never, sleep=never) as outbox:
            outbox.send(composed())


def never(*_: object) -> float:
    raise AssertionError("nobody should ask")


class TestTheServer:
    @pytest.mark.parametrize(("url", "shown"), [
        ("smtps://mail.example.com", "smtps://mail.example.com:465"), ("smtp://mail.example.com", "smtp://mail.example.com:587"),
        ("smtp://localhost:2525/", "smtp://localhost:2525"), ("smtps://[::1]", "smtps://[::1]:465"),
        ("smtp://[0:0:0:0:0:0:0:1]:25", "smtp://[::1]:25"),
    ])
    def test_is_the_configurations(self, tmp_path: Path, url: str, shown: str) -> None:
        assert where(tmp_path, url) == shown

    def test_is_the_environments_first(self, tmp_path: Path) -> None:
        assert where(tmp_path, "smtps://one.example", EMP_SMTP=" smtps://other.example:25 ") == "smtps://other.example:25"
        assert where(tmp_path, EMP_SMTP="smtps://other.example") == "smtps://other.example:465"

    def test_is_not_the_environments_where_that_is_empty(self, tmp_path: Path) -> None:
        assert where(tmp_path, "smtps://one.example", EMP_SMTP="  ") == "smtps://one.example:465"
        assert where(tmp_path, EMP_SMTP="").endswith("mail")

    @pytest.mark.parametrize("url", [
        "mail.example.com", "smtp://", "http://mail.example.com", "smtp://ana:secret@mail.example.com", "smtp://mail.example.com:0",
        "smtp://mail.example.com:65536", "smtp://mail.example.com/x", "smtp://[::g]", "smtp://[1::2::3]", "smtp://a b", "smtp://a?tls=no",
        "SMTP://mail.example.com", "smtp://mail.example.com\n",
    ])
    def test_must_have_a_url_that_means_something(self, tmp_path: Path, url: str) -> None:
        if url.endswith("\n"):
            url += "x"
        with pytest.raises(EmpError, match="the URL of the SMTP server has another form") as caught:
            where(tmp_path, EMP_SMTP=url)
        assert "secret" not in f"{caught.value} {caught.value.where} {caught.value.hint}"
        assert "EMP_SMTP_PASSWORD" in str(caught.value.hint)


class TestTheLogin:
    def test_comes_from_the_environment(self, tmp_path: Path) -> None:
        with mail_server(auth_require_tls=False) as server:
            with open_outbox(a_config(smtp=f"smtp://127.0.0.1:{server.port}"), tmp_path, LOGIN) as outbox:
                assert outbox.send(composed()).accepted
                assert "secret" not in outbox.where
        assert server.letters

    @pytest.mark.parametrize(("environment", "message"), [
        ({"EMP_SMTP_USER": "ana"}, "EMP_SMTP_PASSWORD is not set"), ({"EMP_SMTP_PASSWORD": "secret"}, "EMP_SMTP_USER is not set"),
        ({"EMP_SMTP_USER": "ana", "EMP_SMTP_PASSWORD": "sécret"}, "other characters than those of ASCII"),
        ({"EMP_SMTP_USER": "ana", "EMP_SMTP_PASSWORD": "secret\n"}, "other characters than those of ASCII"),
    ])
    def test_is_whole_and_can_be_said(self, tmp_path: Path, environment: dict[str, str], message: str) -> None:
        with pytest.raises(EmpError, match=message) as caught:
            where(tmp_path, "smtps://mail.example.com", **environment)
        assert "cret" not in f"{caught.value} {caught.value.hint}"

    def test_is_not_asked_for_without_a_server(self, tmp_path: Path) -> None:
        assert where(tmp_path, EMP_SMTP_USER="ana").endswith("mail")


def test_the_pace_is_the_configurations(tmp_path: Path, server: MailServer) -> None:
    slept: list[float] = []
    config = a_config(smtp=f"smtp://127.0.0.1:{server.port}", per_minute=30)
    with open_outbox(config, tmp_path, {}, clock=lambda: 0.0, sleep=slept.append) as outbox:
        for _ in range(3):
            outbox.send(composed())
    assert slept == [2.0, 4.0]
    assert len(server.letters) == 3


@pytest.mark.parametrize(("sender", "name"), [("a@Energía.example", b"xn--energa-7va.example"), (None, b"localhost")])
def test_we_introduce_ourselves_with_the_senders_domain(tmp_path: Path, server: MailServer, sender: str | None, name: bytes) -> None:
    mail = composed()
    with open_outbox(a_config(from_=sender, smtp=f"smtp://127.0.0.1:{server.port}"), tmp_path, {}) as outbox:
        outbox.send(mail)
    assert server.heard[0] == (False, b"ehlo " + name + b"\r\n")
