"""What can happen to a basket."""

from firmware.codes import Pack
from firmware.flow.events import Event
from firmware.goods import Price

__all__ = ["ItemFound", "ItemRefused", "PackSeen", "ScanRefused"]


class PackSeen(Event, frozen=True):
    """A pack was read, by the camera or by a scanner."""

    pack: Pack


class ScanRefused(Event, frozen=True):
    """A scanner read what is of no use here: `reason` is the text's key."""

    reason: str


class ItemFound(Event, frozen=True):
    """What the pack that was read costs."""

    pack: Pack
    price: Price


class ItemRefused(Event, frozen=True):
    """The pack that was read has no price: `reason` is the text's key."""

    reason: str
