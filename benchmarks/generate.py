"""Writes a repository of realistic account files: `python benchmarks/generate.py DIR --accounts 10000 --commit`.

The same number and seed give the same bytes (and, with `--commit`, the same commit id) on every machine. Twenty
accounts share a customer, each customer has a folder. All are valid, and active or scheduled on `TODAY`.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import random
import shutil
import subprocess
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2026, 11, 23)
ACCOUNTS_PER_CUSTOMER = 20
MAX_DOMAINS = 400  # the configuration, too, has to stay under 64 KiB

PLACES = {
    "ES": ["Madrid", "Sevilla", "Bilbao", "A Coruña", "Vigo", "Málaga", "Zaragoza", "León"],
    "PT": ["Lisboa", "Porto", "Braga", "Évora", "Faro"],
    "FR": ["Lyon", "Nantes", "Lille", "Orléans", "Nîmes"],
    "DE": ["Köln", "Bremen", "Dresden", "Münster", "Ulm"],
    "NO": ["Oslo", "Bergen", "Tromsø"],
}
SITES = ["HQ", "North", "Warehouse", "Harbour", "Old Town", "Airport", "Tower 2", "Park", "Annex", "Plant 1"]
FIRST_WORDS = ["Norte", "Aurora", "Iberia", "Costa", "Meridian", "Atlas", "Sierra", "Levante", "Orion", "Delta"]
SECOND_WORDS = ["Hoteles", "Foods", "Energía", "Retail", "Clinics", "Logistics", "Schools", "Textil", "Cerámica"]
FORMS = {"ES": "S.A.", "PT": "Lda.", "FR": "SAS", "DE": "GmbH", "NO": "AS"}
COMMENTS = [
    "Pilot site, see contract {number}.",
    "Meters are read by the landlord; ask {place} before adding any.",
    "Sub-metering of floors 2 to 5 follows in spring, about {number} datapoints.",
    "Moved here from the old platform.",
]


@dataclass(frozen=True)
class Customer:
    slug: str
    name: str
    country: str
    domain: str | None


def slugged(text: str) -> str:
    """Lower case, without accents, words joined by hyphens."""
    ascii_text = unicodedata.normalize("NFKD", text.replace("ø", "o")).encode("ascii", "ignore").decode()
    return "-".join("".join(c if c.isalnum() else " " for c in ascii_text.lower()).split())


def customers(count: int, rng: random.Random) -> Iterator[Customer]:
    for number in range(count):
        country = rng.choices(list(PLACES), weights=[5, 2, 2, 2, 1])[0]
        name = f"{rng.choice(FIRST_WORDS)} {rng.choice(SECOND_WORDS)} {number + 1}"
        domain = f"energy.{slugged(name)}.example" if number < MAX_DOMAINS else None
        yield Customer(slugged(name), f"{name} {FORMS[country]}", country, domain)


@dataclass(frozen=True)
class Catalogue:
    """The names of licenses and sectors that the schema knows."""

    licenses: list[str]
    sectors: list[str]

    @classmethod
    def read(cls, schemas: Path) -> Catalogue:
        schema = json.loads((schemas / "account.schema.json").read_text(encoding="utf-8"))

        def constants(field: str) -> list[str]:
            node = schema["properties"][field]
            if "$ref" in node:
                node = functools.reduce(lambda at, key: at[key], node["$ref"].removeprefix("#/").split("/"), schema)
            return [choice["const"] for choice in node["oneOf"]]

        return cls(constants("license"), constants("sector"))


def account_lines(customer: Customer, name: str, catalogue: Catalogue, rng: random.Random) -> Iterator[str]:
    """One account file, line by line, with the optional fields that about so many real ones have."""
    yield "# yaml-language-server: $schema=../../../schemas/account.schema.json"
    if rng.random() < 0.2:
        yield f"# {customer.name}: ask their energy manager before any change here"
    yield f"name: {name}"
    yield f"customer: {customer.name}"
    yield f"license: {rng.choice(catalogue.licenses)}"
    yield f"datapoints: {rng.randrange(20, 2000, 5)}" + ("            # at least 20" if rng.random() < 0.3 else "")
    start = TODAY + timedelta(days=rng.randrange(-330, 30))
    yield "subscription:"
    yield f'  start: "{start}"'  # quoted, because ajv-cli reads a bare date as something that is no string
    if rng.random() < 0.7:
        yield f"  months: {rng.choice([12, 12, 12, 24, 36, 60])}"
    yield f"sector: {rng.choice(catalogue.sectors)}"
    if rng.random() < 0.9:
        yield f"country: {customer.country}"
        if customer.country == "ES" and rng.random() < 0.4:
            yield f"rtc_lines: {rng.randrange(1, 40)}"
    host = customer.domain or f"{customer.slug}.example"
    if customer.domain and rng.random() < 0.5:
        yield f"email_domain: {host}"
    mailboxes = rng.sample(["facilities", "energy", "maintenance", "office", "it"], rng.choice([1, 1, 2, 3]))
    yield f"contacts: [{', '.join(f'{mailbox}@{host}' for mailbox in mailboxes)}]"
    if rng.random() < 0.5:
        text = rng.choice(COMMENTS).format(number=rng.randrange(20, 400), place=rng.choice(PLACES[customer.country]))
        yield f"comment: {text}"
    if customer.country == "ES" and rng.random() < 0.6:
        yield "language: es"
    if rng.random() < 0.3:
        yield "auto_renew: propose"


def configuration_lines(domains: dict[str, str]) -> Iterator[str]:
    yield "organisation: Example Energy"
    yield "timezone: Europe/Madrid"
    yield "platform: sqlite:///.emp-gitops/platform.db"
    yield "roles:"
    yield "  super_admins: [ana]"
    yield "  customer_success: [carla]"
    yield "approvals: {source: none, required: 1}"
    yield "mail:"
    yield "  from: Example Energy <accounts@example.com>"
    yield "  domains:"
    for domain, customer in domains.items():
        yield f"    {domain}: {{customer: {customer}, verified: true}}"


def write_lines(path: Path, lines: Iterator[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


def generate(root: Path, accounts: int, *, seed: int, schemas: Path) -> None:
    """Write `accounts` account files, the configuration and a copy of the schemas into the folder `root`."""
    rng = random.Random(seed)
    shutil.copytree(schemas, root / "schemas", dirs_exist_ok=True)
    catalogue = Catalogue.read(schemas)
    holders = list(customers(-(-accounts // ACCOUNTS_PER_CUSTOMER), rng))
    for number in range(accounts):
        customer = holders[number // ACCOUNTS_PER_CUSTOMER]
        site = f"{rng.choice(PLACES[customer.country])} {rng.choice(SITES)}"
        within = number % ACCOUNTS_PER_CUSTOMER + 1
        folder = root / "accounts" / customer.country.lower() / customer.slug
        lines = account_lines(customer, f"{site} ({within})", catalogue, rng)
        write_lines(folder / f"{customer.slug}-{slugged(site)}-{within}.yaml", lines)
    write_lines(root / "emp-gitops.yaml", configuration_lines({c.domain: c.name for c in holders if c.domain}))
    write_lines(root / ".gitignore", iter([".emp-gitops/"]))


def commit(root: Path) -> None:
    """Make `root` a git repository whose one commit, on `main`, holds everything."""
    person = {"NAME": "Ana", "EMAIL": "ana@example.com", "DATE": "2026-11-23T12:00:00+00:00"}
    identity = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in person.items()}
    env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | identity
    plain = ["-c", "commit.gpgSign=false", "-c", "core.autocrlf=false", "-c", f"core.hooksPath={os.devnull}"]
    for command in ("init --quiet --initial-branch=main", "add .", "commit --quiet --message=Generated"):
        subprocess.run(["git", *plain, *command.split()], cwd=root, env=env, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a repository of realistic account files.")
    parser.add_argument("directory", type=Path, help="a folder that is empty or does not exist yet")
    parser.add_argument("--accounts", type=int, default=1000, metavar="N", help="how many account files (1000)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="another seed gives other accounts (1)")
    parser.add_argument("--schemas", type=Path, default=ROOT / "schemas", metavar="DIR", help="the schemas to copy")
    parser.add_argument("--commit", action="store_true", help="make the folder a git repository with one commit")
    arguments = parser.parse_args()
    if arguments.directory.exists() and any(arguments.directory.iterdir()):
        parser.error(f"{arguments.directory} is not empty")
    generate(arguments.directory, arguments.accounts, seed=arguments.seed, schemas=arguments.schemas)
    if arguments.commit:
        commit(arguments.directory)


if __name__ == "__main__":
    main()
