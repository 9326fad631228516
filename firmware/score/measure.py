"""A measure, and the arithmetic of its score: adding, removing, reading (docs/spec/score.md)."""

from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from msgspec import Meta, Struct

from firmware.entries import Purchase
from firmware.entries.fields import Amount, Category, Instant
from firmware.score.power import POWERS, SLOPES, weight
from firmware.score.standing import ZERO, Score

__all__ = [
    "LONGEST",
    "SHORTEST",
    "Counts",
    "Measure",
    "MeasureName",
    "added",
    "later",
    "reading",
    "reciprocal",
    "removed",
    "rounded",
]

MeasureName = Annotated[str, Meta(pattern="^[a-z][a-z0-9_-]{0,31}\\Z")]

SHORTEST = timedelta(hours=1)
LONGEST = timedelta(days=36525)

MOST = 2**53 - 1
"""The most whole units a score holds; a sum that would pass 2^53 stays one part below it."""


class Counts(StrEnum):
    """What a purchase adds to a measure."""

    AMOUNT = "amount"
    VISITS = "visits"


class Measure(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One configured score: what a purchase adds, and the time in which that loses half its weight.

    A purchase adds its amount, or 1 for the visit; with a `category` only what was spent in that category is looked
    at, and only purchases of `at_least` so much add anything. Raises ValueError for a half-life that is not whole
    seconds from one hour to 36,525 days, and for visits in a category without a smallest amount.
    """

    name: MeasureName
    counts: Counts
    half_life: timedelta
    category: Category | None = None
    at_least: Amount = 0

    def __post_init__(self) -> None:
        if not SHORTEST <= self.half_life <= LONGEST or self.half_life.microseconds:
            raise ValueError("a half-life is whole seconds, from one hour (PT3600S) to 36525 days (P36525D)")
        if self.counts is Counts.VISITS and self.category is not None and not self.at_least:
            raise ValueError("visits in a category need `at_least` of 1 or more: what must be spent there to count")

    @cached_property
    def reciprocal(self) -> int:
        """The half-life's reciprocal, by which instants are multiplied."""
        return reciprocal(self.half_life // timedelta(seconds=1))

    @cached_property
    def counted(self) -> Callable[[Purchase], int]:
        """What a purchase adds: the P of the recurrence."""
        return _counter(self)


def _counter(measure: Measure) -> Callable[[Purchase], int]:
    category, least, visits = measure.category, measure.at_least, measure.counts is Counts.VISITS

    def looked_at(purchase: Purchase) -> int:
        amount = purchase.amount if category is None else purchase.categories.get(category, 0)
        if amount < least:
            return 0
        return 1 if visits else amount

    if category is None and not least:
        return (lambda purchase: 1) if visits else (lambda purchase: purchase.amount)
    return looked_at


def reciprocal(seconds: int) -> int:
    """2^92 / seconds, rounded up: `instant * reciprocal >> 72` is floor(instant * 2^20 / seconds), exactly.

    Exact for instants to 2^40 and half-lives below 2^32 (Granlund and Montgomery, PLDI 1994, theorem 4.2).
    """
    return -(-(2**92) // seconds)


def added(measure: Measure, score: Score | None, at: Instant, p: int) -> Score:
    """The score after a purchase that adds p (0 to 10^12) at that time, however late it is learnt of."""
    if score is None:
        score = ZERO
    if not p:
        return score
    place = (at * measure.reciprocal) >> 72
    epoch = place >> 20
    entry = (place >> 12) & 0xFF  # from here weight(), in place: a fifth of the time of every fold is that call
    part = p * (POWERS[entry] + ((SLOPES[entry] * (place & 0xFFF)) >> 12))
    then = score.epoch
    if epoch == then:
        part += score.part
        whole = score.whole + (part >> 24)
    elif epoch > then:
        part += later((score.whole << 24) | score.part, epoch - then)
        whole = part >> 24
    else:
        part = score.part + later(part, then - epoch)
        whole = score.whole + (part >> 24)
        epoch = then
    if whole > MOST:
        return Score(epoch, MOST, 0xFFFFFF)
    return Score(epoch, whole, part & 0xFFFFFF)


def removed(measure: Measure, score: Score | None, at: Instant, p: int) -> Score:
    """The score after the purchase that added p at that time is taken back; never below 0."""
    if score is None:
        score = ZERO
    if not p:
        return score
    place = (at * measure.reciprocal) >> 72
    epoch = max(place >> 20, score.epoch)
    total = later((score.whole << 24) | score.part, epoch - score.epoch)
    total = max(total - later(p * weight(place & 0xFFFFF), epoch - (place >> 20)), 0)
    return Score(epoch, total >> 24, total & 0xFFFFFF)


def later(total: int, epochs: int) -> int:
    """A sum as so many epochs later (0 or more), rounded half up."""
    return ((total << 1 >> epochs) + 1) >> 1


def reading(measure: Measure, score: Score | None, now: Instant) -> int:
    """The score decayed to now, in units of 2^-16; before the score's own epoch, as at its beginning."""
    if score is None:
        return 0
    place = (now * measure.reciprocal) >> 72
    passed = (place >> 20) - score.epoch
    if passed < 0:
        passed = place = 0
    total = ((score.whole << 24) | score.part) * weight(0x100000 - (place & 0xFFFFF))
    return ((total >> (32 + passed)) + 1) >> 1


def rounded(value: int) -> int:
    """A reading in whole units, rounded half up: what grades are judged by and screens show."""
    return (value + 0x8000) >> 16
