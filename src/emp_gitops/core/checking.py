"""From a tree of bytes to the accounts it wants, and everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from emp_gitops.core.approval_rules import approval_explanations
from emp_gitops.core.catalogue import Catalogue, read_catalogue
from emp_gitops.core.config import Config
from emp_gitops.core.explaining import Explanation, explanations
from emp_gitops.core.findings import WHOLE_FILE, Finding, Position, Severity, capped, has_errors, in_order
from emp_gitops.core.loading import Path, Positions, load, locate
from emp_gitops.core.model import WantedAccount, file_path
from emp_gitops.core.reading_account import DisagreementError, account_from_value
from emp_gitops.core.rules.registry import AccountCase, TreeCase, Violation, account_rule, tree_rule
from emp_gitops.core.schema import Schema
from emp_gitops.core.schema_files import compile_schema, parse_schemas
from emp_gitops.core.sender_domains import mail_explanations
from emp_gitops.core.tree import CONFIG_FILE, SCHEMAS_FOLDER, Tree, account_id, account_id_trouble

ACCOUNT_SCHEMA = f"{SCHEMAS_FOLDER}/account.schema.json"
CONFIG_SCHEMA = f"{SCHEMAS_FOLDER}/config.schema.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What accounts are checked against: the configuration, the account schema and the catalogue in it."""

    config: Config
    schema: Schema
    catalogue: Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedTree:
    """A tree and what checking it found.

    `wanted` holds the accounts whose files are valid under the schema, also where a rule found an error on them;
    `ids` every id that has a file at all, so that a broken file is never taken for a removed one.
    """

    tree: Tree
    policy: Policy | None
    wanted: Mapping[str, WantedAccount]
    ids: frozenset[str]
    findings: tuple[Finding, ...]

    @property
    def checked(self) -> int:
        """How many account files were looked at."""
        return len(self.tree.accounts)

    @property
    def first_error(self) -> Finding:
        """What to tell where there is no policy, or something else is known to be wrong."""
        return next(finding for finding in self.findings if finding.severity == "error")

    def position(self, id_: str, field: str | None) -> tuple[str, Position]:
        """The file of an account and the place of a field of the model in it, for findings of later steps."""
        wanted = self.wanted.get(id_)
        if wanted is None:
            return "accounts", WHOLE_FILE
        return wanted.file, _Places(self.tree.accounts[wanted.file]).of(field)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What checking needs to know from outside the repository.

    The repository's configuration schema may be older or looser than this version; the shipped one says what this
    version can read, and is asked too.
    """

    shipped_config_schema: bytes
    is_timezone: Callable[[str], bool]


def check_tree(tree: Tree, surroundings: Surroundings) -> CheckedTree:
    """Check the configuration, the schemas and every account file; all findings of all files in one run.

    Without a policy the account files are still checked for their form.
    """
    policy, findings = check_policy(tree, surroundings)
    findings = [*tree.findings, *findings]
    wanted: dict[str, WantedAccount] = {}
    for path, data in tree.accounts.items():
        account, found = check_account(path, data, policy)
        findings += capped(found)
        if account:
            wanted[account.id] = account
    unread = {finding.account for finding in tree.findings if finding.account}
    findings += _tree_findings(tree, wanted)
    return CheckedTree(
        tree=tree,
        policy=policy,
        wanted=wanted,
        ids=frozenset(map(account_id, tree.accounts)) | unread,
        findings=in_order(findings),
    )


def check_policy(tree: Tree, surroundings: Surroundings) -> tuple[Policy | None, list[Finding]]:
    """The configuration, account schema and catalogue, or None and the findings that say why there is no policy."""
    schema, config_schema, catalogue, known = _read_schemas(tuple(tree.schemas.items()))
    findings = [*known]
    shipped = _shipped(surroundings.shipped_config_schema)
    config, found = _check_config(tree, [each for each in (config_schema, shipped) if each], surroundings)
    findings += capped(found)
    if config and schema and catalogue and not has_errors(findings):
        return Policy(config=config, schema=schema, catalogue=catalogue), findings
    return None, findings


@lru_cache(maxsize=16)
def _read_schemas(
    files: tuple[tuple[str, bytes], ...]
) -> tuple[Schema | None, Schema | None, Catalogue | None, tuple[Finding, ...]]:
    """Of the accounts, of the configuration, and the catalogue. Kept, for most commits of a history have the same."""
    documents, findings = parse_schemas(dict(files))
    schema, found = compile_schema(ACCOUNT_SCHEMA, documents) if not findings else (None, [])
    findings += found
    config_schema, found = compile_schema(CONFIG_SCHEMA, documents) if not findings else (None, [])
    findings += found
    catalogue, found = read_catalogue(ACCOUNT_SCHEMA, schema.document) if schema else (None, [])
    return schema, config_schema, catalogue, (*findings, *found)


@lru_cache(maxsize=1)
def _shipped(config_schema: bytes) -> Schema | None:
    return compile_schema(CONFIG_SCHEMA, parse_schemas({CONFIG_SCHEMA: config_schema})[0])[0]


def _check_config(tree: Tree, schemas: list[Schema], surroundings: Surroundings) -> tuple[Config | None, list[Finding]]:
    if tree.config is None:
        if any(finding.file == CONFIG_FILE for finding in tree.findings):
            return None, []
        return None, [
            Finding.error(
                "config-missing", CONFIG_FILE, f"{CONFIG_FILE} is missing", hint="`emp-gitops init` writes one"
            )
        ]
    loaded = load(tree.config)
    if loaded.problems:
        return None, [
            Finding.error(p.rule, CONFIG_FILE, p.message, at=p.position, hint=p.hint) for p in loaded.problems
        ]
    places = _Places(tree.config)
    wrong = explanations(schemas, loaded.value, noun="the configuration")
    if wrong := wrong or [*mail_explanations(loaded.value), *approval_explanations(loaded.value)]:
        return None, [_explained(each, places, CONFIG_FILE, None) for each in wrong]
    config = Config.from_value(loaded.value)
    if not surroundings.is_timezone(config.timezone):
        return None, [
            Finding.error(
                "timezone-unknown",
                CONFIG_FILE,
                f"timezone {config.timezone!r} is unknown",
                at=places.of("timezone"),
                hint="a name of the IANA time zone database, for example Europe/Madrid",
            )
        ]
    return config, []


def check_account(path: str, data: bytes, policy: Policy | None) -> tuple[WantedAccount | None, list[Finding]]:
    """One account file by itself: its name, its form, the schema, the rules."""
    id_ = account_id(path)
    if trouble := account_id_trouble(id_):
        return None, [
            Finding.error(
                "account-id", path, f"the file's name gives the id {id_!r}; {trouble}", hint="rename the file"
            )
        ]
    loaded = load(data)
    if loaded.problems:
        return None, [
            Finding.error(p.rule, path, p.message, at=p.position, hint=p.hint, account=id_) for p in loaded.problems
        ]
    if policy is None:
        return None, []
    places = _Places(data)
    if wrong := explanations([policy.schema], loaded.value, noun="an account"):
        return None, [_explained(each, places, path, id_) for each in wrong]
    try:
        account = account_from_value(loaded.value)
    except DisagreementError as error:
        return None, [_explained(error.explanation, places, path, id_)]
    case = AccountCase(account, policy.catalogue, policy.config)
    findings = [
        violated(violation, rule.id, rule.severity, path, places.of(violation.field), id_)
        for rule, violation in account_rule.violations(case)
    ]
    return WantedAccount(id=id_, file=path, account=account), findings


def violated(
    violation: Violation, rule: str, severity: Severity, file: str, at: Position, account: str | None
) -> Finding:
    """A rule's violation as a finding."""
    return Finding(rule, severity, account, file, at.line, at.column, violation.message, violation.hint)


def _tree_findings(tree: Tree, wanted: Mapping[str, WantedAccount]) -> Iterator[Finding]:
    for rule, violation in tree_rule.violations(TreeCase(tuple(tree.accounts), wanted)):
        file = violation.file or "accounts"
        at = _Places(tree.accounts[file]).of(violation.field) if violation.field else WHOLE_FILE
        yield violated(violation, rule.id, rule.severity, file, at, violation.account)


def _explained(each: Explanation, places: _Places, file: str, account: str | None) -> Finding:
    at = places.positions.key(each.path) if each.at_key else places.positions.value(each.path)
    return Finding.error(each.rule, file, each.message, at=at, hint=each.hint, account=account)


class _Places:
    """Where things stand in a file; the file is read for it only when somebody asks."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._positions: Positions | None = None

    @property
    def positions(self) -> Positions:
        if self._positions is None:
            self._positions = locate(self._data)
        return self._positions

    def of(self, field: str | None) -> Position:
        """The place of a field of the model; of its owner where it is not given, the whole file for None."""
        if field is None:
            return WHOLE_FILE
        path: Path = tuple(file_path(field).split("."))
        return self.positions.value(path)
