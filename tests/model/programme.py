"""A programme of three shops, two customers and one central, and what has become of it in the end."""

from collections import Counter as Tally
from pathlib import Path

from sqlalchemy import select

from central.ledger.lots import lots_of, sums_of
from central.store.engine import reading
from central.store.points import decisions
from central.store.schema import entries, lives
from tests.model.centrals import Office
from tests.model.counters import Counter, World
from tests.model.network import Network
from tests.model.templates import MEMBERS, START, TERMINALS, Templates
from tests.model.truth import kind_of, spent_in, sums_from

__all__ = ["Programme"]

ROUNDS = 60
"""After so many exchanges without faults, everything must have arrived."""


class Programme:
    """Everything together."""

    def __init__(self, templates: Templates, folder: Path) -> None:
        self.tally = Tally[str]()
        """What has happened, for who wants to know what was proved."""
        self.world = World(START)
        self.network = Network(TERMINALS)
        self.office = Office(templates.found_central(folder), self.network, lambda: self.world.now)
        self.counters = {name: Counter(name, templates, folder, self.network, self.world) for name in TERMINALS}
        self.at_risk = 0
        """Points that may turn out to be spent twice: unacknowledged when a card died, or held by a terminal lost."""
        self.lost: set[str] = set()
        self.rolled_back: set[str] = set()

    def exchange(self, *names: str) -> None:
        """Everything that these terminals and central have to say arrives, where nobody is cut off."""
        for name in names:
            self.counters[name].appear()
            self.counters[name].send()
        up, self.network.up[:] = list(self.network.up), []
        self.office.take(up)
        self._all_hear()

    def _all_hear(self) -> int:
        """What is on its way down arrives; returns how much that was."""
        heard = 0
        for name, counter in self.counters.items():
            down, self.network.down[name][:] = list(self.network.down[name]), []
            heard += len(down)
            for message in down:
                counter.hear(message)
        return heard

    def restart(self, name: str, image: int | None = None) -> None:
        """The power goes and comes back, perhaps over an old image of the card."""
        counter = self.counters[name]
        if image is not None:
            self.at_risk += self._unacknowledged(counter)
            self.rolled_back.add(name)
        counter.die()
        if image is not None:
            counter.put_image(image)
        counter.start()

    def declare_lost(self, name: str) -> None:
        """The operator gives a terminal up."""
        self.at_risk += self.office.declare_lost(name)
        self.at_risk += sum(part.points for member in MEMBERS for part in self.counters[name].journal.parts(member))
        self.lost.add(name)

    def come_to_rest(self) -> None:
        """No more faults: everything is sent until there is nothing left to send."""
        for counter in self.counters.values():
            counter.skew = 0
            self.network.heal(counter.name)
            counter.appear()
        for _ in range(ROUNDS):
            moved = [counter.send() for counter in self.counters.values()]
            up, self.network.up[:] = list(self.network.up), []
            self.office.take(up)
            heard = self._all_hear()
            if not any(moved) and not up and not heard:
                return
        raise AssertionError("the programme does not come to rest")

    def check(self) -> None:
        """Everything that must hold of a programme at rest."""
        recorded = self._recorded()
        for counter in self.counters.values():
            for identity, body in counter.entries():
                assert recorded.get(identity) == body, f"{identity} is not at central as it was recorded"
            self.tally["rights suspended"] += not counter.journal.rights_usable
        self.tally.update(kind_of(body) for body in recorded.values())
        self._check_lots(list(recorded.values()))
        self._check_homes()

    def close(self) -> None:
        for counter in self.counters.values():
            counter.die()
        self.office.close()

    def _check_lots(self, bodies: list[bytes]) -> None:
        with reading(self.office.engine) as connection:
            told = sums_from(bodies, connection.execute(select(decisions.c.body)).scalars())
            sums = sums_of(connection, None, self.world.now)
            kept = {
                lot.name: lot
                for member in MEMBERS
                for lot in lots_of(connection, int(member), self.world.now, everything=True)
            }
        for name, truth in told.items():
            state = kept[name].state if name in kept else None
            assert state is not None, f"{name} is no lot at central"
            kept_sums = (state.given, state.spent, state.reversed, state.covered)
            assert kept_sums == (truth.given, truth.spent, truth.reversed, truth.covered), name
        for member, total in sums.items():
            assert total.conserved, f"{member}: {total}"
        loss = sum(truth.loss for truth in told.values())
        assert loss == sum(total.loss for total in sums.values())
        self.tally["points spent twice"] += loss
        self.tally["points at risk"] += self.at_risk
        self.tally["points owed"] += sum(total.owed for total in sums.values())
        self.tally["points expired"] += sum(total.gone for total in sums.values())
        assert loss <= self.at_risk, f"{loss} points were spent twice, and only {self.at_risk} were at risk"

    def _check_homes(self) -> None:
        """Whatever a terminal may spend is in its hands alone; only who was lost or rolled back has spent it too."""
        with reading(self.office.engine) as connection:
            kept = {
                lot.name: lot
                for member in MEMBERS
                for lot in lots_of(connection, int(member), self.world.now, everything=True)
            }
        spendable: dict[str, str] = {}
        excess = 0
        for counter in self.counters.values():
            if not counter.journal.rights_usable or counter.name in self.lost:
                continue
            for member in MEMBERS:
                for part in counter.journal.parts(member):
                    assert part.lot not in spendable, f"{part.lot} is at {spendable[part.lot]} and at {counter.name}"
                    spendable[part.lot] = counter.name
                    state = kept[part.lot].state
                    excess += max(min(state.spent, state.given) + part.points - state.given, 0)
                    assert kept[part.lot].holder == counter.name, part.lot
        assert excess <= self.at_risk, f"{excess} points could be spent twice, and only {self.at_risk} were at risk"

    def _recorded(self) -> dict[tuple[str, str, int], bytes]:
        wanted = select(lives.c.terminal, lives.c.life, entries.c.seq, entries.c.body)
        with reading(self.office.engine) as connection:
            rows = connection.execute(wanted.join(entries, entries.c.life == lives.c.id)).all()
        found = {(row.terminal, row.life, row.seq): bytes(row.body) for row in rows}
        assert len(found) == len(rows), "an entry is recorded twice"
        return found

    def _unacknowledged(self, counter: Counter) -> int:
        """Points spent in entries that central has not recorded."""
        recorded = self._recorded()
        return sum(spent_in(body) for identity, body in counter.entries() if identity not in recorded)
