"""Where a program can be told to die: the file `edge` in its folder says at which place, by its number or its name."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import Any

__all__ = ["CUT", "EDGE", "Edges"]

EDGE, CUT = "edge", "cut"
"""The file that says when, and the one that the program leaves to say where it was."""


class Edges:
    """Counts down in the file itself; used by one thread of the program.

    Several edges of one name in a row, as when digits are keyed, count as one.
    """

    def __init__(self, folder: Path) -> None:
        self._edge = folder / EDGE
        self._cut = folder / CUT
        self._last = ""

    def passed(self, name: str) -> None:
        """Die here if this is the place."""
        again, self._last = name == self._last, name
        if again:
            return
        try:
            wanted = self._edge.read_text()
        except FileNotFoundError:
            return
        if wanted.isdigit() and int(wanted) > 1:
            self._count_down(int(wanted) - 1)
        elif wanted in ("1", name):
            self._die(name)

    def _die(self, name: str) -> None:
        self._edge.unlink(missing_ok=True)  # once is enough: it is started again meanwhile
        self._cut.write_text(name)
        os.kill(os.getpid(), signal.SIGKILL)

    def _count_down(self, left: int) -> None:
        with suppress(FileNotFoundError), self._edge.open("r+") as edge:  # it may have been taken away meanwhile
            edge.truncate()
            edge.write(str(left))

    def around(self, kind: type, *names: str) -> None:
        """Have an edge before and after each call of these methods."""
        for name in names:
            setattr(kind, name, self._guarded(getattr(kind, name), name.lstrip("_")))

    def _guarded(self, method: Callable[..., Any], name: str) -> Callable[..., Any]:
        @wraps(method)
        def guarded(*arguments: Any, **named: Any) -> Any:
            self.passed(f"before {name}")
            answer = method(*arguments, **named)
            self.passed(f"after {name}")
            return answer

        return guarded
