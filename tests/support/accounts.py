"""Accounts in every role: builders with good defaults, and hypothesis strategies over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import available_timezones

from hypothesis import strategies as st

from emp_gitops.core.checking import CheckedTree, Policy, Surroundings, check_account, check_policy, check_tree
from emp_gitops.core.findings import Finding
from emp_gitops.core.model import Account, LiveAccount, WantedAccount
from emp_gitops.core.plan import Plan
from emp_gitops.core.planning import make_plan
from emp_gitops.core.tree import Tree, account_id
from support.repos import account_text, config_text

TODAY: Final = date(2026, 11, 23)
SCHEMAS: Final[Mapping[str, bytes]] = {
    f"schemas/{path.name}": path.read_bytes() for path in sorted((Path(__file__).parents[2] / "schemas").glob("*.json"))
}
SURROUNDINGS: Final = Surroundings(
    shipped_config_schema=SCHEMAS["schemas/config.schema.json"], is_timezone=available_timezones().__contains__
)
IDS: Final = ("acme-lyon", "acme-madrid", "brisa-palma", "brisa-cadiz", "ferro-imola")


def an_account(id_: str = "acme-lyon", **fields: Any) -> Account:
    """An account that is active on `TODAY` until 2027-03-01; its file is `file_text(account)`."""
    return Account(**{
        "name": id_.replace("-", " ").title(), "customer": "Acme S.A.", "license": "advanced", "datapoints": 100,
        "start": date(2026, 3, 1), "months": 12, "sector": "offices", "contacts": ("facilities@acme.example",),
    } | fields)


def on_platform(id_: str = "acme-lyon", account: Account | None = None, **fields: Any) -> LiveAccount:
    """A managed account as reconcile left it, 0 datapoints used; `applied=None` makes it an unmanaged one."""
    account = account or an_account(id_)
    return LiveAccount(**{"id": id_, "version": 1, "account": account, "used_datapoints": 0, "applied": account} | fields)


def file_text(account: Account) -> str:
    """The account's file, with every field that is not None written out."""
    values = {name: value for name, value in account.to_flat().items() if name != "expires_on"}
    return account_text("any", **values)


def path_of(id_: str) -> str:
    return f"accounts/{id_}.yaml"


def a_tree(
    files: Mapping[str, str | bytes] | None = None, *, config: str | bytes | None = None,
    schemas: Mapping[str, bytes] = SCHEMAS, revision: str | None = None, findings: Iterable[Finding] = (),
) -> Tree:
    """A tree of account files by path, with a small configuration and the shipped schemas unless others are given."""
    return Tree(
        revision=revision, accounts={path: _bytes(text) for path, text in (files or {}).items()},
        config=_bytes(config_text() if config is None else config), schemas=schemas, findings=tuple(findings),
    )


def check(tree: Tree) -> CheckedTree:
    return check_tree(tree, SURROUNDINGS)


@cache
def policy(config: str | None = None) -> Policy:
    """What the shipped schemas and a configuration make up."""
    found, findings = check_policy(a_tree(config=config), SURROUNDINGS)
    assert found, findings
    return found


def check_file(text: str | bytes, *, path: str = path_of("acme-lyon"), config: str | None = None) -> list[Finding]:
    """The findings on one account file by itself."""
    return check_account(path, _bytes(text), policy(config))[1]


def in_git(*accounts: tuple[str, Account] | Account, broken: Iterable[str] = (), config: str | None = None) -> CheckedTree:
    """A checked tree of these accounts, each under its id, and of broken files for the ids in `broken`.

    As `check_tree` gives it, but without compiling the schemas again.
    """
    files = {path_of(id_): file_text(account) for id_, account in map(_named, accounts)}
    return _checked(a_tree(files | {path_of(id_): "name: [" for id_ in broken}, config=config), config)


def moved(checked: CheckedTree, folder: str, *, revision: str | None = None) -> CheckedTree:
    """The same accounts in other places, at another revision."""
    files = {f"accounts/{folder}/{account_id(path)}.yaml": data for path, data in checked.tree.accounts.items()}
    return _checked(replace(checked.tree, accounts=files, revision=revision), None)


