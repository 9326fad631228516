"""Why a sale or its reversal is not booked; nothing was changed."""

__all__ = ["NotBooked", "NothingToVoidHere", "PointsNotHere", "RefundRefused"]


class NotBooked(Exception):
    """Root of the till's refusals; `text` is the key of what the clerk is told."""

    text = "storage_failed"


class NothingToVoidHere(NotBooked):
    """The purchase that was to be taken back is not (any more) one that can be; nothing was booked."""

    text = "nothing_to_void"


class PointsNotHere(NotBooked):
    """Points, or the proof, that the sale was to be paid with may not be spent here any more; nothing was booked."""

    text = "points_not_here"


class RefundRefused(NotBooked):
    """More was to be given back than was paid; nothing was booked."""

    text = "refund_too_large"
