"""Rules on one account file by itself."""

from __future__ import annotations

from collections.abc import Iterator

from emp_gitops.core.characters import mixed_script_word
from emp_gitops.core.formats import domain_key
from emp_gitops.core.names import name_trouble
from emp_gitops.core.rules.registry import AccountCase, Violation, account_rule
from emp_gitops.core.wording import did_you_mean


@account_rule("rtc-lines-only-in-spain")
def rtc_lines_only_in_spain(case: AccountCase) -> Iterator[Violation]:
    if case.account.rtc_lines > 0 and case.account.country != "ES":
        country = case.account.country or "not given"
        yield Violation(
            "rtc_lines",
            f"rtc_lines is {case.account.rtc_lines}, and the country is {country}; RTC lines exist in Spain only",
            "set country to ES, or remove rtc_lines",
        )


@account_rule("license-limit")
def license_limit(case: AccountCase) -> Iterator[Violation]:
    license_ = case.catalogue.licenses[case.account.license]
    for field, limit in license_.limits.items():
        value = getattr(case.account, field)
        if value > limit:
            yield Violation(
                field,
                f"{field} is {value}; the license {license_.name!r} allows at most {limit}",
                f"lower {field} to {limit}, or choose a license that allows more",
            )


@account_rule("email-domain-not-registered")
def email_domain_not_registered(case: AccountCase) -> Iterator[Violation]:
    domain = case.account.email_domain
    if domain is None:
        return
    key = domain_key(domain)
    if key is None:
        yield Violation(
            "email_domain", f"email_domain is {domain!r}, which is no domain name", "for example energy.acme.example"
        )
        return
    sender = case.config.domains.get(key)
    if sender is None:
        yield Violation(
            "email_domain",
            f"email_domain {domain!r} is not registered{did_you_mean(key, list(case.config.domains))}",
            f"register it under mail.domains in emp-gitops.yaml, with the customer {case.account.customer}",
        )
    elif sender.customer != case.account.customer:
        yield Violation(
            "email_domain",
            f"email_domain {domain!r} belongs to {sender.customer}, and this account to {case.account.customer}",
            "use one of the customer's own domains, or correct the customer",
        )


@account_rule("mixed-scripts", severity="warning")
def mixed_scripts(case: AccountCase) -> Iterator[Violation]:
    for field in ("name", "customer"):
        if word := mixed_script_word(getattr(case.account, field)):
            yield Violation(
                field,
                f"{field} has a word of letters from several scripts: {word!r}",
                "a Cyrillic or Greek letter can look like a Latin one; type the word again",
            )


@account_rule("text-not-one-line")
def text_not_one_line(case: AccountCase) -> Iterator[Violation]:
    """Everything but the comment stands in subjects, table cells and headers."""
    for field in ("name", "customer", "license", "sector", "email_domain"):
        if {"\n", "\r"}.intersection(getattr(case.account, field) or ""):
            yield Violation(
                field, f"{field} goes over several lines", "write it on one line; a comment may have several"
            )


@account_rule("name-not-plain")
def name_not_plain(case: AccountCase) -> Iterator[Violation]:
    """What nobody sees must not tell two names apart."""
    for field in ("name", "customer"):
        text = getattr(case.account, field)
        if not {"\n", "\r"}.intersection(text) and (trouble := name_trouble(text)):
            yield Violation(field, f"{field} {trouble}", "write its words with single blanks between them, none around")