def planned(checked: CheckedTree, *live: LiveAccount, today: date = TODAY) -> Plan:
    return make_plan(checked, {each.id: each for each in live}, today)


def _named(account: tuple[str, Account] | Account) -> tuple[str, Account]:
    if isinstance(account, tuple):
        return account
    return account.name.lower().replace(" ", "-"), account


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


@cache
def _checked_file(path: str, data: bytes, config: str | None) -> tuple[WantedAccount | None, list[Finding]]:
    return check_account(path, data, policy(config))


def _checked(tree: Tree, config: str | None) -> CheckedTree:
    wanted, findings = {}, []
    for path, data in tree.accounts.items():
        account, found = _checked_file(path, data, config)
        findings += found
        if account:
            wanted[account.id] = account
    return CheckedTree(
        tree=tree, policy=policy(config), wanted=wanted, ids=frozenset(map(account_id, tree.accounts)),
        findings=tuple(findings),
    )


# Strategies

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
dates = st.dates(date(1970, 1, 1), date(2999, 12, 31))
months = st.integers(1, 120)
optional_texts = st.none() | texts

any_accounts = st.builds(
    Account, name=texts, customer=texts, license=texts, datapoints=st.integers(0, 10**18), start=dates, months=months,
    sector=texts, country=optional_texts, rtc_lines=st.integers(0, 10**6), email_domain=optional_texts,
    contacts=st.lists(texts, max_size=3).map(tuple), comment=optional_texts, language=optional_texts,
    auto_renew=optional_texts,
)
"""Accounts with any values that the model can hold, valid or not."""


@st.composite
def valid_accounts(draw: st.DrawFn, id_: str) -> Account:
    """Accounts that the shipped schemas and the rules accept, from few values, so that two of them often share some."""
    country = draw(st.sampled_from([None, "ES", "FR"]))
    return an_account(
        id_, customer=draw(st.sampled_from(["Acme S.A.", "Hoteles Brisa S.L."])),
        license=draw(st.sampled_from(["essential", "advanced", "enterprise"])), datapoints=draw(st.sampled_from([20, 70, 120])),
        start=draw(st.sampled_from([date(2024, 1, 31), date(2026, 3, 1), date(2027, 2, 28)])),
        months=draw(st.sampled_from([12, 24])), country=country, rtc_lines=draw(st.sampled_from([0, 4])) if country == "ES" else 0,
        contacts=draw(st.sampled_from([("a@acme.example",), ("b@acme.example", "a@acme.example")])),
        comment=draw(st.sampled_from([None, "Pilot: site #1", "two\nlines"])),
    )


@st.composite
def rows(draw: st.DrawFn, id_: str) -> LiveAccount:
    """A platform's account in any role: managed as applied, drifted, unmanaged, retired by us or on its own."""
    account, applied = draw(valid_accounts(id_)), draw(st.none() | valid_accounts(id_))
    if draw(st.booleans()) and applied:
        applied = account
    return LiveAccount(
        id=id_, version=draw(st.integers(1, 9)), account=account, applied=applied, retired=draw(st.booleans()),
        used_datapoints=draw(st.none() | st.integers(0, 150)),
    )


@st.composite
def worlds(draw: st.DrawFn) -> tuple[dict[str, Account], list[str], dict[str, LiveAccount]]:
    """Wanted accounts, ids with a broken file, and live accounts, over a handful of ids."""
    wanted, broken, live = {}, [], {}
    for id_ in draw(st.sets(st.sampled_from(IDS))):
        if row := draw(st.none() | rows(id_)):
            live[id_] = row
        match draw(st.sampled_from(["absent", "broken", "equal", "other"])):
            case "broken":
                broken.append(id_)
            case "equal" if row:
                wanted[id_] = row.account
            case "equal" | "other":
                wanted[id_] = draw(valid_accounts(id_))
    return wanted, broken, live
