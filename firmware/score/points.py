"""Point rules: what a purchase earns, where it may be spent and until when."""

from collections.abc import Sequence
from enum import StrEnum
from itertools import accumulate, pairwise
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from firmware.entries import Line, Scope
from firmware.entries.fields import Amount, Category, Instant
from firmware.score.expiry import Expiry, Never
from firmware.score.grades import Grade
from firmware.score.measure import MeasureName

__all__ = ["Campaign", "Earning", "GradeRates", "PointRules", "Rounding", "earned", "shared"]

MOST = 10**12
"""The most points one entry can give."""

Rate = Annotated[int, Meta(ge=0, le=10**6)]
Points = Annotated[int, Meta(ge=1, le=MOST)]
Money = Annotated[int, Meta(ge=1, le=10**12)]


class Rounding(StrEnum):
    """What becomes of a broken number of points."""

    DOWN = "down"
    HALF_UP = "half_up"
    UP = "up"


class GradeRates(Struct, frozen=True, forbid_unknown_fields=True):
    """Rates that replace the usual one for members of these grades in one measure."""

    measure: MeasureName
    rates: dict[Grade, Rate]


class Campaign(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Points multiplied from `starts` until before `ends`: 200 percent doubles them. Raises ValueError.

    With a `category`, only for what was spent in it; with a `measure`, only for members of these `grades` in it.
    """

    name: Annotated[str, Meta(min_length=1, max_length=64)]
    percent: Annotated[int, Meta(ge=101, le=10_000)]
    starts: Instant
    ends: Instant
    category: Category | None = None
    measure: MeasureName | None = None
    grades: list[Grade] = []

    def __post_init__(self) -> None:
        if self.starts >= self.ends:
            raise ValueError("a campaign needs `ends` later than `starts`")
        if (self.measure is None) != (not self.grades):
            raise ValueError("a campaign for some grades needs both `measure` and `grades`, one for everybody neither")

    def runs(self, at: Instant, grades: dict[str, Grade]) -> bool:
        """Whether it holds now for a member of these grades."""
        return self.starts <= at < self.ends and (self.measure is None or grades[self.measure] in self.grades)


class PointRules(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`rate` points for every `per` minor units, in proportion, rounded to a multiple of `round_to`.

    A purchase below `minimum` earns nothing; categories in `excluded` count neither for it nor for points. Of several
    campaigns that hold for the same money, the highest counts. Caps hold after rounding. Points can be spent from the
    day on that is `pending_days` after the day of purchase.
    """

    rate: Rate
    per: Money
    by_grade: GradeRates | None = None
    minimum: Amount = 0
    rounding: Rounding = Rounding.DOWN
    round_to: Annotated[int, Meta(ge=1, le=10**6)] = 1
    excluded: Annotated[list[Category], Meta(max_length=200)] = []
    campaigns: Annotated[list[Campaign], Meta(max_length=200)] = []
    most_per_purchase: Points | None = None
    most_per_day: Points | None = None
    scope: Scope = Scope.PROGRAMME
    expiry: Expiry = Never()
    pending_days: Annotated[int, Meta(ge=0, le=366)] = 0


class Earning(Struct, frozen=True):
    """What decides the points of one purchase; `today` is what the member has earned today as far as is known here.

    `percent` is a coupon's: 200 doubles the points, whatever campaigns make of them.
    """

    amount: Amount
    categories: dict[str, Amount]
    grades: dict[str, Grade]
    at: Instant
    today: int
    percent: int = 100


def earned(rules: PointRules, earning: Earning) -> int:
    """The points a purchase earns."""
    counting = {name: amount for name, amount in earning.categories.items() if name not in rules.excluded}
    rest = max(earning.amount - sum(earning.categories.values()), 0)
    if rest + sum(counting.values()) < rules.minimum:
        return 0
    weights = _Weights(rules, earning)
    weighed = rest * weights.percent(None) + sum(amount * weights.percent(name) for name, amount in counting.items())
    rate = _rate(rules, earning.grades) * earning.percent
    points = _rounded(weighed * rate, rules.per * 10_000 * rules.round_to, rules.rounding)
    return min(points * rules.round_to, *_caps(rules, earning.today))


def shared(rules: PointRules, earning: Earning, points: int, lines: Sequence[Line]) -> list[Line]:
    """The lines of a basket with their shares of what it earned, in proportion to what each one counts for points.

    The shares come to exactly the points: each line gets what the lines up to it have earned, rounded down, less what
    the lines before it got.
    """
    weights = _Weights(rules, earning)
    ends = list(accumulate((_paid(line) * weights.percent(line.category) for line in lines), initial=0))
    if not ends[-1]:
        return list(lines)
    upto = [points * end // ends[-1] for end in ends]
    return [replace(line, points=end - begin) for line, (begin, end) in zip(lines, pairwise(upto), strict=True)]


def _paid(line: Line) -> int:
    return max(line.amount - line.deducted, 0)


class _Weights:
    """How many percent money of each category counts, in one purchase."""

    def __init__(self, rules: PointRules, earning: Earning) -> None:
        self._excluded = rules.excluded
        self._running = [campaign for campaign in rules.campaigns if campaign.runs(earning.at, earning.grades)]

    def percent(self, category: str | None) -> int:
        """The highest of the campaigns that hold for it; 0 for a category that earns nothing."""
        if category in self._excluded:
            return 0
        return max((run.percent for run in self._running if run.category in {None, category}), default=100)


def _rate(rules: PointRules, grades: dict[str, Grade]) -> int:
    if rules.by_grade is None:
        return rules.rate
    return rules.by_grade.rates.get(grades[rules.by_grade.measure], rules.rate)


def _rounded(dividend: int, divisor: int, rounding: Rounding) -> int:
    add = {Rounding.DOWN: 0, Rounding.HALF_UP: divisor // 2, Rounding.UP: divisor - 1}[rounding]
    return (dividend + add) // divisor


def _caps(rules: PointRules, today: int) -> tuple[int, ...]:
    day = MOST if rules.most_per_day is None else max(rules.most_per_day - today, 0)
    return MOST, day, MOST if rules.most_per_purchase is None else rules.most_per_purchase
