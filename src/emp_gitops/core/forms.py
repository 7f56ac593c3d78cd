"""What a person asks for by filling in a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

FormKind = Literal["create", "datapoints", "license", "renewal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRequest:
    """A filled-in form: its kind, who sent it (a login), where it stands (`#7`), and its answers by field, as texts.

    An answer that was left blank is not in `answers`.
    """

    kind: FormKind
    issue: str
    requested_by: str
    answers: Mapping[str, str]
