"""A program dies just where it is told to, and nowhere else."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.programs.edges import CUT, EDGE

PROGRAM = """
import sys
from pathlib import Path
from tests.crash.programs.edges import Edges
class Till:
    def _sell(self): print("sold", flush=True)
edges = Edges(Path(sys.argv[1]))
edges.around(Till, "_sell")
for name in ("show", "show", "give"):
    edges.passed(name)
    print(name, flush=True)
Till()._sell()
"""


def run_until(folder: Path, edge: str | None) -> tuple[list[str], str | None]:
    """What it did, and where it died."""
    if edge is not None:
        (folder / EDGE).write_text(edge)
    done = subprocess.run([sys.executable, "-c", PROGRAM, folder], capture_output=True, text=True, check=False)
    cut = (folder / CUT).read_text() if (folder / CUT).exists() else None
    assert done.returncode == (0 if cut is None else -signal.SIGKILL), done.stderr
    return done.stdout.split(), cut


@pytest.mark.parametrize(
    ("edge", "did", "cut"),
    [
        (None, ["show", "show", "give", "sold"], None),
        ("1", [], "show"),
        ("2", ["show", "show"], "give"),
        ("3", ["show", "show", "give"], "before sell"),
        ("after sell", ["show", "show", "give", "sold"], "after sell"),
        ("9", ["show", "show", "give", "sold"], None),
        ("elsewhere", ["show", "show", "give", "sold"], None),
    ],
)
def test_edges_of_one_name_in_a_row_are_one(tmp_path: Path, edge: str | None, did: list[str], cut: str | None) -> None:
    assert run_until(tmp_path, edge) == (did, cut)


def test_one_death_is_enough(tmp_path: Path) -> None:
    run_until(tmp_path, "1")
    (tmp_path / CUT).unlink()
    assert run_until(tmp_path, None)[1] is None
