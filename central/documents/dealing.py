"""Dividing what may be given in all among terminals that are not always heard; pure.

What a terminal was told it may use counts as used until it has recorded that it was told of less: it may be away and
use it. So all of them together never use more than there is, whoever is away for how long.
"""

from collections.abc import Mapping

from msgspec import Struct

from firmware.points.budget import shares

__all__ = ["Stake", "dealt"]


class Stake(Struct, frozen=True):
    """One terminal's part in it, in totals.

    `used` is what it has used as far as is known, `may` what it may use at most of all that it was told and has not
    recorded as outdated. `waits`: it was told something that it has not recorded yet. `takes`: it is there, and is
    to be given more.
    """

    used: int
    may: int
    waits: bool = False
    takes: bool = True

    @property
    def committed(self) -> int:
        """What it uses, or may use."""
        return max(self.used, self.may)


def dealt(total: int, stakes: Mapping[str, Stake]) -> dict[str, int]:
    """What each terminal is to be told that it may use in all; what it was told already, where nothing is to be moved.

    Something is moved once a terminal has less than half of an even part of what is left: from those who have more than
    one, as soon as they have recorded so. Never of less than it has used, and never together of more than `total`,
    unless more is used or told already.
    """
    told = {name: stake.committed for name, stake in stakes.items()}
    even = shares(_left_for(total, stakes), {name: one.used for name, one in stakes.items() if one.takes}, spare=0)
    if not any(_short(stakes[name], fair) for name, fair in even.items()):
        return told
    free = max(total - sum(told.values()), 0)
    lowered = {name: even[name] for name in even if told[name] > even[name] and not stakes[name].waits}
    for name in sorted(even, key=lambda one: told[one] - even[one]):
        more = min(max(even[name] - told[name], 0), free)
        told[name] += more
        free -= more
    return told | lowered


def _left_for(total: int, stakes: Mapping[str, Stake]) -> int:
    """The total less what those hold who are not there."""
    return total - sum(stake.committed for stake in stakes.values() if not stake.takes)


def _short(stake: Stake, fair: int) -> bool:
    return fair > stake.used and 2 * (stake.may - stake.used) < fair - stake.used
