"""What can be wrong with a member code; no message ever shows the number itself. Packs: `pack_errors`."""

__all__ = [
    "CodeCheckFailed",
    "CodeError",
    "CodeLength",
    "CodeNotDigits",
    "CodePartInvalid",
    "NumbersExhausted",
    "RotatingCodeLength",
]


class CodeError(ValueError):
    """Root of all errors about members' and packs' codes; a ValueError, so that msgspec names its key."""


class CodeLength(CodeError):
    """Not 14 characters long."""

    def __init__(self, length: int) -> None:
        super().__init__(f"a member code has 14 digits, this has {length}; nothing was looked up, key or scan it again")
        self.length = length


class RotatingCodeLength(CodeError):
    """Not 22 characters long."""

    def __init__(self, length: int) -> None:
        super().__init__(
            f"a rotating code has 22 digits, this has {length}; nothing was looked up, show the phone again"
        )
        self.length = length


class CodeNotDigits(CodeError):
    """A character that is no ASCII digit, at `place` (1 is the first)."""

    def __init__(self, place: int) -> None:
        super().__init__(f"place {place} of the member code is no digit 0 to 9; nothing was looked up, scan it again")
        self.place = place


class CodeCheckFailed(CodeError):
    """Fourteen digits whose last two are not the check digits of the first twelve."""

    def __init__(self) -> None:
        super().__init__("the member code's check digits do not fit; nothing was looked up, scan it again")


class CodePartInvalid(CodeError):
    """A company or customer part that does not have its `digits` digits."""

    def __init__(self, part: str, digits: int) -> None:
        super().__init__(f"the {part} of a member code is {digits} digits 0 to 9; no code was made, correct it")
        self.part = part
        self.digits = digits


class NumbersExhausted(CodeError):
    """No free number is left for this company."""

    def __init__(self, company: str, start: int) -> None:
        super().__init__(
            f"company {company} has no free customer number from {start} on; no member was registered, "
            "start lower or take another company code"
        )
        self.company = company
        self.start = start
