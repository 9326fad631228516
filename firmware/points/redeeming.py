"""What points are worth when they are spent, and how many a purchase takes."""

from typing import Annotated

from msgspec import Meta, Struct

from firmware.entries.fields import Points

__all__ = ["Redeeming", "most_redeemable", "refusal", "worth_of"]

Percent = Annotated[int, Meta(ge=1, le=100)]


class Redeeming(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`points` take `worth` minor units off a purchase, in steps of `step` points, from `minimum` points on.

    At most `most_percent` of a purchase's amount may come off. Raises ValueError for a step whose worth is not whole.
    """

    points: Points
    worth: Points
    step: Points = 1
    minimum: Points = 1
    most_percent: Percent = 100

    def __post_init__(self) -> None:
        if self.step * self.worth % self.points:
            raise ValueError(
                "`step` points must be worth a whole amount: choose `step` so that step * worth / points is"
            )


def worth_of(rules: Redeeming, points: int) -> int:
    """What so many points, a multiple of the step, take off, in minor units."""
    return points * rules.worth // rules.points


def most_redeemable(rules: Redeeming, spendable: int, amount: int) -> int:
    """The most points that a purchase of `amount` takes from a member who may spend so many; 0 where it takes none."""
    share = amount * rules.most_percent // 100
    most = min(spendable, share * rules.points // rules.worth)
    most -= most % rules.step
    return most if most >= rules.minimum else 0


def refusal(rules: Redeeming, points: int, spendable: int, amount: int) -> str | None:
    """Why that purchase does not take so many points: a text's key; None where it does."""
    if points > spendable:
        return "points_too_few"
    if points < rules.minimum:
        return "points_below_minimum"
    if points % rules.step:
        return "points_not_in_steps"
    return "points_above_share" if points > most_redeemable(rules, spendable, amount) else None
