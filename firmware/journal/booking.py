"""One entry as it is booked on what a terminal holds."""

from msgspec import Struct

from firmware.entries import Act, Adjusted, Entry, Instant, LotPart, Redeemed, Refund, TakenBack, Void

__all__ = ["Booking", "Powers", "reversed_of", "spent_by"]


class Powers(Struct, frozen=True):
    """What the terminal may do: `alone` it holds every right; `suspended` says why it may spend nothing."""

    alone: bool
    suspended: str | None


class Booking(Struct, frozen=True):
    """An entry at its place, with the trusted time up to it and the powers under which it was made."""

    entry: Entry
    place: int
    floor: Instant
    powers: Powers

    @property
    def now(self) -> Instant:
        """When it counts for what expires: never before what was trusted already."""
        return max(self.floor, self.entry.at)


def spent_by(act: Act) -> list[LotPart]:
    """The parts of lots that an act takes out of what is held, as cover for others too."""
    match act:
        case Redeemed(spends=parts) | Adjusted(takes=parts):
            return list(parts)
        case Void(taken=TakenBack(covers=parts)) | Refund(taken=TakenBack(covers=parts)):
            return list(parts)
    return []


def reversed_of(act: Act) -> TakenBack | None:
    """What a reversal of a purchase does beyond its own lots; None for any other act."""
    if isinstance(act, Void):
        return act.taken or TakenBack()
    return act.taken if isinstance(act, Refund) else None
