"""What the programme's operator says of spending rights (docs/operator.md)."""

from typing import Annotated

from msgspec import Meta, Struct

__all__ = ["RightsPolicy"]

Some = Annotated[int, Meta(ge=1, le=10**9)]


class RightsPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """How rights move without being asked for, and how many may be asked for."""

    push: bool = True
    """Move a member's right, unasked, to the shop that the member visits most, and new points to where the right is."""
    push_points: Some = 1
    """Only from so many points on."""
    unproved_per_hour: Some = 120
    """So many rights may one terminal have moved in an hour without a rotating code that was right."""
