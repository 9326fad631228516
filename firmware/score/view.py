"""A member's record as people read it: grades, readable scores, averages and the balance, at one moment."""

from msgspec import Struct

from firmware.entries import Instant
from firmware.points.reversal import Overdrawn
from firmware.score.grades import Grade, graded
from firmware.score.hints import Hint
from firmware.score.holdings import balance, ready, valid
from firmware.score.measure import reading, rounded
from firmware.score.rules import Rules
from firmware.score.standing import MemberRecord, Standing

__all__ = ["MemberView", "grades_of", "member_view", "own_time", "readable", "scores_of"]


class MemberView(Struct, frozen=True):
    """What is shown of a member; money in minor units, times in seconds, None where there is nothing to average."""

    member: str
    nickname: str | None
    grades: dict[str, Grade]
    shown_grades: tuple[Grade, ...]
    """The grades that go on a small display, in its order: for recent spending and for continuity."""
    hint: Hint | None
    scores: dict[str, str]
    """Decayed to now; with two decimals below 1000."""
    visits: int
    amount: int
    mean_amount: int | None
    mean_interval: int | None
    first: Instant | None
    last: Instant | None
    balance: int
    """Below 0 only where the programme has balances go there."""
    spendable: int
    """What of the balance may be spent already, wherever it counts."""
    pending: int
    """What of it may not yet."""
    owed: int
    """Points taken back after they were spent; already off the balance."""
    expiring: int
    """How many points of the balance expire first, at `expiring_at`; 0 when none ever do."""
    expiring_at: Instant | None
    certificates: int
    """How many gift certificates the balance buys."""


def member_view(rules: Rules, record: MemberRecord, now: Instant) -> MemberView:
    """The record as it reads now, or at its last purchase if the clock stands before that."""
    standing = record.standing
    now = own_time(standing, now)
    there, ripe = balance(record.holdings, now), ready(record.holdings, now)
    points = there - record.owed if rules.overdrawn is Overdrawn.NEGATIVE else max(there - record.owed, 0)
    grades = grades_of(rules, standing, now)
    expiring_at, expiring = _expiring(record, now)
    return MemberView(
        record.member,
        record.nickname,
        grades,
        _shown(rules, grades),
        None if rules.hints is None else rules.hints.given(grades),
        {name: readable(value) for name, value in scores_of(rules, standing, now).items()},
        standing.visits,
        standing.amount,
        mean_amount(standing),
        mean_interval(standing),
        standing.first,
        standing.last,
        points,
        max(ripe - record.owed, 0),
        there - ripe,
        record.owed,
        expiring,
        expiring_at,
        0 if rules.certificate is None else max(ripe - record.owed, 0) // rules.certificate.points,
    )


def _shown(rules: Rules, grades: dict[str, Grade]) -> tuple[Grade, ...]:
    """The grades that the hint goes by; without hints, those of the first two measures that have any."""
    if rules.hints is None:
        return tuple(grades.values())[:2]
    return grades[rules.hints.recent], grades[rules.hints.continuity]


def own_time(standing: Standing, now: Instant) -> Instant:
    """The time at which a standing may be read: now, and never before its own last purchase."""
    return now if standing.last is None else max(now, standing.last)


def scores_of(rules: Rules, standing: Standing, now: Instant) -> dict[str, int]:
    """Every measure's score in units of 2^-16, decayed to now."""
    return {measure.name: reading(measure, standing.scores.get(measure.name), now) for measure in rules.measures}


def grades_of(rules: Rules, standing: Standing, now: Instant) -> dict[str, Grade]:
    """The grade in every measure that has thresholds, in the order of the measures."""
    scores = scores_of(rules, standing, now)
    return {name: graded(rules.grades[name], value) for name, value in scores.items() if name in rules.grades}


def mean_amount(standing: Standing) -> int | None:
    """The accumulated amount over the visits, rounded half up; None before any visit."""
    return _mean(standing.amount, standing.visits)


def mean_interval(standing: Standing) -> int | None:
    """The seconds between visits on average, rounded half up; None before the second visit."""
    if standing.first is None or standing.last is None:
        return None
    return _mean(standing.last - standing.first, standing.visits - 1)


def readable(value: int) -> str:
    """A reading in units of 2^-16 as a decimal, rounded half up: with two places below 1000, whole from there on."""
    hundredths = (value * 100 + 0x8000) >> 16
    return f"{hundredths // 100}.{hundredths % 100:02}" if hundredths < 100_000 else str(rounded(value))


def _mean(total: int, count: int) -> int | None:
    return (total * 2 + count) // (count * 2) if count > 0 else None


def _expiring(record: MemberRecord, now: Instant) -> tuple[Instant | None, int]:
    kept = valid(record.holdings, now)
    if not kept or kept[0].expires is None:
        return None, 0
    due = kept[0].expires
    return due, sum(holding.points for holding in kept if holding.expires == due)
