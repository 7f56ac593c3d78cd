"""The shape of the code: who may import whom, and what the core stays away from."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "emp_gitops"

# From the lowest to the highest; a module imports its own layer and those below. What stands at the top of the package is
# placed here by name, so that a new module has to find its place.
LAYERS: dict[str, tuple[str, ...]] = {
    "errors": ("__init__", "errors"),
    "core": ("core",),
    "repository": ("repository",),
    "platform": ("platform",),
    "mail": ("mail",),
    "forge": ("forge",),
    "jobs": (
        "adopting", "applications", "approval_policy", "approvals", "approved", "approved_merge", "changed_accounts", "doctor", "editor", "files", "form_opening", "forms", "gate", "platform_address", "reconcile", "reminding", "review", "scaffold", "scaffold_files", "scaffold_github", "selection", "shipped", "template_findings", "workspace",
    ),
    "render": ("render",),
    "cli": ("cli", "__main__"),
}
HEIGHT = {top: height for height, tops in enumerate(LAYERS.values()) for top in tops}

# The core works with values alone. A module that joins this list reads no file, no clock and no environment.
PURE = {
    "__future__", "bisect", "calendar", "codecs", "collections", "dataclasses", "datetime", "decimal", "difflib", "enum",
    "functools", "hashlib", "json", "re", "typing", "unicodedata",
    "email_validator", "emp_gitops", "idna", "jsonschema", "jsonschema_rs", "referencing", "yaml",
}
IMPURE_CALLS = {"open", "print", "input", "exec", "eval", "__import__", "breakpoint"}
CLOCK_CALLS = {"today", "now", "utcnow", "fromtimestamp", "time", "monotonic"}

# What costs a start-up noticeably, and what only some commands need.
HEAVY = (
    "alembic", "css_inline", "email_validator", "git", "github", "icalendar", "idna", "jinja2", "jsonschema", "jsonschema_rs", "psycopg",
    "requests", "rich", "smtplib", "sqlalchemy", "yaml",
)

MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
CORE = [module for module in MODULES if module.parts[0] == "core"]


@cache
def tree_of(module: Path) -> ast.Module:
    return ast.parse((PACKAGE / module).read_text(encoding="utf-8"))


def top_of(module: Path) -> str:
    """What the module stands in, directly under the package: a folder, or itself."""
    return module.parts[0].removesuffix(".py")


def imports(module: Path) -> Iterator[str]:
    """The absolute names of everything that a module imports, wherever in it."""
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def own_tops(module: Path) -> set[str]:
    """The parts of this package that a module imports."""
    names = (name.split(".") for name in imports(module) if name.split(".")[0] == "emp_gitops")
    return {parts[1] if parts[1] in HEIGHT else "__init__" for parts in names if len(parts) > 1}


def called(module: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Call):
            yield node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def test_every_part_of_the_package_has_a_place_in_one_layer() -> None:
    assert {top_of(module) for module in MODULES} <= HEIGHT.keys()
    assert len(HEIGHT) == sum(map(len, LAYERS.values()))


def test_a_module_imports_its_own_layer_and_lower_ones() -> None:
    upward = {
        str(module): higher for module in MODULES
        if (higher := {top for top in own_tops(module) if HEIGHT[top] > HEIGHT[top_of(module)]})
    }
    assert upward == {}


class TestTheCore:
    def test_imports_nothing_that_reaches_outside(self) -> None:
        outside = {(str(module), name) for module in CORE for name in imports(module) if name.split(".")[0] not in PURE}
        assert {pair for pair in outside if pair[1] not in ("pathlib.PurePosixPath", "urllib.parse.quote")} == set()

    def test_calls_no_clock_and_opens_no_file(self) -> None:
        assert {(str(module), name) for module in CORE for name in called(module) if name in IMPURE_CALLS | CLOCK_CALLS} == set()

    def test_plans_what_it_is_handed(self) -> None:
        assert own_tops(Path("core/planning.py")) == {"core"}


class TestEveryModule:
    def test_is_named_for_what_it_does(self) -> None:
        parts = {part.removesuffix(".py") for module in MODULES for part in module.parts}
        assert not {"utils", "util", "helpers", "helper", "common", "misc"} & parts

    def test_threads_no_dry_run_through_the_code(self) -> None:
        fields = ("id", "arg", "attr", "name")
        nodes = ((module, node) for module in MODULES for node in ast.walk(tree_of(module)))
        assert {str(module) for module, node in nodes if "dry_run" in [getattr(node, field, "") for field in fields]} == set()

    def test_catches_only_what_it_expects(self) -> None:
        handlers = ((module, node) for module in MODULES for node in ast.walk(tree_of(module)) if isinstance(node, ast.ExceptHandler))
        assert {
            (str(module), node.lineno) for module, node in handlers
            if node.type is None or "Exception" in {getattr(each, "id", "") for each in ast.walk(node.type)}
        } == set()

    def test_has_functions_that_fit_on_a_screen(self) -> None:
        functions = (
            (module, node) for module in MODULES for node in ast.walk(tree_of(module))
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and "migrations" not in module.parts
        )
        lengths = {(str(module), node.name): (node.end_lineno or 0) - node.lineno + 1 for module, node in functions}
        assert {place: length for place, length in lengths.items() if length > 40} == {}


@pytest.mark.parametrize("files", ["src/**/*.py", "tests/**/*.py", "benchmarks/*.py", "docs/*.py"])
def test_no_file_is_longer_than_250_lines(files: str) -> None:
    lengths = {path: path.read_text(encoding="utf-8").count("\n") for path in ROOT.glob(files)}
    assert lengths
    assert {str(path.relative_to(ROOT)): length for path, length in lengths.items() if length > 250} == {}


def loaded_after(statements: str) -> set[str]:
    """The modules in a fresh interpreter after some statements."""
    program = f"{statements}\nimport sys\nsys.stderr.write(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stderr.split())


class TestStartingUp:
    def test_the_command_line_waits_with_what_is_heavy(self) -> None:
        loaded = loaded_after("import emp_gitops.cli.app")
        assert "emp_gitops.cli.app" in loaded
        assert not loaded.intersection(HEAVY)

    def test_the_version_needs_next_to_nothing(self) -> None:
        loaded = loaded_after("import sys; sys.argv = ['emp-gitops', '--version']; from emp_gitops.cli import main; main()")
        assert {name for name in loaded if name.startswith("emp_gitops")} == {"emp_gitops", "emp_gitops.cli"}
        assert not loaded & {"click", "rich_click", "rich", *HEAVY}
