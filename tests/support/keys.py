"""SSH keys of people, made by ssh-keygen, and the `allowed_signers` that names them."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory


@dataclass(frozen=True)
class Key:
    """One person's key pair without a passphrase; `public` is the text of the public half, in one line."""

    person: str
    private: Path
    public: str

    @property
    def settings(self) -> tuple[str, ...]:
        """What makes one run of git sign with this key, before its command: `git.commit -S` and `merge -S`."""
        return ("-c", "gpg.format=ssh", "-c", f"user.signingkey={self.private}")


@cache
def _pair(person: str) -> tuple[str, str]:
    """The two halves, the same for the whole run."""
    with TemporaryDirectory() as folder:
        private = Path(folder, "key")
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", person, "-f", str(private)],
            check=True, stdin=subprocess.DEVNULL,
        )
        return private.read_text(encoding="ascii"), private.with_suffix(".pub").read_text(encoding="utf-8")


class Keys:
    """Keys by person, each made when it is first asked for.

        keys = Keys(tmp_path)
        repo.write("allowed_signers", keys.allowed_signers("ana", "carla"))
        repo.git(*keys.of("ana").settings, "commit", "-S", "--message=signed", **repo.identity())
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "keys"
        self._made: dict[str, Key] = {}

    def of(self, person: str) -> Key:
        if person not in self._made:
            self._folder.mkdir(parents=True, exist_ok=True)
            private = self._folder / person
            secret, public = _pair(person)
            private.touch(mode=0o600)
            private.write_text(secret, encoding="ascii")
            private.with_suffix(".pub").write_text(public, encoding="utf-8")
            self._made[person] = Key(person, private, public.strip())
        return self._made[person]

    def allowed_signers(self, *people: str) -> str:
        """The file's text, one line for each of the people, for signatures of commits only."""
        return "".join(f'{person} namespaces="git" {self.of(person).public}\n' for person in people)
