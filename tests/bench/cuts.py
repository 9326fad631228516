"""Power cuts at every operation on the disk, of every trial in tests/cuts; exits 1 where a state may not be.

The suite tries the same, less deeply.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.cuts.harness import DEEP, SHALLOW, Report, in_memory, tried
from tests.cuts.recording import compiled
from tests.cuts.trials.every import TRIALS

__all__ = ["options", "run"]

HEADING = f"{'operation':22}{'cuts':>8}{'states':>10}{'different':>11}{'inconsistent':>14}{'seconds':>9}"
SHOWN = 5
"""Findings of one trial that are printed."""


def options() -> argparse.ArgumentParser:
    """The command line of `./habitue bench cuts`."""
    line = argparse.ArgumentParser("habitue bench cuts", description="Power cuts at every operation on the disk.")
    line.add_argument("--deep", action="store_true", help="every tear, more subsets, more states drawn by lot")
    line.add_argument("--seed", type=int, default=0, help="what is drawn by lot")
    line.add_argument("--only", metavar="WORD", default="", help="operations with this word in their name")
    return line


def run(arguments: Sequence[str]) -> None:
    """Try, and print what came of it; raises SystemExit."""
    chosen = options().parse_args(arguments)
    _say(HEADING)
    reports = []
    with in_memory() as folder:
        shim = compiled(Path(folder))
        for number, trial in enumerate(trial for trial in (kind() for kind in TRIALS) if chosen.only in trial.name):
            began = time.perf_counter()
            stage = Path(folder) / f"{number}"
            reports.append(tried(trial, shim, stage, DEEP if chosen.deep else SHALLOW, chosen.seed))
            _tell(reports[-1], time.perf_counter() - began)
    bad = sum(report.inconsistent for report in reports)
    _say(f"{sum(report.states for report in reports)} states, {bad} of them inconsistent (wanted: none)")
    if bad or not reports:
        sys.exit(1)


def _tell(report: Report, seconds: float) -> None:
    counts = f"{report.cuts:>8}{report.states:>10}{report.different:>11}{report.inconsistent:>14}"
    _say(f"{report.trial:22}{counts}{seconds:>9.1f}")
    for finding in report.findings[:SHOWN]:
        _say(f"  {finding}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
