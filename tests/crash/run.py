"""A run: one kill after the other, each while something goes on; then everything comes to rest, and is judged."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

from msgspec.structs import replace

from provisioning.demo.errors import StepOverdue
from tests.crash.clerk import Clerk, Phones, ShopDown, Silent
from tests.crash.errands import Errand, Kind
from tests.crash.judge import Verdict, homes_agree, judged
from tests.crash.places import Site, founded
from tests.crash.plan import Blow, Intent, blow_of
from tests.crash.programme import MEMBERS, MOST_ERRANDS, TERMINALS
from tests.crash.records import holding, pending
from tests.crash.state import State, Struck, load_state, save_state
from tests.crash.street import BROKER, CENTRAL, Faults, Street
from tests.crash.watching import faults_now

__all__ = ["Finding", "Run", "SeedDiffers"]

USUAL = 0.6
"""Seconds that an errand takes, before it is known."""
SOON = 3.0
"""Seconds in which rights are confirmed where all goes well; an errand goes on without them."""
SOON_AGAIN = 0.05
"""Seconds between two looks at whether something died."""
SOME = 5
"""Faults that are told at once."""
TO_REST = 90.0
"""Seconds in which everything has arrived, once nothing dies any more."""


class Finding(Exception):
    """What must not be: the run is over, its folder stays."""


class SeedDiffers(Exception):
    """The folder holds a run of another seed."""

    def __init__(self, folder: Path, seed: int) -> None:
        super().__init__(f"{folder} holds a run with seed {seed}; go on with that, or name another folder")


class Run:
    """One run in its folder; `faults` are planted, for the tests of the harness itself."""

    def __init__(self, folder: Path, seed: int, faults: Faults | None = None) -> None:
        path = folder / "state.json"
        before = load_state(path)
        if before is not None and before.seed != seed:
            raise SeedDiffers(folder, before.seed)
        self.site = founded(folder) if before is None else Site(folder.absolute())
        self.state = before or State(seed)
        self._street = Street(self.site, faults or Faults())
        phones = Phones(self.site.keys())
        self._clerks = {name: Clerk(shop, phones, self._street.watch) for name, shop in self._street.shops.items()}
        self._journals = {name: shop.places.journal for name, shop in self._street.shops.items()}

    def __enter__(self) -> "Run":
        save_state(self.site.state, self.state)
        self._street.open()
        self._street.wait_served()
        for clerk in self._clerks.values():
            clerk.sign_on()
        return self

    def __exit__(self, *_: object) -> None:
        self._street.abandon()

    def go_on(self, kills: int, told: Callable[[State], None] = lambda _: None) -> None:
        """Kill until so many have been; raises Finding."""
        while len(self.state.kills) < kills:
            with self._timed():
                self._strike(blow_of(self.state.seed, len(self.state.kills) + 1))
            told(self.state)

    def judge(self) -> Verdict:
        """Let everything come to rest, stop it, and judge; raises Finding."""
        with self._timed():
            self._recover()
            try:
                self._street.watch.until(
                    "everything has arrived", self._at_rest, TO_REST, self._street.central.program.log
                )
            except StepOverdue as error:
                raise Finding("; ".join([str(error), *self._unrest()])) from None
            self._street.close()
            return judged(self.site, int(time.time()))

    def _strike(self, blow: Blow) -> None:
        intents = self._prepared(blow) if blow.sweep else blow.intents
        errands = [self._errand(intent) for intent in intents]
        self._wait_confirmed(errands)
        where = self._at_edge(blow, errands) if blow.sweep else self._at_instant(blow, errands)
        self._look()
        if where is not None:
            self.state.kills.append(Struck(len(self.state.kills) + 1, blow.victim, where))
        save_state(self.site.state, self.state)

    def _at_instant(self, blow: Blow, errands: list[Errand]) -> str:
        """Kill at the instant that was drawn, whatever goes on then."""
        usual = sum(self.state.usual.get(errand.kind, USUAL) for errand in errands) / len(errands)
        elsewhere = blow.victim not in {errand.shop for errand in errands}
        timer = threading.Timer(blow.share * usual, self._kill, (blow.victim, blow.pause if elsewhere else None))
        timer.start()
        unfinished = self._done(errands)
        timer.join()
        self._recover(unfinished)
        return f"{' and '.join(errand.kind for errand in errands)}, at {blow.share:.2f} of the usual time"

    def _kill(self, victim: str, pause: float | None) -> None:
        """Kill, and after so many seconds start it again, unless its clerk does."""
        self._street.kill(victim)
        if pause is not None:
            threading.Event().wait(pause)
            self._street.revive(victim)

    def _at_edge(self, blow: Blow, errands: list[Errand]) -> str | None:
        """Let the victim die at the next edge of the sweep; None, and the sweep is over, where there is none."""
        assert blow.sweep is not None
        sweep, service = blow.sweep.name, self._street.service(blow.victim)
        edge = self.state.cursors.get(sweep, 1)
        service.arm(edge)
        with self._kept_up(blow.victim, errands):
            unfinished = self._done(errands)
        where = service.disarm()
        if where is None and edge == 1:  # it did nothing at all
            where = "at rest"
            self._street.kill(blow.victim)
        self._recover(unfinished)
        self.state.cursors[sweep] = 1 if where is None else edge + 1
        self.state.rounds[sweep] = self.state.rounds.get(sweep, 0) + (where is None)
        return None if where is None else f"{sweep}, {where}"

    @contextmanager
    def _kept_up(self, victim: str, errands: list[Errand]) -> Iterator[None]:
        """Start the victim again as soon as it dies, unless its clerk does."""
        over = threading.Event()

        def keep() -> None:
            while not over.wait(SOON_AGAIN):
                self._street.revive(victim)

        keeper = threading.Thread(target=keep)
        if victim not in {errand.shop for errand in errands}:
            keeper.start()
        try:
            yield
        finally:
            over.set()
            if keeper.ident is not None:
                keeper.join()

    def _done(self, errands: list[Errand]) -> list[Errand]:
        """Do errands at different counters at once; returns those at terminals that died in the middle."""
        try:
            with ThreadPoolExecutor(len(errands)) as counters:
                done = list(counters.map(self._do, errands))
        except Silent as error:
            raise Finding(str(error)) from None
        return [errand for errand, finished in zip(errands, done, strict=True) if not finished]

    def _do(self, errand: Errand) -> bool:
        began = time.monotonic()
        try:
            self._clerks[errand.shop].do(errand)
        except ShopDown:
            return False
        usual = self.state.usual.get(errand.kind, USUAL)
        self.state.usual[errand.kind] = 0.8 * usual + 0.2 * (time.monotonic() - began)
        return True

    def _recover(self, unfinished: list[Errand] | None = None) -> None:
        """Start whatever is dead; what is not on a display as done is done once more, as a clerk does."""
        waiting = {errand.shop: errand for errand in unfinished or []}
        again = {name for name, errand in waiting.items() if not self._clerks[name].was_done(errand)}
        for name in (BROKER, CENTRAL, *TERMINALS):
            self._street.revive(name)
        if self._street.ended:
            raise Finding("; ".join(self._street.ended))
        for name, clerk in self._clerks.items():
            if clerk.must_sign_on and self._signed_on(clerk, waiting.get(name)):
                again.discard(name)
        if left := self._done([waiting[name] for name in sorted(again)]) if again else []:
            raise Finding(f"{left[0].shop} died although nobody killed it; read its log")

    def _signed_on(self, clerk: Clerk, errand: Errand | None) -> bool:
        try:
            return clerk.sign_on(errand)
        except ShopDown:
            raise Finding(f"{clerk.shop.name} died at its start; read {clerk.shop.program.log}") from None
        except Silent as error:
            raise Finding(str(error)) from None

    def _prepared(self, blow: Blow) -> tuple[Intent, ...]:
        """What must be so before the errand of a sweep: something to take back, or a right here or there."""
        assert blow.sweep is not None
        (intent,) = blow.intents
        if intent.kind in (Kind.VOID, Kind.REFUND):
            self._beforehand(replace(intent, kind=Kind.SPEND, points=1 + intent.member))
            return blow.intents
        if blow.sweep.right == "anywhere":
            return blow.intents
        shop = intent.shop if blow.sweep.right == "here" else next(name for name in TERMINALS if name != intent.shop)
        held = self._held(shop)
        if not held:
            self._beforehand(replace(intent, shop=shop))
            held = self._held(shop) or [intent.member]
        return (replace(intent, member=held[intent.member % len(held)]),)

    def _beforehand(self, intent: Intent) -> None:
        errand = self._errand(intent)
        self._wait_confirmed([errand])
        self._recover(self._done([errand]))

    def _held(self, shop: str) -> list[int]:
        """Members whose points may be spent in that shop, by their places among all."""
        held = {name.partition(" ")[0] for kind, name, _ in holding(self._journals[shop]).things if kind == "day key"}
        return [place for place, code in enumerate(MEMBERS) if str(code) in held]

    def _errand(self, intent: Intent) -> Errand:
        self.state.errands += 1
        if self.state.errands > MOST_ERRANDS:
            raise Finding(f"{MOST_ERRANDS} errands are the most; begin another run")
        save_state(self.site.state, self.state)
        return Errand(self.state.errands, intent.kind, intent.shop, MEMBERS[intent.member], intent.points)

    def _wait_confirmed(self, errands: list[Errand]) -> None:
        """Points are spent under rights that central has confirmed: give it a moment."""
        shops = self._street.shops.values()
        if any(errand.points for errand in errands):
            with suppress(StepOverdue):
                log = self._street.central.program.log
                self._street.watch.until("confirmed", lambda: all(shop.confirmed for shop in shops), SOON, log)

    def _look(self) -> None:
        if found := list(faults_now(self._journals, self.site.database)):
            raise Finding("; ".join(found[:SOME]))

    def _at_rest(self) -> bool:
        return all(pending(journal) == 0 for journal in self._journals.values()) and not self._unrest()

    def _unrest(self) -> list[str]:
        return list(islice(homes_agree(self.site), SOME))

    @contextmanager
    def _timed(self) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            self.state.seconds += time.monotonic() - began
