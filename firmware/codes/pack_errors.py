"""What can be wrong with the number on a pack; no message ever shows the number itself."""

from firmware.codes.errors import CodeError

__all__ = [
    "ElementMalformed",
    "ElementRepeated",
    "ElementUnknown",
    "GtinMissing",
    "LayoutInvalid",
    "PackCheckFailed",
    "PackCurrencyForeign",
    "PackError",
    "PackLength",
    "PackNotDigits",
    "PackValueTooFine",
    "PackValueZero",
    "PriceCheckFailed",
]


class PackError(CodeError):
    """Root of all errors about numbers on packs; nothing was added to any basket."""

    def __init__(self, fault: str, remedy: str = "scan it again or key its number") -> None:
        super().__init__(f"{fault}; nothing was added, {remedy}")


class PackLength(PackError):
    """Not 8, 12, 13 or 14 digits."""

    def __init__(self, length: int) -> None:
        super().__init__(f"a pack's number has 8, 12, 13 or 14 digits, this has {length}")
        self.length = length


class PackNotDigits(PackError):
    """A character that is no ASCII digit, at `place` (1 is the first)."""

    def __init__(self, place: int) -> None:
        super().__init__(f"place {place} of the pack's number is no digit 0 to 9")
        self.place = place


class PackCheckFailed(PackError):
    """The last digit is not the check digit of those before it."""

    def __init__(self) -> None:
        super().__init__("the check digit of the pack's number does not fit")


class PriceCheckFailed(PackError):
    """The verifier of a price or weight inside a shop's own number does not fit."""

    def __init__(self) -> None:
        super().__init__("the check digit of the price or weight on the label does not fit")


class PackValueZero(PackError):
    """A label that says that the pack weighs or costs nothing."""

    def __init__(self) -> None:
        super().__init__("the label says that the pack weighs or costs nothing", "weigh it again")


class PackValueTooFine(PackError):
    """A price with decimals that the currency does not have."""

    def __init__(self) -> None:
        super().__init__("the price on the label is finer than the currency's smallest coin", "key the price")


class PackCurrencyForeign(PackError):
    """A price in a currency that is not the programme's."""

    def __init__(self) -> None:
        super().__init__("the price on the label is in another currency", "key the price")


class ElementUnknown(PackError):
    """No application identifier is known that begins at `place` (1 is the first character)."""

    def __init__(self, place: int) -> None:
        super().__init__(f"at place {place} of the symbol begins no known element")
        self.place = place


class ElementMalformed(PackError):
    """What follows the application identifier `ai` is not what it announces."""

    def __init__(self, ai: str) -> None:
        super().__init__(f"what follows ({ai}) in the symbol is not what that announces")
        self.ai = ai


class ElementRepeated(PackError):
    """The application identifier `ai` comes twice, with two different values."""

    def __init__(self, ai: str) -> None:
        super().__init__(f"the symbol says two different things under ({ai})")
        self.ai = ai


class GtinMissing(PackError):
    """A symbol of well-formed elements that names no trade item."""

    def __init__(self) -> None:
        super().__init__("the symbol names no trade item (01)")


class LayoutInvalid(PackError):
    """A configured layout of the shop's own numbers that no number can have."""

    def __init__(self, prefix: str, fault: str) -> None:
        super().__init__(f"numbers of the shop under {prefix!r}: {fault}", "correct the layout")
        self.prefix = prefix
