"""Measures emp-gitops against other tools and prints a Markdown table: `make bench`, or `make bench BENCH=--quick`.

A tool that cannot be installed is a row that says so. What each comparison means is told in benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import installing
from installing import MissingError
from measure import BenchmarkError, Measurement, Tool, compare, own_peak_bytes, run
from zones import generate_zones

HERE = Path(__file__).resolve().parent
WORK = HERE / "work"
OUTPUT = WORK / "output.txt"
TODAY = "2026-11-23"


@dataclass(frozen=True)
class Missing:
    name: str
    reason: str


@dataclass(frozen=True)
class Comparison:
    """A task and the tools that do it, ours first."""

    task: str
    tools: list[Tool | Missing]


def tool_or_missing(name: str, make: Callable[[], Tool]) -> Tool | Missing:
    try:
        return make()
    except MissingError as error:
        return Missing(name, str(error))


def account_repository(name: str, accounts: int) -> Path:
    folder = WORK / "data" / name
    # In a process of its own: see measure.py on what the memory of this one does to the others.
    generator = str(HERE / "generate.py")
    subprocess.run([sys.executable, generator, folder, "--accounts", str(accounts), "--commit"], check=True)
    return folder


def validating(program: str, accounts: int) -> Comparison:
    folder = account_repository("validate", accounts)
    schema = "schemas/account.schema.json"

    def ajv() -> Tool:
        options = ["--spec=draft2020", "--strict=false", "-c", "ajv-formats"]
        command = [str(installing.ajv(WORK)), "validate", *options, "-s", schema, "-d", "accounts/**/*.yaml"]
        return Tool(f"ajv-cli {installing.AJV_CLI}", command, folder, command, r"^accounts/\S+ valid$", accounts)

    def check_jsonschema() -> Tool:
        files = sorted(str(path.relative_to(folder)) for path in folder.glob("accounts/**/*.yaml"))
        command = [str(installing.check_jsonschema(WORK)), "--schemafile", schema]
        proof = [*command, "--verbose", "--output-format", "json", *files]
        name = f"check-jsonschema {installing.CHECK_JSONSCHEMA}"
        return Tool(name, [*command, *files], folder, proof, r'^    "accounts/', accounts)

    command = [program, "validate"]
    ours = Tool("emp-gitops", command, folder, [*command, "--format", "json"], rf'"checked": {accounts}\b', 1)
    peers = [tool_or_missing("ajv-cli", ajv), tool_or_missing("check-jsonschema", check_jsonschema)]
    return Comparison(f"validate {accounts:,} account files", [ours, *peers])


def planning(program: str, accounts: int) -> Comparison:
    folder = account_repository("plan", accounts)
    run([program, "reconcile", "--today", TODAY], folder, OUTPUT)

    def octodns() -> Tool:
        zones = WORK / "data" / "zones"
        command = [str(installing.octodns_sync(WORK)), "--config-file", "config.yaml"]
        generate_zones(zones, accounts)
        pattern = r"YamlProvider\[live\] plan: desired=|^No changes were planned"
        # Timed with --quiet: writing a log is not the work.
        return Tool(f"octodns-sync {installing.OCTODNS}", [*command, "--quiet"], zones, command, pattern, accounts + 1)

    command = [program, "plan", "--today", TODAY, "--exit-code"]
    ours = Tool("emp-gitops", command, folder, [*command, "--format", "json"], rf'"unchanged": {accounts}\b', 1)
    peers = [tool_or_missing("octodns-sync", octodns)]
    return Comparison(f"plan {accounts:,} unchanged accounts or zones", [ours, *peers])


def starting(program: str) -> Comparison:
    python = [str(Path(program).with_name("python")), "-c", "pass"]
    version = [program, "--version"]
    return Comparison("start", [
        Tool("emp-gitops --version", version, WORK, version, r"\d+\.\d+", 1),
        Tool("python -c pass", python, WORK, python, "", 0),
    ])


def shown(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.2f} s"


def shown_memory(peak_bytes: float) -> str:
    floor = own_peak_bytes()
    return f"{peak_bytes / 2**20:.0f} MiB" if peak_bytes > floor else f"under {floor / 2**20:.0f} MiB"


def shown_ratio(ratio: float) -> str:
    """Two digits that mean something."""
    return f"{ratio:.0f}" if ratio >= 9.95 else f"{ratio:.1f}" if ratio >= 0.95 else f"{ratio:.2f}"


def rows(comparison: Comparison) -> Iterator[str]:
    found = [tool for tool in comparison.tools if isinstance(tool, Tool)]
    measurements = {measurement.name: measurement for measurement in compare(found, OUTPUT)}
    ours: Measurement = measurements[found[0].name]
    for tool in comparison.tools:
        if isinstance(tool, Missing):
            cells = [tool.name, f"missing: {tool.reason}", "", "", "", ""]
        else:
            it = measurements[tool.name]
            ratio = "" if it is ours else shown_ratio(it.seconds / ours.seconds)
            span = f"{shown(it.fastest)} to {shown(it.slowest)}"
            cells = [it.name, shown(it.seconds), ratio, span, shown_memory(it.peak_bytes), str(len(it.samples))]
        yield f"| {' | '.join([comparison.task, *cells])} |"


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure emp-gitops against other tools.")
    parser.add_argument("--quick", action="store_true", help="a tenth of the files, to see that everything works")
    quick: bool = parser.parse_args().quick
    shutil.rmtree(WORK / "data", ignore_errors=True)
    (WORK / "data").mkdir(parents=True)
    try:
        program = str(installing.emp_gitops(WORK) / "emp-gitops")
        comparisons: list[Callable[[], Comparison]] = [
            lambda: validating(program, 1_000 if quick else 10_000),
            lambda: planning(program, 500 if quick else 5_000),
            lambda: starting(program),
        ]
        print("| task | tool | median | ÷ emp-gitops | fastest to slowest | peak memory | runs |")
        print("|---|---|--:|--:|--:|--:|--:|")
        for comparison in comparisons:
            print("\n".join(rows(comparison())), flush=True)
    except (BenchmarkError, MissingError, subprocess.CalledProcessError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"\n{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
