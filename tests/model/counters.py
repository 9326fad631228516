"""A terminal in one thread: the real journal, till, upkeep and ear; its link is the example's network."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path

from msgspec import Struct

from firmware.clock import Clock
from firmware.documents import RuleBook
from firmware.entries import ClockQuality, EntryId, Identified, Stamp, Start
from firmware.flow.effects import CommitPurchase, CommitRefund, CommitVoid
from firmware.flow.events import Profile, Proof, Result
from firmware.flow.moment import Moment
from firmware.journal import AcknowledgementStale, Journal, JournalReader
from firmware.mqtt import topics
from firmware.mqtt.asking import Questions, RightAsked
from firmware.mqtt.backoff import Backoff
from firmware.mqtt.complaints import Complaints
from firmware.mqtt.downlink import Trust
from firmware.mqtt.events import (
    AcknowledgementArrived,
    RightArrived,
    RightRecalled,
    RightRefused,
    StandingArrived,
    SyncEvent,
    TimeArrived,
)
from firmware.mqtt.hearing import Hearing
from firmware.mqtt.inbox import Inbound
from firmware.mqtt.messages import Presence, RightRequest, encode
from firmware.mqtt.signing import Signer
from firmware.mqtt.uplink import signed_batch
from firmware.mqtt.wanted import Wanted
from firmware.points.spending import Place
from firmware.rights import RightsUpkeep
from firmware.till import NotBooked, Till
from tests.model.network import Message, Network
from tests.model.templates import COMPANY, Templates

__all__ = ["Counter", "World"]

CLERK = "7"


class World(Struct):
    """The time that all see their own way, and where fresh random numbers come from."""

    now: int
    drawn: int = 0

    def token(self) -> str:
        """64 bits that nobody drew before."""
        self.drawn += 1
        return f"{0xC0FFEE0000000000 + self.drawn:016x}"

    def step(self) -> int:
        """A time step whose code nobody has used."""
        self.drawn += 1
        return self.drawn


class Quiet:
    """The way up as upkeep sees it: the example sends when it likes."""

    def send_now(self) -> None:
        """Not now."""

    def report(self, problems: tuple[str, ...]) -> None:
        """Nobody reads it."""


class Counter:
    """One terminal; it dies and starts again over the same folder, or over an old image of it."""

    def __init__(self, name: str, templates: Templates, folder: Path, network: Network, world: World) -> None:
        self.name = name
        self.shop = f"shop-{name}"
        self.skew = 0
        self.images: list[bytes] = []
        self._templates = templates
        self._folder = templates.found_terminal(folder / name)
        self._network = network
        self._world = world
        self._signer: Signer = templates.signers[name]
        self.start()

    @property
    def path(self) -> Path:
        return self._folder / "journal.sqlite"

    def start(self) -> None:
        """A new life."""
        self.journal = Journal.open(self.path, self.name)
        self.reader = JournalReader(self.path)
        self.clock = Clock(self.journal.floor(), wall=self._wall, monotonic=lambda: float(self._world.now))
        rulebook = RuleBook(self._folder / "documents.json")
        self.till = Till(self.journal, lambda: rulebook.rules, Place(self.shop, COMPANY), "en")
        self._rights = RightsUpkeep(self.journal, self.shop, Quiet(), lambda *_said, **_fields: None)
        key = self._templates.authority.signing_identity.key.public_key()
        self._questions = Questions(self._world.token)
        self._hearing = Hearing(
            Trust(self.name, key, self.journal.epoch()),
            self._questions,
            Wanted(Backoff()),
            Complaints(lambda _problem: None),
            self._take,
        )
        stamp = Stamp(self.moment.at, self.moment.clock, self.shop, None)
        self.journal.begin_life(self._world.token(), stamp, "model", Start.STARTED)
        self.appear()

    def die(self) -> None:
        """The power goes."""
        self.reader.close()
        self.journal.close()
        self._network.down[self.name].clear()

    def image(self) -> None:
        """Copy the SD card."""
        with closing(sqlite3.connect(self.path)) as connection:
            self.images.append(connection.serialize())

    def put_image(self, number: int) -> None:
        """Put an old copy in; to be called between `die` and `start`."""
        for ending in ("-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        self.path.write_bytes(self.images[number])

    @property
    def moment(self) -> Moment:
        return self.clock.moment()

    def profile(self, member: str) -> Profile:
        """A member as this counter sees them."""
        return self.till.profile(member, self.moment)

    def sell(self, member: str, amount: int, spend: int = 0) -> Result | None:
        """A purchase, a part of it paid in points; None where that is refused."""
        proof = Proof("00000000", self._world.step()) if spend else None
        by = Identified.ROTATING if spend else Identified.STATIC
        with suppress(NotBooked):
            return self.till.sell(CommitPurchase(member, by, amount, CLERK, spend, proof), self.moment)
        return None

    def void(self, entry: EntryId) -> Result | None:
        with suppress(NotBooked):
            return self.till.void(CommitVoid(entry, CLERK, "9"), self.moment)
        return None

    def refund(self, entry: EntryId, amount: int) -> Result | None:
        with suppress(NotBooked):
            return self.till.refund(CommitRefund(entry, amount, CLERK, "9"), self.moment)
        return None

    def sales(self) -> list[EntryId]:
        """What may be taken back here, newest first."""
        return [sale.id for sale in self.journal.sales(0, 20) if sale.stands is not None]

    def appear(self) -> None:
        """Say online."""
        presence = Presence(
            terminal=self.name,
            state="online",
            birth=self._world.token(),
            at=self.moment.at,
            epoch=self.journal.epoch(),
            head=self.journal.head(),
            pending=self.reader.pending().count,
        )
        self._rise(topics.PRESENCE, encode(presence))

    def ask(self, member: str) -> None:
        """The points key, while the right is elsewhere."""
        asked, expires = RightAsked(member=member), self._world.now + 3600
        question = self._questions.ask_right(float(self._world.now), asked, expires)
        request = RightRequest(id=question, terminal=self.name, expires=expires, member=member)
        self._rise(topics.REQUEST, encode(request))

    def send(self, entries: int = 100) -> bool:
        """Send what central has not acknowledged, oldest first; False where there is nothing."""
        run = self.reader.next_run(None, entries, 2**18)
        if run is None:
            return False
        self._rise(topics.BATCH, signed_batch(self.name, run, self._signer))
        return True

    def hear(self, message: Message) -> None:
        """Take one message."""
        inbound = Inbound(message.topic, message.payload)
        self._hearing.take(inbound, float(self._world.now), self.moment.at)

    def prune(self) -> None:
        """Forget what is old and safe elsewhere, where the clock is to be trusted."""
        if self.moment.clock is not ClockQuality.DOUBTFUL:
            self.journal.prune(self.moment.at)

    def entries(self) -> Iterable[tuple[EntryId, bytes]]:
        """Everything that the journal holds."""
        with closing(sqlite3.connect(self.path)) as connection:
            rows = connection.execute(
                "SELECT lives.life, seq, body FROM entries JOIN lives ON number = entries.life ORDER BY place"
            ).fetchall()
        return [(EntryId(self.name, life, seq), body) for life, seq, body in rows]

    def _wall(self) -> float:
        return float(self._world.now + self.skew)

    def _take(self, news: SyncEvent) -> None:
        """What the link's ear believes, made durable as upkeep does it."""
        match news:
            case AcknowledgementArrived(acknowledgement=said):
                with suppress(AcknowledgementStale):
                    self.journal.acknowledge(said.heads, said.epoch, said.complete)
            case TimeArrived():
                self.clock.confirm(news.time, news.age)
                self.journal.note_time(news.time)
            case RightArrived() | RightRefused() | RightRecalled() | StandingArrived():
                list(self._rights.take(news, self.moment))

    def _rise(self, kind: str, payload: bytes) -> None:
        self._network.rise(self.name, topics.up(self.name, kind), payload)
