"""Who signed a commit, by the SSH keys that the repository's policy allows."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from emp_gitops.errors import RepositoryError
from emp_gitops.repository.process import Git

# What git prints of a good SSH signature by an allowed key.
_GOOD = re.compile(r'^Good "git" signature for (.+) with \S+ key SHA256:\S+$', re.MULTILINE)

# Nobody's own settings decide: no other kind of signature counts, no key that a person trusts for themselves.
_STRICTLY = (
    "-c", "gpg.format=ssh", "-c", "gpg.ssh.program=ssh-keygen", "-c", "gpg.ssh.revocationFile=",
    "-c", "gpg.program=false", "-c", "gpg.openpgp.program=false", "-c", "gpg.x509.program=false",
    "-c", "gpg.minTrustLevel=fully",
)


def signer(git: Git, commit: str, allowed_signers: bytes) -> str | None:
    """The principal of `allowed_signers` whose key signed the commit (a full id); None where there is no such one.

    What git answers with a list or a pattern is nobody; for a line of several principals it may name one of them, so
    each has to have a line of their own. Raises RepositoryError where signatures cannot be checked here.
    """
    with tempfile.NamedTemporaryFile(prefix="emp-gitops-signers-") as file:
        file.write(allowed_signers)
        file.flush()
        strict = Git(git.root, *_STRICTLY, "-c", f"gpg.ssh.allowedSignersFile={Path(file.name)}")
        outcome = strict.attempt("verify-commit", "--raw", commit)
    if "cannot run ssh-keygen" in outcome.complaint or "ssh-keygen -Y" in outcome.complaint:
        raise RepositoryError(
            "signatures cannot be checked: ssh-keygen is missing or too old", hint="install OpenSSH 8.2 or newer"
        )
    found = _GOOD.findall(outcome.complaint)
    if outcome.status or len(found) != 1:
        return None
    principal: str = found[0]
    return None if re.search(r"[,*?!\s]", principal) else principal
