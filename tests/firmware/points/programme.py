"""Random lots, parts and purchases, as a programme could give them."""

from hypothesis import strategies as st
from msgspec.structs import replace

from firmware.entries import GivenLot, Identified, Line, LotPart, Purchase, Scope
from firmware.points.spending import Place

__all__ = ["HERE", "MEMBER", "NOW", "bought", "lots", "names", "part", "parts", "purchases"]

NOW = 1_782_000_000
HERE = Place("bakery-2", "12345")
MEMBER = "12345000000184"
WHERE = {Scope.SHOP: ["bakery-2", "cafe"], Scope.COMPANY: ["12345", "54321"], Scope.PROGRAMME: [""]}


def part(points: int, expires: int | None = None, lot: int = 1, scope: Scope = Scope.PROGRAMME) -> LotPart:
    """Points of one lot, that may be spent here and now until they expire."""
    where = {Scope.SHOP: HERE.shop, Scope.COMPANY: HERE.company, Scope.PROGRAMME: ""}[scope]
    return LotPart(names(lot), points, scope, expires, where)


def names(lot: int, place: int = 0) -> str:
    """The name of a lot."""
    return f"t-1/00000000000000aa/{lot}/{place}"


@st.composite
def _part(draw: st.DrawFn, number: int) -> LotPart:
    scope = draw(st.sampled_from(Scope))
    return LotPart(
        names(number),
        draw(st.integers(1, 50)),
        scope,
        draw(st.none() | st.integers(NOW - 2, NOW + 4)),
        draw(st.sampled_from(WHERE[scope])),
        draw(st.sampled_from([0, NOW, NOW + 1])),
    )


parts = st.integers(0, 8).flatmap(lambda count: st.tuples(*[_part(number + 1) for number in range(count)])).map(list)
"""What a terminal may hold of a member: each lot once, some of them expired, pending or of other places."""

lots = st.lists(
    st.builds(GivenLot, st.integers(0, 500), st.sampled_from(Scope), st.none() | st.just(NOW + 9)), max_size=3
)


@st.composite
def _purchase(draw: st.DrawFn) -> Purchase:
    given = draw(lots)
    count = draw(st.integers(0, 4))
    shares = [draw(st.integers(0, 300)) for _ in range(count)]
    lines = [
        Line(
            f"item-{number}",
            draw(st.integers(1, 5)),
            draw(st.integers(0, 5000)),
            draw(st.sampled_from([None, "bread", "tobacco"])),
            shares[number],
        )
        for number in range(count)
    ]
    exact = draw(st.booleans())
    if exact:
        lines = [replace(line, deducted=draw(st.integers(0, line.amount))) for line in lines]
    gross = sum(line.amount for line in lines) if lines else draw(st.integers(1, 20_000))
    deducted = sum(line.deducted for line in lines) if exact and lines else draw(st.integers(0, gross))
    paid = gross - deducted
    bread = [line for line in lines if line.category == "bread"]
    spent = sum(line.amount for line in bread) * paid // gross if gross else 0
    if exact and lines:
        spent = sum(line.amount - line.deducted for line in bread)
    categories = {"bread": spent} if draw(st.booleans()) else {}
    return Purchase(MEMBER, Identified.CARD, paid, "JPY", categories, given, 3, deducted, lines)


purchases = _purchase()
"""Purchases with and without lines, lots, categories and deductions."""


def bought(amount: int, *given: int, lines: list[Line] | None = None, deducted: int = 0) -> Purchase:
    """A purchase that gave lots of so many points."""
    points = [GivenLot(one, Scope.PROGRAMME, NOW + 9) for one in given]
    return Purchase(MEMBER, Identified.CARD, amount, "JPY", {}, points, 3, deducted, lines or [])
