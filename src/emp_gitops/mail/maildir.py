"""Putting mails into a Maildir, where any mail program can read them: what is done without a mail server."""

from __future__ import annotations

import os
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Self

from emp_gitops.mail.addresses import wire_form
from emp_gitops.mail.base import Delivery, Mail, UnreachableError
from emp_gitops.mail.message import WIRE, WIRE_UTF8


class MaildirOutbox:
    """A mail gets a name that follows from its Message-ID, so that there is one copy of it however often it is sent,
    also after somebody has read it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def where(self) -> str:
        return str(self._folder)

    def send(self, mail: Mail) -> Delivery:
        name = f"{sha256(mail.message_id.encode()).hexdigest()[:32]}.emp-gitops"
        try:
            if name not in self._read and not self._place("new", name).exists():
                self._deliver(name, _stored(mail))
        except OSError as error:
            raise UnreachableError(
                f"the mail cannot be put into the Maildir: {error.strerror}", where=self.where,
                hint="it is a folder with cur, new and tmp in it, which are made where they are missing",
            ) from error
        return Delivery(accepted=mail.recipients, rejected=dict(mail.unusable))

    def close(self) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def _read(self) -> frozenset[str]:
        """The names of mails that a mail program has taken note of, and moved. Makes the folders that are missing."""
        for part in ("cur", "new", "tmp"):
            (self._folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
        return frozenset(entry.name.partition(":")[0] for entry in (self._folder / "cur").iterdir())

    def _deliver(self, name: str, data: bytes) -> None:
        """Whole or not at all: written elsewhere, brought to the disk, and moved."""
        draft = self._place("tmp", f"{name}.{os.getpid()}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self._place("new", name))
        _sync_folder(self._folder / "new")

    def _place(self, part: str, name: str) -> Path:
        return self._folder / part / name


def _stored(mail: Mail) -> bytes:
    """With the line ends of files; in UTF-8 where an address cannot be said otherwise."""
    needs_utf8 = not all(wire_form(address).isascii() for address in mail.recipients)
    policy = WIRE_UTF8 if needs_utf8 else WIRE
    return mail.message.as_bytes(policy=policy.clone(linesep="\n"))


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
