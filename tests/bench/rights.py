"""A member's spending right moved from one terminal to another that asks: from the question to the points being there.

Both terminals' links, journals and upkeep run in this process, central and Mosquitto are processes of their own, all
over TLS. The floor is what cannot be saved: four messages through the same broker, each answered by the next, and the
four durable commits between them (returned, recorded, granted, received).
"""

import sqlite3
import sys
import time
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from firmware.flow.events import RightMoved
from provisioning.broker import Broker, Limits
from provisioning.ca import ThrowAway
from tests.bench.spread import Spread, spread
from tests.central.running import Running
from tests.scenarios.rights.counters import Counter
from tests.scenarios.rights.street import Street
from tests.servers.speaker import Speaker

__all__ = ["run"]

MOVES = 200
ENTRY = 400
"""Bytes of a durable commit, as long as such an entry."""
LIMIT = 1000


def run() -> None:
    """Measure and print."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        root = Path(folder)
        authority = ThrowAway(root / "ca", datetime.now(UTC))
        broker = stack.enter_context(Broker(authority, root / "broker", limits=Limits()))
        floor = _floor(broker, root / "floor.sqlite")
        central = Running(root / "central", authority, broker)
        central.start()
        stack.callback(central.stop)
        street = Street(root, central, 1)
        stack.callback(street.close)
        moved = _moved(street)
    sys.stdout.write(
        f"right moved, question to receipt  {moved}\n"
        f"four hops and four commits        {floor}\n"
        f"median: {moved.median / floor.median:.1f} of the floor; p99 {moved.p99:.0f} ms"
        f" (wanted: at most {LIMIT} ms)\n"
    )


def _moved(street: Street) -> Spread:
    """The right goes back and forth; each spends a point before it goes on."""
    one, other = street.open("t-1"), street.open("t-2")
    one.sell(street.hana, 10 * MOVES)
    one.settled(other)
    one.ask(street.hana)
    one.hear(RightMoved)
    times = []
    for number in range(MOVES):
        here, there = (other, one) if number % 2 == 0 else (one, other)
        times.append(_asked(here, there, street.hana))
        here.spend(street.hana, 1)
    return spread(times)


def _asked(here: Counter, there: Counter, member: str) -> float:
    began = time.perf_counter()
    here.ask(member)
    here.hear(RightMoved, there)
    return time.perf_counter() - began


def _floor(broker: Broker, path: Path) -> Spread:
    """The same hops between bare clients, with a bare durable commit at each."""
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as store,
        Speaker(broker, broker.authority.central) as hub,
        Speaker(broker, broker.authority.terminal("t-8")) as asker,
        Speaker(broker, broker.authority.terminal("t-9")) as holder,
    ):
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            store.execute(f"PRAGMA {pragma}")
        store.execute("CREATE TABLE entries (body BLOB)")
        hub.listen("habitue/1/up/+/+")
        asker.listen("habitue/1/down/t-8/+")
        holder.listen("habitue/1/down/t-9/+")
        return spread([_round(hub, asker, holder, store) for _ in range(MOVES)])


def _round(hub: Speaker, asker: Speaker, holder: Speaker, store: sqlite3.Connection) -> float:
    body = b"x" * ENTRY
    began = time.perf_counter()
    hops = ((asker, "up/t-8/request", hub), (hub, "down/t-9/right", holder), (holder, "up/t-9/batch", hub))
    for speaker, topic, listener in (*hops, (hub, "down/t-8/right", asker)):
        speaker.publish(f"habitue/1/{topic}", body)
        listener.hear()
        store.execute("INSERT INTO entries VALUES (?)", (body,))
    return time.perf_counter() - began
