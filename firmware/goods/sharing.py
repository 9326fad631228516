"""A sum shared out in whole units, so that the shares are the sum again."""

from collections.abc import Sequence

__all__ = ["shared"]


def shared(total: int, weights: Sequence[int]) -> list[int]:
    """Share `total` in proportion to the weights by largest remainders; the earlier of two equal ones gets the unit.

    No share is more than its weight while `total` is no more than all of them. Raises ValueError where there is
    something to share and no weight, or anything negative.
    """
    whole = sum(weights)
    if total < 0 or any(weight < 0 for weight in weights) or (total and not whole):
        raise ValueError(f"{total} cannot be shared over weights that sum to {whole}")
    if not total:
        return [0] * len(weights)
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: -(total * weights[place] % whole))
    for place in by_remainder[: total - sum(shares)]:
        shares[place] += 1
    return shares
