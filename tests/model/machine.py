"""What can happen to a programme, in any order that hypothesis thinks of."""

import shutil
import tempfile
from collections import Counter as Tally
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.model.programme import Programme
from tests.model.templates import MEMBERS, TERMINALS, Templates

__all__ = ["Machine", "machine_over"]

DAY = 86_400
YEARS = 365 * DAY

ELSEWHERE = "right_elsewhere"
SKEWS = (0, 0, 0, -50 * YEARS, -3600, 3600, 73 * YEARS)

terminals = st.sampled_from(TERMINALS)
members = st.sampled_from(MEMBERS)
places = st.integers(0, 5)
amounts = st.integers(1, 300)
RAM = Path("/dev/shm")  # noqa: S108 -- a folder in memory where there is one: power cuts are another harness's


class Machine(RuleBasedStateMachine):
    """One programme's days; the checks stand at the end, when everything has arrived."""

    templates: Templates
    tally: Tally[str]

    @initialize(member=members, amount=st.integers(100, 300))
    def found(self, member: str, amount: int) -> None:
        """Every terminal has been heard of, and one customer has been somewhere."""
        self.folder = Path(tempfile.mkdtemp(prefix="habitue-model-", dir=RAM if RAM.is_dir() else None))
        self.programme = Programme(self.templates, self.folder)
        self.programme.exchange(*TERMINALS)
        self.programme.counters["t-1"].image()
        self.programme.counters["t-1"].sell(member, amount)
        self.programme.exchange(*TERMINALS)

    @rule(name=terminals, member=members, amount=amounts, goes_up=st.booleans())
    def buy(self, name: str, member: str, amount: int, goes_up: bool) -> None:
        assert self.programme.counters[name].sell(member, amount) is not None
        if goes_up:
            self.programme.exchange(name)

    @rule(name=terminals, member=members, amount=amounts, points=amounts, asks=st.booleans())
    def spend(self, name: str, member: str, amount: int, points: int, asks: bool) -> None:
        counter = self.programme.counters[name]
        if asks and counter.profile(member).bar == ELSEWHERE:
            counter.ask(member)
            self.programme.exchange(*TERMINALS)
            self.programme.exchange(*TERMINALS)
        profile, points = counter.profile(member), min(points, amount)
        booked = counter.sell(member, amount, points)
        assert (booked is not None) == (points <= profile.spendable), "what may be spent is spent, and nothing else"

    @rule(name=terminals, place=places, amount=st.none() | amounts, goes_up=st.booleans())
    def take_back(self, name: str, place: int, amount: int | None, goes_up: bool) -> None:
        counter = self.programme.counters[name]
        if sales := counter.sales():
            sale = sales[place % len(sales)]
            _ = counter.void(sale) if amount is None else counter.refund(sale, amount)
        if goes_up:
            self.programme.exchange(name)

    @rule(names=st.sets(terminals, min_size=1))
    def all_goes_well(self, names: set[str]) -> None:
        self.programme.exchange(*sorted(names))

    @rule(name=terminals, entries=st.integers(1, 6), first=places, count=st.integers(1, 4), again=st.booleans())
    def central_takes(self, name: str, entries: int, first: int, count: int, again: bool) -> None:
        """A batch goes up, and some of what is on its way arrives, in this order or that, perhaps to arrive again."""
        self.programme.counters[name].send(entries)
        up = self.programme.network.up
        first %= max(len(up), 1)
        chosen = up[first : first + count]
        if not again:
            del up[first : first + count]
        self.programme.office.take(chosen)

    @rule(name=terminals, member=members, place=places, again=st.booleans())
    def terminal_hears(self, name: str, member: str, place: int, again: bool) -> None:
        """One of the messages on their way down arrives, perhaps to arrive again; else a right is asked for."""
        counter, down = self.programme.counters[name], self.programme.network.down[name]
        if not down:
            counter.ask(member)
            return
        message = down[place % len(down)]
        if not again:
            down.remove(message)
        counter.hear(message)

    @rule(name=terminals, what=st.sampled_from(["drop", "cut", "heal", "restart", "copy", "old card", "old card"]))
    def trouble(self, name: str, what: str) -> None:
        programme, counter = self.programme, self.programme.counters[name]
        match what:
            case "drop":
                programme.network.drop(name)
            case "cut":
                programme.network.cut(name)
            case "heal":
                programme.network.heal(name)
                counter.appear()
            case "restart":
                programme.restart(name)
            case "copy":
                counter.image()
            case "old card" if counter.images:
                programme.restart(name, len(counter.images) - 1)

    @rule(what=st.sampled_from(["back up", "restore", "lost"]), name=terminals, number=places)
    def trouble_at_central(self, what: str, name: str, number: int) -> None:
        programme, backups = self.programme, self.programme.office.backups
        match what:
            case "back up" if len(backups) < 3:
                programme.office.back_up()
            case "restore" if backups:
                programme.office.restore(number % len(backups))
            case "lost" if number == 0:
                programme.declare_lost(name)

    @rule(seconds=st.sampled_from([60, DAY, 20 * DAY]), name=terminals, skew=st.sampled_from(SKEWS))
    def time_passes(self, seconds: int, name: str, skew: int) -> None:
        """For everybody, and for one terminal otherwise than for the others."""
        self.programme.world.now += seconds
        self.programme.counters[name].skew = skew
        for counter in self.programme.counters.values():
            counter.prune()

    def teardown(self) -> None:
        if not hasattr(self, "programme"):
            return
        try:
            self.programme.come_to_rest()
            self.programme.check()
            self.tally.update(self.programme.tally)
            self.tally["examples"] += 1
        finally:
            self.programme.close()
            shutil.rmtree(self.folder, ignore_errors=True)


def machine_over(made: Templates, counted: Tally[str]) -> type[Machine]:
    """The machine, with what its examples start from, and where what happened in them is counted."""

    class Ready(Machine):
        templates = made
        tally = counted

    return Ready
