"""How many decimal places a currency's minor units are (ISO 4217, table A.1)."""

from firmware.entries.fields import Currency

__all__ = ["in_major_units", "minor_digits"]

MINOR_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "BHD": 3, "KWD": 3, "OMR": 3, "TND": 3, "JOD": 3}
"""Where they are not two."""


def minor_digits(currency: Currency) -> int:
    """The decimal places of its minor units: JPY -> 0, EUR -> 2."""
    return MINOR_DIGITS.get(currency, 2)


def in_major_units(minor: int, currency: Currency) -> str:
    """An amount as people read it, without a currency: 340000, EUR -> "3,400.00"; 3400, JPY -> "3,400"."""
    places = minor_digits(currency)
    whole, part = divmod(abs(minor), 10**places)
    return f"{'-' if minor < 0 else ''}{whole:,}" + (f".{part:0{places}}" if places else "")
