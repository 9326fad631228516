"""Who the clerks are: numbers, PINs, and which of them are managers."""

from collections.abc import Callable
from typing import Final

from firmware.flow.effects import CheckClerk
from firmware.flow.events import ClerkKnown, ClerkRefused
from firmware.flow.moment import Moment
from firmware.points.clerks import Clerk, ClerkList, Role, clerk_numbered
from firmware.points.errors import PinHashUnusable
from firmware.points.pins import PinTries, pin_fits, tries_after

__all__ = ["ListedClerks"]

NOBODYS: Final = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""A hash that no PIN fits, so that a number nobody has takes as long to refuse as another."""


class ListedClerks:
    """The list in force; while it is empty a number is believed, and nobody is a manager.

    Wrong PINs are counted since the terminal started, in monotonic seconds.
    """

    def __init__(self, in_force: Callable[[], ClerkList]) -> None:
        self._in_force = in_force
        self._tries: dict[str, PinTries] = {}
        self._numbered: tuple[ClerkList, frozenset[str] | None] = (ClerkList(), None)

    @property
    def numbers(self) -> frozenset[str] | None:
        """The numbers that may sign on, None for any."""
        listed = self._in_force()
        if self._numbered[0] is not listed:
            self._numbered = listed, frozenset(clerk.number for clerk in listed.clerks) or None
        return self._numbered[1]

    def checked(self, effect: CheckClerk, moment: Moment) -> ClerkKnown | ClerkRefused:
        """Whether number and PIN fit; five wrong PINs in a row lock the number for five minutes."""
        listed = self._in_force().clerks
        if not listed:
            return ClerkRefused("not_a_manager") if effect.manager else ClerkKnown(effect.clerk, manager=False)
        clerk, now = clerk_numbered(listed, effect.clerk), int(moment.monotonic)
        tries = self._tries.get(effect.clerk, PinTries())
        if tries.locked(now):
            return ClerkRefused("pin_locked")
        fits = _fits(effect.pin, clerk)
        if clerk is None:
            return ClerkRefused("pin_wrong")
        self._tries[clerk.number] = tries = tries_after(tries, fits, now)
        if not fits:
            return ClerkRefused("pin_locked" if tries.locked(now) else "pin_wrong")
        manager = clerk.role is Role.MANAGER
        return ClerkKnown(clerk.number, manager) if manager or not effect.manager else ClerkRefused("not_a_manager")


def _fits(pin: str, clerk: Clerk | None) -> bool:
    try:
        return pin_fits(pin, clerk.pin if clerk else NOBODYS) and clerk is not None
    except PinHashUnusable:
        return False
