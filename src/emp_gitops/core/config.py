"""The configuration, `emp-gitops.yaml`, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, get_args

from emp_gitops.core.changes import Kind
from emp_gitops.core.formats import domain_key
from emp_gitops.core.mailbox import Mailbox, read_mailbox
from emp_gitops.core.model import Account

ApprovalSource = Literal["none", "github", "signed-merge"]
Language = Literal["en", "es"]

LANGUAGES: tuple[Language, ...] = get_args(Language)
"""Those that mails are written in."""

GITHUB = "github:"
"""What a forge on GitHub begins with; `OWNER/REPO` follows."""

DEFAULT_PLATFORM = "sqlite:///.emp-gitops/platform.db"
DEFAULT_REMINDERS = ("P1M", "P1W", "P0D")


@dataclass(frozen=True, slots=True)
class Roles:
    """Who may ask and who approves: GitHub logins or `@org/team`; in plain git, principals of `allowed_signers`."""

    super_admins: tuple[str, ...] = ()
    customer_success: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StricterApproval:
    """Changes that need more approvals: those of one of the `kinds` (of any, where it is empty) that move an account's
    datapoints by at least `datapoints`, up or down.
    """

    required: int
    kinds: tuple[Kind, ...] = ()
    datapoints: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalPolicy:
    """What reconcile demands before it applies a change: where approvals are read, and how many people give one."""

    source: ApprovalSource = "none"
    required: int = 1
    stricter: tuple[StricterApproval, ...] = ()

    @classmethod
    def from_value(cls, value: Mapping[str, Any]) -> ApprovalPolicy:
        return cls(
            source=value.get("source", "none"),
            required=value.get("required", 1),
            stricter=tuple(
                StricterApproval(
                    required=each["required"],
                    kinds=tuple(each.get("kinds", ())),
                    datapoints=each.get("datapoints", 0),
                )
                for each in value.get("stricter", ())
            ),
        )


@dataclass(frozen=True, slots=True)
class GuardPolicy:
    """How much one plan may take away before somebody must name it.

    `max_share` is a fraction of the managed accounts, used once there are `min_accounts`; `max_count` is a number of
    accounts.
    """

    max_share: Decimal = Decimal("0.3")
    min_accounts: int = 10
    max_count: int = 100


@dataclass(frozen=True, slots=True)
class SenderDomain:
    """A sender domain, the customer it belongs to, and whether mail may be sent from it."""

    customer: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPolicy:
    """Who mails come from, who gets a copy of each, and in which language they are written.

    `languages` is keyed by customer; `smtp` is the URL of the server, None for the Maildir; `per_minute` is the largest
    number of mails in a minute, None for no limit.
    """

    sender: Mailbox | None = None
    cc: tuple[str, ...] = ()
    language: Language = "en"
    languages: Mapping[str, Language] = field(default_factory=dict)
    smtp: str | None = None
    per_minute: int | None = None

    @classmethod
    def from_value(cls, value: Mapping[str, Any]) -> MailPolicy:
        return cls(
            sender=read_mailbox(value["from"]) if "from" in value else None,
            cc=tuple(value.get("cc", ())),
            language=value.get("language", "en"),
            languages=dict(value.get("languages", {})),
            smtp=value.get("smtp"),
            per_minute=value.get("per_minute"),
        )

    def language_of(self, account: Account) -> Language:
        """The account's own, else its customer's, else that of all. A platform's account may name any language."""
        if account.language in LANGUAGES:
            return account.language
        return self.languages.get(account.customer, self.language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What the configuration says, with the defaults filled in. `domains` is keyed by `formats.domain_key`.

    `forge` is `git` or `github:OWNER/REPO`; `forms_app` is the slug of the GitHub App that turns forms into pull
    requests. `reminders_before` are the distances of the reminders from the end of a term, as `schedule` reads them.
    """

    organisation: str
    timezone: str
    platform: str = DEFAULT_PLATFORM
    forge: str = "git"
    roles: Roles = Roles()
    approvals: ApprovalPolicy = ApprovalPolicy()
    forms_app: str | None = None
    late_days: int = 30
    reminders_before: tuple[str, ...] = DEFAULT_REMINDERS
    mail: MailPolicy = MailPolicy()
    domains: Mapping[str, SenderDomain] = field(default_factory=dict)
    guards: GuardPolicy = GuardPolicy()

    @property
    def is_on_github(self) -> bool:
        return self.forge.startswith(GITHUB)

    @classmethod
    def from_value(cls, value: Mapping[str, Any]) -> Config:
        """From a value that is valid under the configuration's schema."""
        guards = value.get("guards", {})
        defaults = GuardPolicy()
        domains = value.get("mail", {}).get("domains", {})
        return cls(
            organisation=value["organisation"],
            timezone=value["timezone"],
            platform=value.get("platform", DEFAULT_PLATFORM),
            forge=value.get("forge", "git"),
            roles=Roles(**{role: tuple(people) for role, people in value.get("roles", {}).items()}),
            approvals=ApprovalPolicy.from_value(value.get("approvals", {})),
            forms_app=value.get("forms", {}).get("app"),
            late_days=value.get("renewal", {}).get("late_days", 30),
            reminders_before=tuple(value.get("reminders", {}).get("before", DEFAULT_REMINDERS)),
            mail=MailPolicy.from_value(value.get("mail", {})),
            domains={
                domain_key(domain) or domain: SenderDomain(entry["customer"], entry.get("verified", False))
                for domain, entry in domains.items()
            },
            guards=GuardPolicy(
                Decimal(str(guards.get("max_share", defaults.max_share))),
                guards.get("min_accounts", defaults.min_accounts),
                guards.get("max_count", defaults.max_count),
            ),
        )
