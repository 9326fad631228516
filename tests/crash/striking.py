"""One kill: errands are done, somebody dies, whatever died is started again, and what was begun is finished."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.crash.clerk import Clerk, ShopDown, Silent
from tests.crash.errands import Errand
from tests.crash.plan import Blow
from tests.crash.programme import TERMINALS
from tests.crash.state import State
from tests.crash.street import BROKER, CENTRAL, Street

__all__ = ["Finding", "Striking"]

USUAL = 0.2
"""Seconds that an errand takes, before it is known."""
AFTER = 0.3
"""Seconds after it in which what it brought about goes up to central and comes down."""
SOON_AGAIN = 0.05
"""Seconds between two looks at whether something died."""


class Finding(Exception):
    """What must not be: the run is over, its folder stays."""


class Striking:
    """Works on a street whose programs run; what it learns is in the state."""

    def __init__(self, street: Street, clerks: dict[str, Clerk], state: State) -> None:
        self._street = street
        self._clerks = clerks
        self._state = state

    def at_instant(self, blow: Blow, errands: list[Errand]) -> str:
        """Kill at the instant that was drawn, whatever goes on then; returns what that was."""
        usual = sum(self._state.usual.get(errand.kind, USUAL) for errand in errands) / len(errands)
        elsewhere = blow.victim not in {errand.shop for errand in errands}
        timer = threading.Timer(
            blow.share * (usual + AFTER), self._kill, (blow.victim, blow.pause if elsewhere else None)
        )
        timer.start()
        unfinished = self._done(errands)
        timer.join()
        self.recover(unfinished)
        return f"{' and '.join(errand.kind for errand in errands)}, at {blow.share:.2f} of its time"

    def at_edge(self, blow: Blow, errands: list[Errand], edge: str) -> str | None:
        """Let the victim die at that edge, by its number or name; returns its name, None where there is none such."""
        service = self._street.service(blow.victim)
        service.arm(edge)
        with self._kept_up(blow.victim, errands):
            unfinished = self._done(errands)
        where = service.disarm()
        if where is None and edge == "1":  # it did nothing at all
            where = "at rest"
            self._street.kill(blow.victim)
        self.recover(unfinished)
        return where

    def do(self, errand: Errand) -> None:
        """Do an errand while nobody is killed; raises Finding."""
        self.recover(self._done([errand]))

    def recover(self, unfinished: list[Errand] | None = None) -> None:
        """Start whatever is dead; what is not on a display as done is done once more, as a clerk does.

        Raises Finding.
        """
        waiting = {errand.shop: errand for errand in unfinished or []}
        again = {name for name, errand in waiting.items() if not self._clerks[name].was_done(errand)}
        for name in (BROKER, CENTRAL, *TERMINALS):
            self._street.revive(name)
        if self._street.ended:
            raise Finding("; ".join(self._street.ended))
        for name, clerk in self._clerks.items():
            if clerk.must_sign_on and self._signed_on(clerk, waiting.get(name)):
                again.discard(name)
        if again and (left := self._done([waiting[name] for name in sorted(again)])):
            raise Finding(f"{left[0].shop} died although nobody killed it; read its log")

    def _kill(self, victim: str, pause: float | None) -> None:
        """Kill, and after so many seconds start it again, unless its clerk does."""
        self._street.kill(victim)
        if pause is not None:
            threading.Event().wait(pause)
            self._street.revive(victim)

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
                done = list(counters.map(self._finished, errands))
        except Silent as error:
            raise Finding(str(error)) from None
        return [errand for errand, finished in zip(errands, done, strict=True) if not finished]

    def _finished(self, errand: Errand) -> bool:
        began = time.monotonic()
        try:
            self._clerks[errand.shop].do(errand)
        except ShopDown:
            return False
        usual = self._state.usual.get(errand.kind, USUAL)
        self._state.usual[errand.kind] = 0.8 * usual + 0.2 * (time.monotonic() - began)
        return True

    def _signed_on(self, clerk: Clerk, errand: Errand | None) -> bool:
        try:
            return clerk.sign_on(errand)
        except ShopDown:
            raise Finding(f"{clerk.shop.name} died at its start; read {clerk.shop.program.log}") from None
        except Silent as error:
            raise Finding(str(error)) from None
