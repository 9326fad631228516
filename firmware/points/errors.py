"""What can be wrong with points, coupons, certificates and clerks."""

__all__ = ["NotEnough", "PointsError", "RefundTooMuch"]


class PointsError(Exception):
    """Root of all errors about spending points and giving them back."""


class NotEnough(PointsError):
    """More points were to be spent than may be spent here and now."""

    def __init__(self, wanted: int, there: int) -> None:
        super().__init__(
            f"{wanted} points were to be spent and {there} may be; nothing was planned, spend {there} at most"
        )
        self.wanted = wanted
        self.there = there


class RefundTooMuch(PointsError):
    """More was to be refunded than is left of the purchase."""

    def __init__(self, wanted: int, there: int, what: str) -> None:
        super().__init__(
            f"a refund of {wanted} {what}, where {there} of the purchase are left; nothing was refunded, "
            f"refund {there} at most"
        )
        self.wanted = wanted
        self.there = there
