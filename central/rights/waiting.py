"""Who waits for a right that another terminal is to give back: few, and not for long."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

__all__ = ["PATIENCE", "Waiter", "Waiting"]

MOST, MOST_OF_ONE = 1000, 20
"""Who may wait in all, and of one terminal."""
PATIENCE = 1.5
"""Seconds that the holder has before the asker is told that the right is elsewhere; it may still come later."""


class Waiter(Struct, frozen=True):
    """A question that waits: whose, and until when; `since` is monotonic.

    `about` is the member's code, or a certificate's serial; `whose` the same as the terminal says it, which differs for
    a membership that leads to another. `proved`: its rotating code was right, which counts for this question alone.
    """

    terminal: str
    about: str
    whose: str
    id: str
    expires: int
    since: float
    proved: bool = False
    told: bool = False
    """Whether it was answered meanwhile: what comes then comes unasked."""

    @property
    def answers(self) -> str | None:
        """The id under which it can still be answered."""
        return None if self.told else self.id


class Waiting:
    """By right and by terminal, in the order of asking; a newer question replaces the same terminal's older one."""

    def __init__(self) -> None:
        self._waiters: dict[tuple[str, str], Waiter] = {}

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiters)

    def add(self, waiter: Waiter) -> bool:
        """Let one wait; False where too many do."""
        key = (waiter.about, waiter.terminal)
        of_one = sum(terminal == waiter.terminal for _, terminal in self._waiters)
        if key not in self._waiters and (len(self._waiters) >= MOST or of_one >= MOST_OF_ONE):
            return False
        self._waiters[key] = waiter
        return True

    def told(self, waiter: Waiter) -> None:
        """It was answered, and may still get what comes in time."""
        self._waiters[waiter.about, waiter.terminal] = replace(waiter, told=True)

    def of(self, about: str) -> list[Waiter]:
        """Who waits for that right, who asked first at the head."""
        return [waiter for waiter in self._waiters.values() if waiter.about == about]

    def drop(self, waiter: Waiter) -> None:
        """It waits no more."""
        self._waiters.pop((waiter.about, waiter.terminal), None)

    def expire(self, now: int) -> None:
        """Forget those whom nobody at a counter waits for any more."""
        for waiter in [one for one in self._waiters.values() if one.expires <= now]:
            self.drop(waiter)

    def impatient(self, moment: float) -> Iterator[Waiter]:
        """Those who have waited long enough and were not answered yet."""
        yield from [one for one in self._waiters.values() if not one.told and moment >= one.since + PATIENCE]

    def wakes(self) -> float | None:
        """When the next one becomes impatient, in monotonic seconds; None: none will."""
        return min((one.since + PATIENCE for one in self._waiters.values() if not one.told), default=None)

    def abouts(self) -> list[str]:
        """The rights that somebody waits for."""
        return list({about: None for about, _ in self._waiters})
