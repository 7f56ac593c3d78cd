"""What a new repository gets for GitHub, and how it stays what the tool's own repository uses."""

from __future__ import annotations

import re
import subprocess
import tomllib
from difflib import ndiff
from pathlib import Path

import pytest
import yaml

from emp_gitops import __version__
from emp_gitops.scaffold import ScaffoldOptions, create_repository
from emp_gitops.scaffold_files import repository_files
from emp_gitops.scaffold_github import CODEOWNERS, code_owners
from support.cli import Cli
from support.repos import git
from support.workflows import steps, tool

ROOT = Path(__file__).parents[2]
ON_GITHUB = ScaffoldOptions(forge="github:example-energy/accounts", customer_success=("carla", "@example-energy/success"))
WORKFLOWS = ("applications", "forms", "reconcile")


def of_a_user(path: str) -> str:
    return repository_files(ON_GITHUB)[path].decode()


def own(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_differs_from_our_own_in_the_tool_that_it_installs_and_in_lines_that_say_so(name: str) -> None:
    path = f".github/workflows/{name}.yml"
    changes = [line for line in ndiff(own(path).splitlines(), of_a_user(path).splitlines()) if line[0] in "+-"]
    expected = [
        "-         run: python -m pip install --quiet ./base",
        f"+         run: python -m pip install --quiet emp-gitops=={__version__}",
    ]
    assert [line for line in changes if "# only in the tool's own repository" not in line] == expected
    assert all(line.startswith("- ") for line in changes if line not in expected)

@pytest.mark.parametrize("tool_", [
    f"git+https://github.com/example-energy/emp-gitops@{'ab' * 20}", "git+https://git.example:8443/tools/emp.git@" + "0" * 40,
    f"https://files.example/emp_gitops-1.0+local.1-py3-none-any.whl#sha256={'0a' * 32}", "emp-gitops-of-ours==1.2.3+acme",
])
def test_a_workflow_installs_what_init_was_told_to(tmp_path: Path, tool_: str) -> None:
    Cli(tmp_path)("init", "new", "--forge", "github:example/accounts", "--tool", tool_)
    for name in WORKFLOWS:
        texts = [step["run"] for step in steps(tmp_path / f"new/.github/workflows/{name}.yml") if "pip install" in step.get("run", "")]
        assert texts == [f"python -m pip install --quiet {tool_}"]
    assert f"`pip install {tool_}`" in (tmp_path / "new/README.md").read_text(encoding="utf-8")
    done = subprocess.run([tool("actionlint")], cwd=tmp_path / "new", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

@pytest.mark.parametrize("tool_", [
    "", "emp-gitops", "emp-gitops>=1", "emp-gitops==1; touch x", "emp-gitops==1 --index-url=https://x.example", "./base",
    "git+https://github.com/o/emp-gitops", "git+https://github.com/o/emp-gitops@main", "git+https://github.com/o/r@" + "a" * 39,
    "git+https://user:secret@github.com/o/r@" + "a" * 40, "git+ssh://git@github.com/o/r@" + "a" * 40, "git+http://h/o/r@" + "a" * 40,
    "https://files.example/x.whl", f"https://files.example/x.tar.gz#sha256={'a' * 64}", "emp-gitops==${{ github.token }}",
    "emp-gitops==1\n", "emp-gitops==$(id)", "-remp==1",
])
def test_what_could_be_something_else_tomorrow_is_refused(tmp_path: Path, tool_: str) -> None:
    outcome = Cli(tmp_path)("init", "new", "--forge", "github:example/accounts", f"--tool={tool_}", code=2)
    assert "it must be fixed" in outcome.stderr
    assert "git+https://github.com/OWNER/emp-gitops@COMMIT" in outcome.stderr
    assert list(tmp_path.iterdir()) == []

def test_a_tool_without_workflows_is_refused(tmp_path: Path) -> None:
    assert "give --forge too" in Cli(tmp_path)("init", "new", "--tool", "emp-gitops==1.0", code=2).stderr

def test_the_readme_says_what_is_installed_and_that_nobody_has_checked_it() -> None:
    readme = of_a_user("README.md")
    assert f"`pip install emp-gitops=={__version__}`" in readme
    assert "nobody has checked either" in readme

@pytest.mark.parametrize("path", [".github/dependabot.yml", ".github/rulesets/main.json", ".github/pull_request_template.md"])
def test_the_other_files_are_our_own(path: str) -> None:
    assert of_a_user(path) == own(path)

def test_our_own_code_owners_are_written_as_a_users() -> None:
    assert own(CODEOWNERS) == code_owners(("@example-energy/customer-success",))

def test_customer_success_owns_accounts_policy_and_the_file_that_says_so() -> None:
    lines = [line.split() for line in of_a_user(CODEOWNERS).splitlines() if not line.startswith("#")]
    assert {line[0] for line in lines} == {"/accounts/", "/.github/", "/allowed_signers", "/emp-gitops.yaml", "/schemas/"}
    assert {tuple(line[1:]) for line in lines} == {("@carla", "@example-energy/success")}

def test_without_customer_success_the_repositorys_owner_stands_in() -> None:
    files = repository_files(ScaffoldOptions(forge="github:example/accounts"))
    assert b"/accounts/       @example\n" in files[CODEOWNERS]

def test_plain_git_gets_none_of_it(tmp_path: Path) -> None:
    create_repository(tmp_path / "new", options=ScaffoldOptions())
    assert ".github" not in git(tmp_path / "new", "ls-files")
    assert "GitHub" not in (tmp_path / "new/README.md").read_text(encoding="utf-8")

def test_the_issue_forms_are_those_of_its_schema(tmp_path: Path) -> None:
    create_repository(tmp_path / "new", options=ON_GITHUB)
    assert (tmp_path / "new/.github/ISSUE_TEMPLATE/renewal.yml").is_file()
    Cli(tmp_path / "new")("forms", "write", "--check")

def test_the_readme_says_what_is_to_be_set_up() -> None:
    readme = of_a_user("README.md")
    assert "gh api repos/example-energy/accounts/rulesets --input .github/rulesets/main.json" in readme
    texts = "".join(of_a_user(f".github/workflows/{name}.yml") for name in WORKFLOWS)
    used = set(re.findall(r"(?:secrets|vars)\.(\w+)", texts))
    assert used
    assert {name for name in used if name not in readme} == set()

def test_init_takes_the_forge_and_then_asks_it_for_approvals(tmp_path: Path) -> None:
    Cli(tmp_path)("init", "new", "--forge", "github:example/accounts", "--customer-success", "carla")
    config = yaml.safe_load((tmp_path / "new/emp-gitops.yaml").read_text(encoding="utf-8"))
    assert (config["forge"], config["approvals"]["source"]) == ("github:example/accounts", "github")
    Cli(tmp_path / "new")("validate")
    Cli(tmp_path)("init", "trying", "--forge", "github:example/accounts", "--approvals", "none")
    assert "source: none" in (tmp_path / "trying/emp-gitops.yaml").read_text(encoding="utf-8")

@pytest.mark.parametrize("forge", ["github:example", "github:../x", "github:a/b c", "gitlab"])
def test_a_forge_that_is_none_is_refused(tmp_path: Path, forge: str) -> None:
    Cli(tmp_path)("init", "new", "--forge", forge, code=2)
    assert list(tmp_path.iterdir()) == []

def test_the_wheel_ships_each_file_that_a_checkout_has() -> None:
    included = tomllib.loads(own("pyproject.toml"))["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    shipped = {path for path in included if path.startswith(".github/")}
    # Code owners and forms depend on the repository.
    written = {path for path in repository_files(ON_GITHUB) if path.startswith(".github/")}
    assert shipped == {path for path in written if "ISSUE_TEMPLATE" not in path} - {CODEOWNERS}
    assert {included[path] for path in shipped} == {f"emp_gitops/shipped/{path.removeprefix('.')}" for path in shipped}


@pytest.mark.parametrize("command", ["zizmor --quiet --offline --persona auditor .github", "actionlint"])
def test_what_is_written_passes_the_linters_of_workflows(tmp_path: Path, command: str) -> None:
    create_repository(tmp_path / "new", options=ON_GITHUB)
    program, *arguments = command.split()
    done = subprocess.run([tool(program), *arguments], cwd=tmp_path / "new", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
