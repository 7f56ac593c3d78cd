"""Every rule by its examples under `tests/examples/`."""

from __future__ import annotations

import pytest

from emp_gitops.core import rules
from emp_gitops.core.rules.registry import account_rule, planning_rule, tree_rule
from support.examples import FOLDER, Example, examples

assert rules  # importing the package registers the rules

REGISTRIES = (account_rule, tree_rule, planning_rule)
SEVERITIES = {rule.id: rule.severity for registry in REGISTRIES for rule in registry.rules.values()}
EXAMPLES = list(examples())


def test_an_id_belongs_to_one_rule_of_one_scope() -> None:
    assert len(SEVERITIES) == sum(len(registry.rules) for registry in REGISTRIES)


@pytest.mark.parametrize("verdict", ["valid", "invalid"])
@pytest.mark.parametrize("rule", SEVERITIES)
def test_every_rule_has_an_example(rule: str, verdict: str) -> None:
    assert [example for example in EXAMPLES if (example.rule, example.verdict) == (rule, verdict)]


def test_every_folder_is_an_example_of_a_rule() -> None:
    assert {path.name for path in FOLDER.iterdir() if path.is_dir()} == SEVERITIES.keys()
    assert {example.verdict for example in EXAMPLES} == {"valid", "invalid"}
    files = {path for path in FOLDER.glob("*/**/*") if path.is_file()}
    assert [path for path in files if not any(path.is_relative_to(example.folder) for example in EXAMPLES)] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_has_the_findings_that_it_expects_and_no_others(example: Example) -> None:
    expected, findings = example.expected, example.findings()
    assert [(f.rule, f"{f.file}:{f.line}:{f.column}") for f in findings] == [(e.rule, e.at) for e in expected]
    for finding, expectation in zip(findings, expected, strict=True):
        assert expectation.says in finding.message
        assert finding.severity == SEVERITIES.get(finding.rule, "error")
        assert expectation.hint in (finding.hint or "")
        assert finding.hint
    assert (example.rule in {finding.rule for finding in findings}) == (example.verdict == "invalid")
