"""What a schema cannot say of senders: `mail.from` is one address, each of `mail.domains` is the name of a domain, and
none is there twice in two spellings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from emp_gitops.core.explaining import Explanation
from emp_gitops.core.formats import domain_key
from emp_gitops.core.mailbox import read_mailbox
from emp_gitops.core.wording import shown


def mail_explanations(config: Mapping[str, Any]) -> Iterator[Explanation]:
    """What is wrong with the senders of a configuration that is valid under its schema."""
    mail = config.get("mail", {})
    if "from" in mail:
        yield from _sender_explanations(mail["from"])
    yield from _domain_explanations(mail.get("domains", {}))


def _sender_explanations(text: str) -> Iterator[Explanation]:
    try:
        read_mailbox(text)
    except ValueError as error:
        hint = "for example Example Energy <accounts@example.com>"
        yield Explanation("sender-invalid", ("mail", "from"), f"mail.from is {shown(text)}; {error}", hint)


def _domain_explanations(domains: Mapping[str, Any]) -> Iterator[Explanation]:
    first_with: dict[str, str] = {}
    for domain in domains:
        path = ("mail", "domains", domain)
        key = domain_key(domain)
        if key is None:
            message = f"mail.domains has {domain!r}, which is no domain name"
            yield Explanation("domain-invalid", path, message, "for example energy.acme.example", at_key=True)
        elif (first := first_with.setdefault(key, domain)) != domain:
            message = f"mail.domains has {domain!r}, which is {first!r} in another spelling"
            yield Explanation("domain-repeats", path, message, "remove one of the two", at_key=True)
