"""Addresses as servers take them."""

from __future__ import annotations

from collections.abc import Iterable

from emp_gitops.core.formats import domain_key, email_trouble


def wire_form(address: str) -> str:
    """The address with its domain in ASCII (IDNA).

    Raises ValueError, with a sentence, for what is not one bare address: a list, a name with an address, anything with
    a line break in it.
    """
    if trouble := email_trouble(address):
        raise ValueError(trouble)
    local, _, domain = address.rpartition("@")
    key = domain_key(domain)
    if key is None:
        raise ValueError("What stands behind the @ is no domain name.")
    return f"{local}@{key}"


def sorted_out(addresses: Iterable[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """The usable addresses, each once, in their order, and the others with why they are none."""
    usable: list[str] = []
    unusable: dict[str, str] = {}
    for address in dict.fromkeys(addresses):
        try:
            wire_form(address)
        except ValueError as error:
            unusable[address] = str(error)
        else:
            usable.append(address)
    return tuple(usable), unusable
