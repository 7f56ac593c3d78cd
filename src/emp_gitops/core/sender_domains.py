"""What a schema cannot say of `mail.domains`: each is a domain name, and none is there twice in two spellings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from emp_gitops.core.explaining import Explanation
from emp_gitops.core.formats import domain_key


def domain_explanations(config: Mapping[str, Any]) -> Iterator[Explanation]:
    """What is wrong with the domains of a configuration that is valid under its schema."""
    first_with: dict[str, str] = {}
    for domain in config.get("mail", {}).get("domains", {}):
        path = ("mail", "domains", domain)
        key = domain_key(domain)
        if key is None:
            message = f"mail.domains has {domain!r}, which is no domain name"
            yield Explanation("domain-invalid", path, message, "for example energy.acme.example", at_key=True)
        elif (first := first_with.setdefault(key, domain)) != domain:
            message = f"mail.domains has {domain!r}, which is {first!r} in another spelling"
            yield Explanation("domain-repeats", path, message, "remove one of the two", at_key=True)
