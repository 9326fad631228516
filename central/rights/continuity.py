"""Whether a terminal's newest life is the one continuation of all that it ever sent: only then are its rights good."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from msgspec import Struct

from firmware.entries import Start

__all__ = ["BRANCHED", "UNKNOWN_HEAD", "Chain", "Link", "chain_of"]

BRANCHED, UNKNOWN_HEAD = "branched", "unknown-head"


class Link(Struct, frozen=True):
    """One recorded life, in the order of recording (`id`), and what its opening says it continues.

    `sound` is whether that place is recorded with the hash that the opening names, or is still to come; `cause` is of
    a life that continues none, None where its first entry is no opening.
    """

    id: int
    life: str
    head_seq: int
    previous: str | None
    previous_seq: int
    sound: bool
    cause: Start | None


class Chain(Struct, frozen=True):
    """The lives from a beginning to the newest one, or why they are no chain."""

    lives: list[Link]
    fault: str = ""

    @property
    def newest(self) -> str | None:
        """The life that a terminal with this history is in; None where nothing is recorded."""
        return self.lives[-1].life if self.lives else None


def chain_of(lives: Sequence[Link], forgiven: int = 0) -> Chain:
    """The chain that ends in the newest life recorded; lives up to the id `forgiven` may be in none.

    A life that was begun because the journal was lost holds no rights, so that what was before it cannot matter.
    """
    tip = _tip(lives)
    if tip is None:
        return Chain([], UNKNOWN_HEAD)
    chain = _ancestors(tip, lives)
    root = chain[0]
    if not all(one.sound for one in chain) or _grown_past(chain):
        return Chain(chain, BRANCHED)
    if root.previous is not None or _behind(chain):
        return Chain(chain, UNKNOWN_HEAD)
    before = root.id if root.cause is Start.JOURNAL_LOST else 0
    others = {one.id for one in lives} - {one.id for one in chain}
    return Chain(chain, BRANCHED if any(other > max(forgiven, before) for other in others) else "")


def _tip(lives: Sequence[Link]) -> Link | None:
    """The newest life that no other continues; the lives before it may be recorded later."""
    continued = {one.previous for one in lives}
    tips = [one for one in lives if one.life not in continued]
    return max(tips, key=lambda one: one.id, default=None)


def _ancestors(tip: Link, lives: Iterable[Link]) -> list[Link]:
    """A life and those it continues, as far as they are recorded, the oldest first."""
    by_name = {one.life: one for one in lives}
    chain = [tip]
    seen = {tip.life}
    while (before := by_name.get(chain[-1].previous or "")) and before.life not in seen:
        chain.append(before)
        seen.add(before.life)
    return chain[::-1]


def _pairs(chain: Sequence[Link]) -> Iterable[tuple[Link, Link]]:
    return pairwise(chain)


def _grown_past(chain: Sequence[Link]) -> bool:
    return any(before.head_seq > after.previous_seq for before, after in _pairs(chain))


def _behind(chain: Sequence[Link]) -> bool:
    return any(before.head_seq < after.previous_seq for before, after in _pairs(chain))
