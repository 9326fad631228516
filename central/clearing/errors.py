"""What can go wrong with clearing statements."""

from central.errors import CentralError

__all__ = ["NothingToSettle", "StatementDiffers", "StatementUnknown"]


class StatementUnknown(CentralError):
    """There is no statement of that number."""

    def __init__(self, number: int, last: int) -> None:
        there = f"the last is {last}" if last else "none was made yet"
        super().__init__(f"there is no statement {number}, {there}; `central clearing list` shows them")
        self.number = number


class StatementDiffers(CentralError):
    """A statement does not come out again as it was made: what it was made of has been changed."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"statement {number} does not come out as it was made; nothing was changed; compare this database with a "
            "backup of the day it was made, and verify the terminals' journals"
        )
        self.number = number


class NothingToSettle(CentralError):
    """No entry came since the last statement."""

    def __init__(self) -> None:
        super().__init__("no entry was recorded since the last statement; no statement was made")
