"""Clerks: number and PIN at sign-on, and which act needs a manager."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from firmware.entries.fields import ClerkId
from firmware.points.pins import PinHash

__all__ = ["Clerk", "ClerkList", "Deed", "Role", "clerk_numbered", "may_approve", "needs_manager"]


class Role(StrEnum):
    """What a clerk may do."""

    CLERK = "clerk"
    MANAGER = "manager"


class Clerk(Struct, frozen=True, forbid_unknown_fields=True):
    """A clerk of a shop; `pin` is the hash of their PIN, never the PIN."""

    number: ClerkId
    role: Role
    pin: PinHash


class ClerkList(Struct, frozen=True, forbid_unknown_fields=True):
    """The clerks of a shop; raises ValueError where two of them have one number. Without any, nobody is asked."""

    clerks: Annotated[list[Clerk], Meta(max_length=2000)] = []

    def __post_init__(self) -> None:
        if len({clerk.number for clerk in self.clerks}) < len(self.clerks):
            raise ValueError("two clerks have the same `number`, give each their own")


class Deed(StrEnum):
    """What may have to be approved."""

    VOID_LAST = "void_last"
    """A void of the last purchase here."""
    VOID_EARLIER = "void_earlier"
    REFUND = "refund"
    REVERSE_REDEMPTION = "reverse_redemption"
    ADJUSTMENT = "adjustment"


def clerk_numbered(clerks: Iterable[Clerk], number: str) -> Clerk | None:
    """The clerk of that number."""
    return next((clerk for clerk in clerks if clerk.number == number), None)


def needs_manager(deed: Deed) -> bool:
    """Whether a manager must approve it: all but a slip that is mended at once."""
    return deed is not Deed.VOID_LAST


def may_approve(deed: Deed, clerk: Clerk) -> bool:
    """Whether that clerk's approval will do; managers approve their own deeds, and the entry says that they did."""
    return clerk.role is Role.MANAGER or not needs_manager(deed)
