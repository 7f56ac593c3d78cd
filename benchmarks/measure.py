"""Runs commands by turns and measures their wall time and peak memory.

The time is what a person waits: from starting the process to its end. The peak is the resident memory of the largest
process of the command. No peak can be lower than that of the process that starts them all, so this one imports little.
"""

from __future__ import annotations

import os
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes


class BenchmarkError(Exception):
    """A command failed, or did not do the work that it was to be measured by."""


@dataclass(frozen=True)
class Tool:
    """One side of a comparison.

    `proof` is a command, mostly the same one with more output, that shows that all the work is done: its output has to
    hold `proof_lines` lines that match `proof_pattern`.
    """

    name: str
    command: Sequence[str]
    folder: Path
    proof: Sequence[str]
    proof_pattern: str
    proof_lines: int


@dataclass(frozen=True)
class Sample:
    seconds: float
    peak_bytes: int


@dataclass(frozen=True)
class Measurement:
    """All runs of one tool."""

    name: str
    samples: list[Sample] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return statistics.median(sample.seconds for sample in self.samples)

    @property
    def fastest(self) -> float:
        return min(sample.seconds for sample in self.samples)

    @property
    def slowest(self) -> float:
        return max(sample.seconds for sample in self.samples)

    @property
    def peak_bytes(self) -> float:
        return statistics.median(sample.peak_bytes for sample in self.samples)


def clean_environment() -> dict[str, str]:
    """The environment without what changes how Python or emp-gitops runs (PYTHONDONTWRITEBYTECODE above all)."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "EMP_", "COVERAGE_"))}


def own_peak_bytes() -> int:
    """The floor under every measured peak."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_UNIT


def run(command: Sequence[str], folder: Path, output: Path) -> Sample:
    """Run a command once, its output going to a file. Raises BenchmarkError where it does not exit with 0."""
    with output.open("wb") as sink:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=clean_environment(),
            stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        tail = output.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise BenchmarkError(f"{' '.join(command[:6])} … exited with {process.returncode}:\n{tail}")
    return Sample(seconds, usage.ru_maxrss * MAXRSS_UNIT)


def prove(tool: Tool, output: Path) -> None:
    """Let the tool show that it does all the work, which also warms the disk cache. Raises BenchmarkError."""
    run(tool.proof, tool.folder, output)
    with output.open(encoding="utf-8", errors="replace") as lines:
        found = sum(re.search(tool.proof_pattern, line) is not None for line in lines)
    if found != tool.proof_lines:
        raise BenchmarkError(f"{tool.name}: {found} lines match {tool.proof_pattern!r}, not {tool.proof_lines}")


def repeats(seconds: float) -> int:
    """How often to run what takes that long."""
    return 15 if seconds < 0.3 else 7 if seconds < 3 else 3


def compare(tools: Sequence[Tool], output: Path) -> list[Measurement]:
    """Measure the tools by turns, so that a busy moment of the machine hits each of them."""
    for tool in tools:
        prove(tool, output)
    measurements = [Measurement(tool.name, [run(tool.command, tool.folder, output)]) for tool in tools]
    rounds = [repeats(measurement.seconds) for measurement in measurements]
    for turn in range(1, max(rounds)):
        for tool, measurement, wanted in zip(tools, measurements, rounds, strict=True):
            if turn < wanted:
                measurement.samples.append(run(tool.command, tool.folder, output))
    return measurements
