"""The four forms: which fields each has, in which order, under which labels.

GitHub makes Markdown of a filled-in form, with the labels as headings; a form is known by its headings again. So labels
stand here and do not come from the schema: an organisation may reword that, and forms sent before stay readable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from emp_gitops.core.forms import FormKind

Element = Literal["input", "textarea", "dropdown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One field. `id` is what a link prefills it by, and what its answer is called; `about` the place in the account
    schema whose description and constants it shows, where `help` does not say it better.
    """

    id: str
    label: str
    element: Element = "input"
    required: bool = False
    about: str | None = None
    help: str | None = None
    placeholder: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form: its name in the list of forms, what it is for, and its fields."""

    kind: FormKind
    name: str
    description: str
    title: str
    fields: tuple[FormField, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(field.label for field in self.fields)


_ACCOUNT = FormField(
    id="account",
    label="Account",
    required=True,
    help="The account's id: the name of its file without `.yaml`.",
    placeholder="acme-madrid-hq",
)
_REASON = FormField(
    id="reason",
    label="Reason",
    element="textarea",
    help="What Customer Success should know: a contract, a deadline, who asked.",
)

_NEW_ACCOUNT = (
    FormField(
        id="account",
        label="Account id",
        required=True,
        help="2 to 63 lower-case letters, digits and hyphens. It never changes.",
        placeholder="acme-madrid-hq",
    ),
    FormField(id="name", label="Name", required=True, about="name"),
    FormField(id="customer", label="Customer", required=True, about="customer"),
    FormField(id="license", label="License", element="dropdown", required=True, about="license"),
    FormField(id="datapoints", label="Datapoints", required=True, about="datapoints"),
    FormField(
        id="start",
        label="First day",
        help="The first day of the term, as YYYY-MM-DD. The day on which you send this form, where you leave it blank.",
        placeholder="2026-03-01",
    ),
    FormField(
        id="months", label="Months", help="The length of the term in calendar months; 12 where you leave it blank."
    ),
    FormField(id="sector", label="Sector", element="dropdown", required=True, about="sector"),
    FormField(id="country", label="Country", about="country"),
    FormField(id="rtc_lines", label="RTC lines", about="rtc_lines"),
    FormField(id="email_domain", label="E-mail domain", about="email_domain"),
    FormField(
        id="contacts",
        label="Contacts",
        element="textarea",
        required=True,
        help="Who gets the account's mails: one address or more, a line each.",
        placeholder="facilities@acme.example",
    ),
    FormField(id="comment", label="Comment", element="textarea", about="comment"),
    FormField(id="language", label="Language", element="dropdown", about="language"),
    FormField(id="auto_renew", label="Automatic renewal", element="dropdown", about="auto_renew"),
)

FORMS: Mapping[FormKind, Form] = {
    form.kind: form
    for form in (
        Form(
            kind="create",
            name="Create an account",
            description="A new account for a customer.",
            title="Create an account",
            fields=_NEW_ACCOUNT,
        ),
        Form(
            kind="datapoints",
            name="Change datapoints",
            description="More datapoints for an account, or fewer.",
            title="Change datapoints",
            fields=(
                _ACCOUNT,
                FormField(
                    id="datapoints",
                    label="Datapoints",
                    required=True,
                    help="`+30` adds 30, `-5` takes 5 away, `150` makes it 150 in all. Never below what is in use.",
                    placeholder="+30",
                ),
                _REASON,
            ),
        ),
        Form(
            kind="license",
            name="Change the license",
            description="Another license for an account.",
            title="Change the license",
            fields=(
                _ACCOUNT,
                FormField(id="license", label="License", element="dropdown", required=True, about="license"),
                _REASON,
            ),
        ),
        Form(
            kind="renewal",
            name="Renew an account",
            description="One more year for an account, or another number of months.",
            title="Renew an account",
            fields=(
                _ACCOUNT,
                FormField(
                    id="months",
                    label="Months",
                    help="How many calendar months more; 12 where you leave it blank. An early renewal loses no day.",
                    placeholder="12",
                ),
                _REASON,
            ),
        ),
    )
}
