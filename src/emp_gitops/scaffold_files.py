"""The files of a new configuration repository, checked as the tool itself will check them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from string import Template

from emp_gitops.core.characters import refused_character
from emp_gitops.core.checking import CONFIG_SCHEMA, Policy, Surroundings, check_policy
from emp_gitops.core.config import DEFAULT_PLATFORM, GITHUB, ApprovalSource
from emp_gitops.core.findings import has_errors
from emp_gitops.core.form_templates import issue_forms
from emp_gitops.core.tree import CONFIG_FILE, Tree
from emp_gitops.errors import UsageError
from emp_gitops.platform.url import parse_platform_url
from emp_gitops.scaffold_github import github_files, set_up_on_github
from emp_gitops.shipped import shipped_schemas, template
from emp_gitops.workspace import is_timezone

# What every YAML reader takes for the same text without quotes: plain words, but none that some readers take for a
# truth value or for nothing.
_PLAIN = re.compile(
    r"(?!(?:y|n|yes|no|on|off|true|false|null)$)[a-z][\w./-]*(?: [\w./-]+)*", re.ASCII | re.IGNORECASE,
)

_FIXED = {
    ".gitignore": "gitignore",
    ".gitattributes": "gitattributes",
    "accounts/README.md": "accounts.md",
}
"""Files without values, by path, and their templates."""


@dataclass(frozen=True, kw_only=True)
class ScaffoldOptions:
    """What `emp-gitops.yaml` says at first. Without a `platform` it is the embedded one, without `smtp` a Maildir.

    `tool` is what the workflows install, see `github_files`.
    """

    organisation: str = "Example Energy"
    timezone: str = "UTC"
    platform: str | None = None
    forge: str = "git"
    approvals: ApprovalSource = "none"
    super_admins: tuple[str, ...] = ()
    customer_success: tuple[str, ...] = ()
    mail_from: str | None = None
    language: str = "en"
    smtp: str | None = None
    tool: str | None = None


def repository_files(options: ScaffoldOptions) -> dict[str, bytes]:
    """Every file of a new configuration repository, by path. Raises EmpError where the options are not valid."""
    config, schemas = _config(options).encode(), shipped_schemas()
    policy = _check(config, schemas)
    forms = issue_forms(policy) if options.forge.startswith(GITHUB) else {}
    return {
        CONFIG_FILE: config,
        **schemas,
        "README.md": (template("README.md") + set_up_on_github(options.forge, options.tool)).encode(),
        **{path: template(name).encode() for path, name in _FIXED.items()},
        **github_files(options.forge, options.customer_success, options.tool),
        **{path: text.encode() for path, text in forms.items()},
    }


def _config(options: ScaffoldOptions) -> str:
    return Template(template(CONFIG_FILE)).substitute(
        organisation=_scalar("organisation", options.organisation),
        timezone=_scalar("timezone", options.timezone),
        platform=_scalar("platform", _platform(options.platform or DEFAULT_PLATFORM)),
        forge=_scalar("forge", options.forge),
        super_admins=_list("super_admins", options.super_admins),
        customer_success=_list("customer_success", options.customer_success),
        approvals=_scalar("approvals", options.approvals),
        mail_from=_entry("from", options.mail_from, "Example Energy <accounts@example.com>"),
        language=_scalar("language", options.language),
        smtp=_entry("smtp", options.smtp, "smtps://mail.example.com"),
    )


def _platform(url: str) -> str:
    """The URL, if this version understands it and no password would become public with it."""
    login, _, place = url.partition("://")[2].rpartition("@")
    if ":" in login or "password=" in place:
        raise UsageError(
            "the platform's URL holds a password, and everybody who reads the repository would read it",
            hint="leave it out here, and set EMP_PLATFORM to the whole URL where emp-gitops runs",
        )
    parse_platform_url(url, Path())
    return url


def _entry(key: str, value: str | None, example: str) -> str:
    """An entry, or a comment that shows what it would look like."""
    return f"# {key}: {example}" if value is None else f"{key}: {_scalar(key, value)}"


def _list(name: str, values: Iterable[str]) -> str:
    return f"[{', '.join(_scalar(name, value) for value in values)}]"


def _scalar(name: str, value: str) -> str:
    """A text as one YAML scalar that nothing in it can end: plain where that is safe, else quoted as JSON does."""
    value = unicodedata.normalize("NFC", value)
    if refused := refused_character(value):
        raise UsageError(f"{name} holds {refused[1]}", hint="leave the character out")
    if any(char in value for char in "\t\r\n"):
        raise UsageError(f"{name} must be one line without tabs")
    return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)


def _check(config: bytes, schemas: dict[str, bytes]) -> Policy:
    tree = Tree(revision=None, accounts={}, config=config, schemas=schemas)
    policy, findings = check_policy(tree, Surroundings(
        shipped_config_schema=schemas[CONFIG_SCHEMA], is_timezone=is_timezone,
    ))
    if policy is None or has_errors(findings):
        first = findings[0]
        raise UsageError(f"these options make no valid configuration: {first.message}", hint=first.hint)
    return policy
