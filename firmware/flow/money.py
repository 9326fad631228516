"""Amounts as people read them."""

from firmware.entries.currency import in_major_units

__all__ = ["money", "points", "signed_points"]

SIGNS = {"JPY": "¥", "KRW": "₩", "EUR": "€", "USD": "$", "GBP": "£"}


def money(minor: int, currency: str) -> str:
    """An amount in minor units with its sign and thousands: 3400, JPY -> "¥3,400"; 3400, EUR -> "€34.00"."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{SIGNS.get(currency, currency + ' ')}{in_major_units(abs(minor), currency)}"


def points(count: int) -> str:
    """Points with thousands: 1234 -> "1,234"."""
    return f"{count:,}"


def signed_points(count: int) -> str:
    """Points given or taken, with their sign: 68 -> "+68"."""
    return f"{count:+,}"
