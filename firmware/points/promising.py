"""What else points are for: premiums, and the bonus of a good year."""

from typing import Annotated

from msgspec import Meta, Struct

from firmware.entries.fields import Points

__all__ = ["Premium", "YearBonus"]

Language = Annotated[str, Meta(pattern="^[a-z]{2}\\Z")]


class Premium(Struct, frozen=True, forbid_unknown_fields=True):
    """Something that a member gets for points; raises ValueError without English."""

    name: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9_-]{0,31}\\Z")]
    points: Points
    text: Annotated[dict[Language, Annotated[str, Meta(min_length=1, max_length=48)]], Meta(max_length=20)]

    def __post_init__(self) -> None:
        if "en" not in self.text:
            raise ValueError("`text` needs `en`, which stands in for every language it lacks")


class YearBonus(Struct, frozen=True, forbid_unknown_fields=True):
    """Points given once a member's purchases of one calendar year come to an amount, in minor units."""

    amount: Points
    points: Points
