"""The Maildir: whole mails, one copy of each, which any mail program reads."""

from __future__ import annotations

import mailbox
import os
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from emp_gitops.mail.base import Delivery, MailError
from emp_gitops.mail.maildir import MaildirOutbox
from support.mails import a_reminder, composed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / ".emp-gitops" / "mail"


def read(folder: Path) -> list[EmailMessage]:
    """As Python's own reader of Maildirs has it."""
    def parse(file: BinaryIO) -> EmailMessage:
        from email import message_from_binary_file

        return cast("EmailMessage", message_from_binary_file(file, policy=default))

    box: mailbox.Maildir = mailbox.Maildir(folder, factory=parse, create=False)  # type: ignore[arg-type]
    return [cast("EmailMessage", message) for message in box.values()]


class TestAMail:
    def test_is_delivered_to_everybody(self, folder: Path) -> None:
        mail = composed(a_reminder(to=("a@acme.example", "b@acme.example", "a@b, c@d")))
        with MaildirOutbox(folder) as outbox:
            delivery = outbox.send(mail)
            assert outbox.where == str(folder)
        assert delivery.accepted == ("a@acme.example", "b@acme.example")
        assert list(delivery.rejected) == ["a@b, c@d"]

    def test_is_read_back_as_it_was_written(self, folder: Path) -> None:
        mail = composed(a_reminder(name="Cádiz Ñandú", language="es"))
        MaildirOutbox(folder).send(mail)
        found, = read(folder)
        assert [*found.items()] == [*mail.message.items()]
        for one, other in zip(found.walk(), mail.message.walk(), strict=True):
            if not one.is_multipart():
                assert one.get_payload(decode=True) == other.get_payload(decode=True).replace(b"\r\n", b"\n") or one.get_content_subtype() == "calendar"

    def test_may_go_to_addresses_of_other_letters(self, folder: Path) -> None:
        MaildirOutbox(folder).send(composed(a_reminder(to=("josé@bücher.example",))))
        found, = read(folder)
        assert found["To"] == "josé@xn--bcher-kva.example"

    def test_has_the_line_ends_of_files(self, folder: Path) -> None:
        MaildirOutbox(folder).send(composed())
        file, = (folder / "new").iterdir()
        assert b"\r" not in file.read_bytes()

    def test_is_for_its_owners_eyes(self, folder: Path) -> None:
        MaildirOutbox(folder).send(composed())
        file, = (folder / "new").iterdir()
        assert [path.stat().st_mode & 0o077 for path in (file, folder / "new", folder / "cur", folder / "tmp")] == [0, 0, 0, 0]

    def test_leaves_nothing_half_written(self, folder: Path) -> None:
        MaildirOutbox(folder).send(composed())
        assert [*(folder / "tmp").iterdir()] == []


class TestOneCopy:
    def test_is_there_however_often_it_is_sent(self, folder: Path) -> None:
        for _ in range(2):
            with MaildirOutbox(folder) as outbox:
                assert outbox.send(composed()) == outbox.send(composed()) == Delivery(accepted=("facilities@acme.example",))
        assert len(read(folder)) == 1

    def test_is_there_also_after_somebody_has_read_it(self, folder: Path) -> None:
        MaildirOutbox(folder).send(composed())
        file, = (folder / "new").iterdir()
        file.rename(folder / "cur" / f"{file.name}:2,S")
        MaildirOutbox(folder).send(composed())
        assert [*(folder / "new").iterdir()] == []
        assert len(read(folder)) == 1

    def test_is_there_after_a_crash_while_it_was_written(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def crash(_self: Path, _target: Path) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as crashing:
            crashing.setattr(Path, "rename", crash)
            with pytest.raises(KeyboardInterrupt):
                MaildirOutbox(folder).send(composed())
        assert read(folder) == []
        MaildirOutbox(folder).send(composed())
        assert len(read(folder)) == 1

    def test_of_each_mail(self, folder: Path) -> None:
        with MaildirOutbox(folder) as outbox:
            for facts in (a_reminder(), a_reminder(stage="P1W"), a_reminder(account="acme-lyon2")):
                outbox.send(composed(facts))
        assert len(read(folder)) == 3


class TestAFolderThatIsNone:
    def test_is_an_error_for_people(self, folder: Path) -> None:
        folder.parent.mkdir()
        folder.write_text("a file")
        with pytest.raises(MailError, match="cannot be put into the Maildir") as caught:
            MaildirOutbox(folder).send(composed())
        assert caught.value.where == str(folder)
        assert caught.value.hint

    def test_that_vanishes_is_one_too(self, folder: Path) -> None:
        with MaildirOutbox(folder) as outbox:
            outbox.send(composed())
            for file in (folder / "new").iterdir():
                file.unlink()
            (folder / "new").rmdir()
            (folder / "new").symlink_to(os.devnull)
            with pytest.raises(MailError, match="Not a directory"):
                outbox.send(composed(a_reminder(stage="P1W")))
