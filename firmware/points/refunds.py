"""Taking a purchase back in part: what is left of it, to the point and to the coin (docs/spec/ledger.md, "Refunds").

What is left depends on nothing but the purchase as it was made, the lines that are left and the money refunded without
any line, so that any way of splitting a refund ends at the same. Whatever does not divide is rounded down in what is
left, and the last refund takes exactly the rest.
"""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from firmware.entries import GivenLot, Line, Purchase
from firmware.points.errors import RefundTooMuch

__all__ = ["kept_amount", "kept_lines", "nothing_left"]


def nothing_left(purchase: Purchase) -> bool:
    """Whether a purchase has been taken back whole: no money and no goods of it are left."""
    return not purchase.amount and not any(line.count for line in purchase.lines)


def kept_amount(original: Purchase, before: Purchase, refund: int) -> Purchase:
    """What is left after a refund of so much money for no line in particular; raises RefundTooMuch.

    `original` is the purchase as it was made, `before` as it stands. All that was paid is the whole purchase, with its
    lines and deductions.
    """
    if not 0 < refund <= before.amount:
        raise RefundTooMuch(refund, before.amount, "minor units")
    lines = [] if refund == before.amount else before.lines
    return _standing(original, lines, before.amount - refund)


def kept_lines(original: Purchase, before: Purchase, returned: Mapping[int, int]) -> Purchase:
    """What is left after so many of the items at these places of the basket, from 0, came back; raises RefundTooMuch.

    Money for them is what was paid for them, deductions taken off; it is less where money was refunded before for no
    line in particular.
    """
    lines = [_fewer(line, returned.get(place, 0)) for place, line in enumerate(before.lines)]
    if not returned or max(returned) >= len(lines) or min(returned.values()) < 1:
        raise RefundTooMuch(sum(returned.values()), sum(line.count for line in lines), "items")
    loose = max(_paid(original, before.lines) - before.amount, 0)
    return _standing(original, lines, max(_paid(original, lines) - loose, 0))


def _fewer(line: Line, count: int) -> Line:
    if count > line.count:
        raise RefundTooMuch(count, line.count, "items")
    return replace(line, count=line.count - count)


def _standing(original: Purchase, lines: Sequence[Line], amount: int) -> Purchase:
    """The purchase with so many of its items and so much of its money left."""
    counts = [line.count for line in lines] or [0 for _ in original.lines]
    left = [_part(line, count) for line, count in zip(original.lines, counts, strict=True)]
    paid = _paid(original, left)
    categories = {name: _share(part, amount, paid) for name, part in _categories(original, left).items()}
    lots = [replace(lot, points=_share(points, amount, paid)) for lot, points in _lots(original, left, paid)]
    after = replace(original, amount=amount, categories=categories, lots=lots, lines=left)
    return _emptied(after) if nothing_left(after) else after


def _emptied(purchase: Purchase) -> Purchase:
    return replace(purchase, deducted=0, lots=[replace(lot, points=0) for lot in purchase.lots])


def _part(line: Line, count: int) -> Line:
    """So many of a line's items, as the line was sold."""
    whole = line.amount - line.deducted, line.deducted, line.points
    paid, deducted, points = (number * count // line.count for number in whole)
    return replace(line, count=count, amount=paid + deducted, points=points, deducted=deducted)


def _paid(original: Purchase, left: Sequence[Line]) -> int:
    """What was paid for these of its lines.

    Of each category, and of what has none, it is the share of these lines in all of them, deductions taken off.
    """
    if not original.lines:
        return original.amount
    left = [_part(line, now.count) for line, now in zip(original.lines, left, strict=True)]
    rest = original.amount - sum(original.categories.values())
    return sum(_categories(original, left).values()) + _group(original, left, None, rest)


def _categories(original: Purchase, left: Sequence[Line]) -> dict[str, int]:
    return {name: _group(original, left, name, paid) for name, paid in original.categories.items()}


def _group(original: Purchase, left: Sequence[Line], category: str | None, paid: int) -> int:
    """The share of `paid` that the lines left of a category come to."""
    before, after = (
        sum(line.amount - line.deducted for line in lines if _named(original, line) == category)
        for lines in (original.lines, left)
    )
    if before:
        return _share(paid, after, before)
    return paid if any(line.count for line in left) or not original.lines else 0


def _named(original: Purchase, line: Line) -> str | None:
    return line.category if line.category in original.categories else None


def _lots(original: Purchase, left: Sequence[Line], paid: int) -> list[tuple[GivenLot, int]]:
    """Each lot with what is left of it: by the points of the lines where lines have points, else by the money."""
    whole, part = sum(line.points for line in original.lines), sum(line.points for line in left)
    if not whole:
        whole, part = original.amount, paid
    return [(lot, _share(lot.points, part, whole)) for lot in original.lots]


def _share(points: int, part: int, whole: int) -> int:
    """So many of them in proportion, rounded down; all of them where there is nothing to be in proportion to."""
    return points * part // whole if whole else points
