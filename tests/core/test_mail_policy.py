"""The part of the configuration that is about mail."""

from __future__ import annotations

import pytest

from emp_gitops.core.checking import check_policy
from emp_gitops.core.config import Config, MailPolicy
from emp_gitops.core.mailbox import Mailbox
from support.accounts import SURROUNDINGS, a_tree, an_account

REQUIRED = "organisation: Example Energy\ntimezone: UTC\nmail:\n"


def policy(mail: str) -> MailPolicy:
    found, findings = check_policy(a_tree(config=f"{REQUIRED}  {mail}\n"), SURROUNDINGS)
    assert found, findings
    return found.config.mail


def test_what_is_left_out_has_the_documented_defaults() -> None:
    config = Config.from_value({"organisation": "Example Energy", "timezone": "UTC"})
    assert config.mail == MailPolicy(sender=None, cc=(), language="en", languages={}, smtp=None, per_minute=None)


def test_what_is_given_is_taken_over() -> None:
    assert policy(
        "{from: Example Energy <accounts@example.com>, cc: [success@example.com, josé@example.com], language: es,"
        " languages: {Acme S.A.: en}, smtp: 'smtps://mail.example.com', per_minute: 60}"
    ) == MailPolicy(
        sender=Mailbox("Example Energy", "accounts@example.com"), cc=("success@example.com", "josé@example.com"), language="es",
        languages={"Acme S.A.": "en"}, smtp="smtps://mail.example.com", per_minute=60,
    )


@pytest.mark.parametrize(("mail", "line"), [
    ("from: A <a@example.com>, B <b@example.com>", "4:9 sender-invalid: mail.from is 'A <a@example.com>, B <b@example.com>'; it does not have the form"),
    ("from: accounts@localhost", "4:9 sender-invalid: mail.from is 'accounts@localhost'; it does not hold one valid address: The part after"),
    ("from: josé@example.com", "4:9 sender-invalid: mail.from is 'josé@example.com'; it has other letters"),
    ("cc: ['a@example.com, b@example.com']", "4:8 email-invalid: mail.cc[0]"),
    ("cc: [Ana <a@example.com>]", "4:8 email-invalid: mail.cc[0]"),
    ("cc: [a@example.com, a@example.com]", "4:7 list-repeats: mail.cc names 'a@example.com' twice"),
    ("cc: a@example.com", "4:7 field-type: mail.cc is 'a@example.com' (a text); it must be a list"),
    ("languages: {Acme S.A.: de}", "4:26 text-form: mail.languages.Acme S.A. is 'de', which does not have the right form"),
    ("languages: {' ': en}", "4:15 key-form: mail.languages has the key ' ', which does not have the right form"),
    ("per_minute: 0", "4:15 number-too-small: mail.per_minute is 0; it must be at least 1"),
    ("per_minute: 60001", "4:15 number-too-large: mail.per_minute is 60001; it must be at most 60000"),
    *((f"smtp: '{url}'", f"4:9 text-form: mail.smtp is '{url}', which does not have the right form") for url in (
        "smtp://", "smtp://user:secret@mail.example.com", "http://mail.example.com", "smtp://mail.example.com:port", "smtp://mail example.com",
        "smtps://mail.example.com/path", "smtp://::1", "smtp://mail.example.com?a=b",
    )),
])
def test_what_is_wrong_is_explained_in_its_place(mail: str, line: str) -> None:
    found, findings = check_policy(a_tree(config=f"{REQUIRED}  {mail}\n"), SURROUNDINGS)
    assert found is None
    assert [f"{f.line}:{f.column} {f.rule}: {f.message}".startswith(line) for f in findings] == [True], findings


@pytest.mark.parametrize("url", ["smtp://localhost", "smtps://[::1]:465", "smtp://mail.example.com:587/", "smtps://correo.energía.example"])
def test_a_server_is_named_by_its_url(url: str) -> None:
    assert policy(f"smtp: '{url}'").smtp == url


class TestTheLanguageOfAMail:
    mail = MailPolicy(language="en", languages={"Acme S.A.": "es"})

    @pytest.mark.parametrize(("fields", "language"), [
        ({"language": "en"}, "en"), ({"language": "es"}, "es"), ({}, "es"), ({"customer": "Brisa"}, "en"),
        ({"language": "de"}, "es"), ({"customer": "Brisa", "language": "es"}, "es"), ({"customer": "acme s.a."}, "en"),
    ])
    def test_is_the_accounts_else_the_customers_else_that_of_all(self, fields: dict[str, str], language: str) -> None:
        assert self.mail.language_of(an_account(**fields)) == language
