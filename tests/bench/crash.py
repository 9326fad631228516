"""Terminals, central and broker killed at any instant and between any two effects; exits 1 where anything is lost.

The suite tries the same, with few kills.
"""

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.crash.judge import Verdict
from tests.crash.run import Run, SeedDiffers
from tests.crash.state import State
from tests.crash.striking import Finding

__all__ = ["options", "run"]

EVERY = 10
SHOWN = 20
"""Findings that are printed."""


def options() -> argparse.ArgumentParser:
    """The command line of `./habitue bench crash`."""
    line = argparse.ArgumentParser("habitue bench crash", description="SIGKILL at any instant and at every edge.")
    line.add_argument("--kills", type=int, default=100, help="how many in all, those of an interrupted run included")
    line.add_argument("--seed", type=int, default=0, help="what is drawn by lot")
    line.add_argument("--out", type=Path, metavar="DIR", help="keep the run there; one that is there already goes on")
    return line


def run(arguments: Sequence[str]) -> None:
    """Kill, and print what came of it; raises SystemExit."""
    chosen = options().parse_args(arguments)
    folder = chosen.out or Path(tempfile.mkdtemp(prefix="habitue-crash-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        crash = Run(folder, chosen.seed)
    except SeedDiffers as error:
        sys.exit(str(error))
    try:
        with crash:
            crash.go_on(chosen.kills, _told)
            verdict = crash.judge()
    except Finding as finding:
        last = crash.state.kills[-1] if crash.state.kills else "none"
        _say(f"seed {chosen.seed}, after kill {last}:\n  {finding}\n{folder} is kept")
        sys.exit(1)
    _report(crash.state, verdict)
    if not verdict.good:
        _say(f"seed {chosen.seed}; {folder} is kept")
        sys.exit(1)
    if chosen.out is None:
        shutil.rmtree(folder)


def _told(state: State) -> None:
    if len(state.kills) % EVERY == 0:
        _say(f"{len(state.kills)} kills, {state.errands} errands, {state.seconds:.0f} s")


def _report(state: State, verdict: Verdict) -> None:
    victims = Counter(struck.victim for struck in state.kills)
    edges = Counter(struck.where for struck in state.kills if ", at " not in struck.where)
    _say("".join(f"{count:6}  {where}\n" for where, count in sorted(edges.items())))
    _say("killed: " + ", ".join(f"{victim} {count} times" for victim, count in sorted(victims.items())))
    for what in (verdict.lost, verdict.doubled, verdict.wrong):
        _say("".join(f"  {one}\n" for one in what[:SHOWN]))
    _say(
        f"kills {len(state.kills)}, errands {state.errands}, shown {verdict.shown}, entries {verdict.entries}, "
        f"lost {len(verdict.lost)}, doubled {len(verdict.doubled)}, otherwise wrong {len(verdict.wrong)} "
        f"(wanted: 0, 0 and 0), {state.seconds:.0f} s"
    )


def _say(text: str) -> None:
    if text:
        sys.stdout.write(f"{text.rstrip()}\n")
        sys.stdout.flush()
