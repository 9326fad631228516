"""`./habitue bench NAME...`: runs benchmarks, one after the other, and says first on what machine."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from tests.bench.machine import machine_line

__all__ = ["BENCHES", "main", "parser"]

BENCHES = {
    "score": "updates a second and drift, against a float version with the same structs and interface",
    "counter": "frame in to result drawn, against a bare read, a bare durable commit and a bare draw",
    "sync": "200,000 entries drained into central, against a bare bulk insert of the same rows",
    "prices": "a price among 100,000 items, against a bare SQLite lookup of the same rows",
    "start": "from exec to the idle screen, and the memory of terminal and central at rest",
}
"""By name, what each measures; the module tests.bench.NAME has `run() -> None`, which prints its own figures."""


def parser() -> argparse.ArgumentParser:
    """The command line of `./habitue bench`."""
    told = "\n".join(f"  {name:<8} {measures}" for name, measures in BENCHES.items())
    line = argparse.ArgumentParser(
        "habitue bench",
        description=f"Benchmarks, each against its floor or its peer in the same run:\n{told}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    line.add_argument("names", metavar="NAME", nargs="+", choices=[*BENCHES, "all", "list"], help="or all, or list")
    return line


def main(arguments: Sequence[str]) -> None:
    """Run what is named; raises SystemExit with 2 for a name that is none."""
    names = parser().parse_args(arguments).names
    if "list" in names:
        _say("\n".join(f"{name:<8} {measures}" for name, measures in BENCHES.items()))
        return
    _say(f"machine: {machine_line()}")
    for name in BENCHES if "all" in names else names:
        _say(f"\n{name}: {BENCHES[name]}")
        import_module(f"tests.bench.{name}").run()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
