"""Central's own command, dying where it is told to: `… FAULT serve --config FILE`.

Edges are before and after a batch's transaction, whatever is decided about rights, and every message down.
"""

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from central.cli import app as commands
from central.ingest.ingest import Ingest
from central.publish.post import Post
from central.rights.desk import RightsDesk
from central.worker import Worker
from firmware.entries import entry_hash
from firmware.mqtt.messages import Acknowledgement, Batch, Head, decode
from firmware.mqtt.signing import parse_signed
from tests.crash.programs.edges import Edges

MOMENT = 0.2
"""Seconds that a message needs to be out of the house."""


def answers_first() -> None:
    """Have each batch acknowledged before it is recorded."""
    real = Worker._record

    def record(worker: Worker, batches: list[tuple[str, bytes]], now: int) -> int:
        for terminal, message in batches:
            batch = decode(parse_signed(message).unchecked, Batch)
            head = Head(batch.life, batch.last, entry_hash(bytes(batch.entries[-1])))
            worker._parts.post.acknowledge(Acknowledgement(to=terminal, epoch=1, time=now, heads=[head]))
        threading.Event().wait(MOMENT)
        return real(worker, batches, now)

    patch.object(Worker, "_record", record).start()


FAULTS: dict[str, Callable[[], None]] = {"none": lambda: None, "answers-first": answers_first}


def main(fault: str) -> None:
    """Serve until stopped or killed."""
    FAULTS[fault]()
    edges = Edges(Path(sys.argv[-1]).resolve().parent)
    edges.around(Ingest, "take")
    edges.around(RightsDesk, "work")
    edges.around(Post, "_sent")
    commands(prog_name="habitue central")


if __name__ == "__main__":
    main(sys.argv.pop(1))
