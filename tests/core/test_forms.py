"""Applications that were opened for a form name its issue in a hidden line."""

from __future__ import annotations

import pytest

from emp_gitops.core.forms import form_marker, marked_form


@pytest.mark.parametrize("body", ["{}", "Words.\n\n{}", "Words.\r\n\r\n{}\r\n", "{}\nmore"])
def test_the_issue_is_found_again(body: str) -> None:
    assert marked_form(body.format(form_marker("7"))) == "7"


@pytest.mark.parametrize("body", [
    "", "Closes #7", "see <!-- emp-gitops:form issue=7 -->", "<!-- emp-gitops:form issue=0 -->",
    "<!-- emp-gitops:form issue=\u0667 -->", "\\<!-- emp-gitops:form issue=7 -->",
    f"{form_marker('7')}\n{form_marker('8')}", form_marker("7" * 11),
])
def test_none_is_found_where_none_or_several_are_named(body: str) -> None:
    assert marked_form(body) is None
