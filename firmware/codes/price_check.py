"""The check digit of a price or weight inside a number (GS1 General Specifications, clauses 7.9.2 to 7.9.4)."""

__all__ = ["CHECKED_LENGTHS", "price_check_digit"]

TWO_MINUS = tuple((2 * digit - 2 * digit // 10) % 10 for digit in range(10))
THREE = tuple(3 * digit % 10 for digit in range(10))
FIVE_PLUS = tuple((5 * digit + 5 * digit // 10) % 10 for digit in range(10))
FIVE_MINUS = tuple((5 * digit - 5 * digit // 10) % 10 for digit in range(10))
"""The digit times its weight, with the product's tens added or taken away, units only."""

FOUR = (TWO_MINUS, TWO_MINUS, THREE, FIVE_MINUS)
FIVE = (FIVE_PLUS, TWO_MINUS, FIVE_MINUS, FIVE_PLUS, TWO_MINUS)
CHECKED_LENGTHS = (len(FOUR), len(FIVE))


def price_check_digit(digits: str) -> str:
    """The verifier of four or five digits: 2875 has 9, 14685 has 6; raises ValueError for any other number of them."""
    if len(digits) == len(FOUR):
        return str(3 * _weighted(digits, FOUR) % 10)
    if len(digits) == len(FIVE):
        return str(FIVE_MINUS.index(-_weighted(digits, FIVE) % 10))
    raise ValueError(f"a verifier is made of 4 or 5 digits, not of {len(digits)}")


def _weighted(digits: str, weights: tuple[tuple[int, ...], ...]) -> int:
    return sum(weight[int(digit)] for digit, weight in zip(digits, weights, strict=True))
