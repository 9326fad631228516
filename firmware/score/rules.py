"""The rules of a programme: measures, grades, hints, points and the gift certificate, as one versioned document."""

from collections.abc import Iterator
from functools import cached_property
from importlib.resources import files
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta, Struct

from firmware.entries.fields import Currency
from firmware.score.errors import RulesInvalid
from firmware.score.faults import located
from firmware.score.grades import Thresholds
from firmware.score.hints import Hints
from firmware.score.measure import Measure, MeasureName
from firmware.score.points import PointRules, Points

__all__ = ["Certificate", "Rules", "default_rules", "encode_rules", "parse_rules"]

Fault = tuple[str, str]


class Certificate(Struct, frozen=True, forbid_unknown_fields=True):
    """A gift certificate: what it costs in points, and what it is worth in minor units."""

    points: Points
    worth: Points


class Rules(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One version of a programme's rules; raises RulesInvalid where its parts do not fit each other."""

    version: Annotated[int, Meta(ge=0, le=2**53 - 1)]
    currency: Currency
    timezone: Annotated[str, Meta(min_length=1, max_length=64)]
    measures: Annotated[list[Measure], Meta(max_length=16)]
    grades: dict[MeasureName, Thresholds]
    hints: Hints | None
    points: PointRules
    certificate: Certificate | None

    def __post_init__(self) -> None:
        if faults := list(_faults(self)):
            raise RulesInvalid(faults)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The programme's time zone."""
        return ZoneInfo(self.timezone)


def _faults(rules: Rules) -> Iterator[Fault]:
    names = [measure.name for measure in rules.measures]
    for place, name in enumerate(names):
        if name in names[:place]:
            yield f"measures[{place}].name", f"`{name}` is taken by another measure, give each its own name"
    for name in rules.grades:
        if name not in names:
            yield f"grades.{name}", "no measure has this name, add the measure or remove its grades"
    for key, name in _graded_names(rules):
        if name not in rules.grades:
            yield key, f"`{name}` has no grades, add them under `grades` or name another measure"
    try:
        rules.zone  # noqa: B018 - looking it up is the check
    except (KeyError, ValueError, OSError):
        yield "timezone", f"`{rules.timezone}` is no known time zone, write one like `Asia/Tokyo`"


def _graded_names(rules: Rules) -> Iterator[tuple[str, str]]:
    if rules.hints is not None:
        yield "hints.recent", rules.hints.recent
        yield "hints.continuity", rules.hints.continuity
    if rules.points.by_grade is not None:
        yield "points.by_grade.measure", rules.points.by_grade.measure
    for place, campaign in enumerate(rules.points.campaigns):
        if campaign.measure is not None:
            yield f"points.campaigns[{place}].measure", campaign.measure


def parse_rules(document: bytes | memoryview | msgspec.Raw) -> Rules:
    """Read rules from JSON; raises RulesInvalid with every bad key it can name."""
    try:
        plain = msgspec.json.decode(document)
        return msgspec.convert(plain, Rules)
    except msgspec.ValidationError as error:
        raise RulesInvalid([located(plain, Rules, error)]) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RulesInvalid([("$", f"this is not JSON: {error}")]) from None


def encode_rules(rules: Rules) -> bytes:
    """The rules as JSON, on one line."""
    return msgspec.json.encode(rules)


def default_rules() -> Rules:
    """The rules that ship with this release, for a programme that has set none."""
    return parse_rules(files("firmware.score").joinpath("default_rules.json").read_bytes())
