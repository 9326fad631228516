"""The processes: a broker, a central and two terminals, each killed and started again as systemd would."""

import signal
import threading
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from provisioning.broker import Broker, Limits
from provisioning.demo.central_side import served_address
from provisioning.demo.counter import Counter
from provisioning.demo.places import Places
from provisioning.demo.program import Program
from provisioning.demo.waiting import Watch
from tests.crash.eyes import Sight, read_picture
from tests.crash.places import Authority, Site
from tests.crash.programme import TERMINALS
from tests.crash.programs.edges import CUT, EDGE

__all__ = ["BROKER", "CENTRAL", "Faults", "Service", "Shop", "Street"]

CENTRAL, BROKER = "central", "broker"
PATIENCE = 30.0
"""Seconds that anything may take to be there."""
LOOK = 0.01
"""Seconds between two looks."""
CONFIRMED, NOT_CONFIRMED = b'"event": "rights stand"', b'"confirmed": null'


class Faults(Struct, frozen=True):
    """What is planted in the programs, by the names that these have for it."""

    terminal: str = "none"
    central: str = "none"


class Service:
    """A program of ours with a folder of its own, where it can be told to die."""

    def __init__(self, name: str, folder: Path, module: str, arguments: list[str]) -> None:
        self.name = name
        self.folder = folder
        self.program = Program(name, [f"tests.crash.programs.{module}", *arguments], folder / f"{name}.log")

    def arm(self, edge: str) -> None:
        """Have it die at the so-manyth edge from now on, or at the next one of that name."""
        (self.folder / CUT).unlink(missing_ok=True)
        (self.folder / EDGE).write_text(edge)

    def disarm(self) -> str | None:
        """It dies no more by itself; returns where it did."""
        (self.folder / EDGE).unlink(missing_ok=True)
        try:
            return (self.folder / CUT).read_text()
        except FileNotFoundError:
            return None

    @property
    def runs(self) -> bool:
        return self.program.pid is not None

    def start(self) -> None:
        """Start it, unless it runs."""
        self.program.start()

    def said_since(self, offset: int) -> bytes:
        """Its log from that byte on."""
        with self.program.log.open("rb") as log:
            log.seek(offset)
            return log.read()

    @property
    def said(self) -> int:
        """How many bytes its log has."""
        return self.program.log.stat().st_size if self.program.log.exists() else 0


class Shop(Service):
    """A terminal with its counter."""

    def __init__(self, site: Site, name: str, fault: str) -> None:
        folder = site.shop(name)
        super().__init__(name, folder, "terminal", [fault, "run", "--config", str(folder / "terminal.toml")])
        self.places = Places(folder, folder)
        self.counter = Counter(self.places)
        self.starts = 0
        self._began = 0
        self._seen: tuple[str, Sight] = ("", Sight())

    def start(self) -> None:
        """Start it before a dark display."""
        (self.places.screens / "current.png").unlink(missing_ok=True)
        self.counter.put_away()
        self._began = self.said
        self.starts += 1
        self.program.start()

    def sight(self) -> Sight:
        """What its display shows now; a display whose terminal is dead shows what it showed last."""
        version = self.counter.screen_version()
        if version != self._seen[0]:
            self._seen = (version, read_picture(self.counter.screen()))
        return self._seen[1]

    @property
    def confirmed(self) -> bool:
        """Whether central has confirmed its rights since it was started."""
        return any(
            CONFIRMED in line and NOT_CONFIRMED not in line for line in self.said_since(self._began).splitlines()
        )


class Street:
    """Everything of a run."""

    def __init__(self, site: Site, faults: Faults) -> None:
        self.site = site
        self.broker = Broker(Authority(site.ca), site.folder / "broker", limits=Limits())
        settings = ["serve", "--config", str(site.central / "central.toml")]
        self.central = Service(CENTRAL, site.central, "central", [faults.central, *settings])
        self.shops = {name: Shop(site, name, faults.terminal) for name in TERMINALS}
        self.ended: list[str] = []
        self.watch = Watch(lambda: None, pause=_rest)

    def open(self) -> None:
        """Start everything; raises BrokerError, StepOverdue."""
        self.broker.start()
        self.site.write_settings(self.broker.host, self.broker.port)
        for service in self.services:
            service.disarm()
        self.revive(CENTRAL)
        for name in TERMINALS:
            self.revive(name)

    @property
    def services(self) -> list[Service]:
        """What can be told to die, and says where it did."""
        return [self.central, *self.shops.values()]

    def kill(self, name: str) -> None:
        """SIGKILL."""
        if name == BROKER:
            self.broker.kill()
        else:
            self.service(name).program.kill()

    def revive(self, name: str) -> None:
        """Start what does not run; what ended otherwise than killed is kept in `ended`."""
        if name == BROKER:
            self.broker.start()
            return
        service = self.service(name)
        if service.runs:
            return
        if (code := service.program.died) not in (None, -signal.SIGKILL):
            self.ended.append(f"{name} ended by itself with status {code}; read {service.program.log}")
        service.start()

    def wait_served(self) -> None:
        """Wait until central serves."""
        log = self.central.program.log
        self.wait("central serves", lambda: log.exists() and served_address(log, 0), log)

    def wait(self, what: str, look: Callable[[], object], log: Path) -> None:
        """Wait until it is so; raises StepOverdue."""
        self.watch.until(what, look, PATIENCE, log)

    def close(self) -> None:
        """Stop everything in order."""
        for service in (*self.shops.values(), self.central):
            service.program.stop()
        self.broker.stop()

    def abandon(self) -> None:
        """Kill whatever runs."""
        for name in (*TERMINALS, CENTRAL, BROKER):
            self.kill(name)

    def service(self, name: str) -> Service:
        """Central, or a terminal."""
        return self.central if name == CENTRAL else self.shops[name]


def _rest(_seconds: float) -> None:
    threading.Event().wait(LOOK)
