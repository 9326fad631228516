"""Central in one thread: the real worker, called turn by turn, over a real database."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Engine

from central.app import Central
from central.backup import back_up, restore
from central.errors import TerminalUnknown
from central.founding import open_database
from central.ledger.decisions import By
from central.ledger.losing import declare_lost
from central.mqtt import Arrival
from central.settings import Settings
from central.store.engine import writing
from tests.model.network import Message, Network

__all__ = ["Office"]


class Office:
    """One central; restored from a backup, it is another under a higher epoch."""

    def __init__(self, settings: Settings, network: Network, clock: Callable[[], int]) -> None:
        self.settings = settings
        self.backups: list[Path] = []
        self._network = network
        self._clock = clock
        self._begin()

    def take(self, messages: list[Message]) -> None:
        """One turn of the worker; what it says is on its way down."""
        self._central.worker.turn([Arrival(message.topic, message.payload) for message in messages])

    def back_up(self) -> None:
        """Keep the database as it is now."""
        target = self.settings.database.with_name(f"backup-{len(self.backups)}.sqlite")
        back_up(self.settings.database, target, lambda _done, _total: None)
        self.backups.append(target)

    def restore(self, number: int) -> None:
        """Go on from a backup."""
        self.close()
        restore(self.settings.database, self.backups[number], self._clock(), lambda _done, _total: None)
        for kept in self.settings.database.parent.glob("*.before-*"):
            kept.unlink()
        self._begin()

    def declare_lost(self, terminal: str) -> int:
        """Write a terminal's rights off; returns the points that it held. One never heard of is nobody's loss."""
        with suppress(TerminalUnknown), writing(self.engine) as connection:
            taken = declare_lost(connection, terminal, By("operator", "stolen", self._clock()))
            return int(getattr(taken.decision.act, "points", 0))
        return 0

    def copy(self, target: Path) -> Path:
        """The database as it is now, for a look."""
        return Path(shutil.copy(self.settings.database, target))

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def _begin(self) -> None:
        self.engine: Engine = open_database(self.settings.database, self._clock())
        self._central = Central(self.settings, self.engine, self._clock, self._send, lambda: float(self._clock()))

    def _send(self, topic: str, payload: bytes, *, retain: bool = False) -> bool:
        terminal = topic.split("/")[3]
        return True if retain or terminal == "all" else self._network.fall(terminal, topic, payload)
