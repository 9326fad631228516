"""The algebra of lots: sums that entries add to in any order, and what they come to (docs/spec/ledger.md, "Lots")."""

from collections.abc import Iterable

from msgspec import Struct

from firmware.entries import Instant

__all__ = ["UNTOUCHED", "LotState", "Sums", "expired", "free", "joined", "total"]


class LotState(Struct, frozen=True):
    """What entries and decisions have done to one lot in all; adding is all that ever happens to it.

    `given` by the entry it is named after; `spent` by redemptions, by hand and as cover for another lot, less what was
    restored; `reversed` by voids and refunds of its purchase; `covered`: paid back in for what they took in vain.
    """

    given: int = 0
    spent: int = 0
    reversed: int = 0
    covered: int = 0

    def plus(self, other: "LotState") -> "LotState":
        """The state after both."""
        return LotState(
            self.given + other.given,
            self.spent + other.spent,
            self.reversed + other.reversed,
            self.covered + other.covered,
        )

    @property
    def used(self) -> int:
        """Points of it that are spent: more than were given only where a terminal spent twice."""
        return max(self.spent, 0)

    @property
    def back(self) -> int:
        """Points of it that its purchase's reversals took: never more than it gave, however often they repeat."""
        return max(min(self.reversed, self.given), 0)

    @property
    def loss(self) -> int:
        """Points of it that were spent twice: borne by the programme."""
        return max(self.used - self.given, 0)

    @property
    def left(self) -> int:
        """Points of it that are still there."""
        return max(self._net, 0)

    @property
    def owed(self) -> int:
        """The member's debt for it: taken back after they were spent, and not covered."""
        return max(-self._net, 0)

    @property
    def _net(self) -> int:
        return self.given + self.loss + self.covered - self.used - self.back


UNTOUCHED = LotState()
"""The state of a lot of which nothing is known."""


class Sums(Struct, frozen=True):
    """What many lots come to; `balance` is left that has not expired, less what is owed."""

    given: int = 0
    spent: int = 0
    reversed: int = 0
    covered: int = 0
    loss: int = 0
    left: int = 0
    """Not expired."""
    gone: int = 0
    """Expired with points left."""
    owed: int = 0

    @property
    def balance(self) -> int:
        """What is shown: below 0 only while a debt is not settled."""
        return self.left - self.owed

    @property
    def conserved(self) -> bool:
        """Whether every point is accounted for, once: what came in is what went out and what is there."""
        came = self.given + self.covered + self.loss
        went = self.spent + self.reversed + self.gone
        return came == went + self.balance


def joined(moves: Iterable[tuple[str, LotState]]) -> dict[str, LotState]:
    """The states of lots after these moves, in whatever order."""
    states: dict[str, LotState] = {}
    for lot, move in moves:
        states[lot] = states.get(lot, UNTOUCHED).plus(move)
    return states


def total(lots: Iterable[tuple[LotState, bool]]) -> Sums:
    """What these lots come to, each with whether it has expired."""
    given = spent = back = covered = loss = left = gone = owed = 0
    for state, over in lots:
        given += state.given
        spent += state.used
        back += state.back
        covered += state.covered
        loss += state.loss
        owed += state.owed
        if over:
            gone += state.left
        else:
            left += state.left
    return Sums(given, spent, back, covered, loss, left, gone, owed)


def free(right: int | None, returned: int | None) -> bool:
    """Whether a lot is central's: no right names it, or its holder has returned rights up to it.

    `right` is the highest that names the lot: a grant, the entry that received it, or the lot itself. `returned` is the
    highest that the holder has returned for the lot's member; None or a number below 0: none yet. Right 0 is a right: a
    terminal that was without central holds everything under it, until it returns it.
    """
    return right is None or (returned is not None and right <= returned)


def expired(expires: Instant | None, now: Instant, holder: Instant | None) -> bool:
    """Whether a lot has expired: a free one by now, one in escrow once its holder is acknowledged past that instant.

    `holder` is the trusted time of the holder's last acknowledged entry; None for a free lot.
    """
    return expires is not None and expires <= (now if holder is None else min(now, holder))
