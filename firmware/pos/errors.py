"""What can be wrong with what a POS is told, or tells."""

__all__ = ["LinkFull", "PayloadTooLong", "PosError", "PosMessageMalformed", "SaleNotOpen"]


class PosError(Exception):
    """Root of all errors about the POS link."""


class PayloadTooLong(PosError):
    """More than one frame carries."""

    def __init__(self, length: int, most: int) -> None:
        super().__init__(f"a message of {length} bytes where {most} fit; it was not sent; send fewer lines")
        self.length = length


class LinkFull(PosError):
    """The other side takes nothing, and no more is kept for it."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} messages wait for the POS already; this one was not sent; wait until it answers")


class SaleNotOpen(PosError):
    """Something is to be said of a sale that the POS has not opened, or that is over."""

    def __init__(self, sale: str) -> None:
        super().__init__(f"the POS has no open sale {sale!r}; it was told nothing; wait for its next total")
        self.sale = sale


class PosMessageMalformed(PosError):
    """The bytes are no message of this version; nothing was done."""

    def __init__(self, fault: str) -> None:
        super().__init__(f"not a message of docs/spec/pos.md ({fault}); nothing was done, correct and send it again")
        self.fault = fault
