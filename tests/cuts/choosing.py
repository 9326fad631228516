"""Which of the states that a cut may leave are looked at: the extremes, the torn, the reordered, and some by lot."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from random import Random
from typing import TypeVar

from msgspec import Struct

from tests.cuts.disk import Named, Piece

__all__ = ["Choice", "Depth", "choices"]

T = TypeVar("T")
SECTOR = 512
"""Bytes that a disk writes whole, or not at all."""
GARBAGE = b"\xa5"


class Depth(Struct, frozen=True):
    """How far to look."""

    exhaustive: int
    """With so many pieces or names on their way, every subset of them is looked at."""
    by_lot: int
    """Further states of each cut, drawn by lot."""
    every_tear: bool
    """Tear the last write at every sector (a short one at every byte), not at three places only."""
    crowd: int = 10**9
    """With more pieces than this on their way, only the telling states: a long transaction is alike all along."""


class Choice(Struct, frozen=True):
    """What arrived on the disk, and in words."""

    words: str
    arrived: Sequence[Piece | Named]


def choices(on_way: Sequence[Piece | Named], depth: Depth, lot: Random) -> Iterator[Choice]:
    """What may have arrived of what was on its way; the first is all of it."""
    pieces = [each for each in on_way if isinstance(each, Piece)]
    names = [each for each in on_way if isinstance(each, Named)]
    contents = list(_contents(pieces, depth) if len(pieces) <= depth.crowd else _crowded(pieces))
    folders = [(words, list(chosen)) for words, chosen in _subsets("names", names, depth)]
    for words, chosen in contents:
        for other, named in folders[:2]:
            yield Choice(f"{words}, {other}", [*named, *chosen])
    for other, named in folders[2:]:
        for words, chosen in contents[:2]:
            yield Choice(f"{words}, {other}", [*named, *chosen])
    for number in range(depth.by_lot if on_way else 0):
        torn = [_hurt(piece, lot) for piece in _drawn(pieces, lot)]
        yield Choice(f"lot {number}", [*_drawn(names, lot), *torn])


def _contents(pieces: Sequence[Piece], depth: Depth) -> Iterator[tuple[str, Sequence[Piece]]]:
    """The first two are all and none of the pieces."""
    yield from _subsets("writes", pieces, depth)
    if not pieces:
        return
    *before, last = pieces
    for words, torn in _torn(last, depth):
        yield f"the last write {words}", [*before, torn]
        if depth.every_tear:
            yield f"only the last write, {words}", [torn]
    yield "sizes without bytes", [_blank(piece, b"\0") for piece in pieces]
    yield "the last write as garbage", [*before, _blank(last, GARBAGE)]
    for node in sorted({piece.node for piece in pieces}) if len({piece.node for piece in pieces}) > 1 else []:
        yield f"nothing of file {node}", [piece for piece in pieces if piece.node != node]
        yield f"of file {node} alone", [piece for piece in pieces if piece.node == node]


def _crowded(pieces: Sequence[Piece]) -> Iterator[tuple[str, Sequence[Piece]]]:
    *before, last = pieces
    tears = _tears(last)
    torn = [Piece(last.node, last.offset, (last.data or b"")[: tears[len(tears) // 2]])] if tears else []
    yield "all writes", pieces
    yield "no writes", []
    yield "the last write torn", [*before, *torn]
    yield "all but the middle of the writes", [*pieces[: len(pieces) // 2], *pieces[len(pieces) // 2 + 1 :]]
    yield "only the last of the writes", [last]


def _subsets(what: str, things: Sequence[T], depth: Depth) -> Iterator[tuple[str, Sequence[T]]]:
    """All, none, and then every other one of a few things or the telling ones of many."""
    yield f"all {what}", things
    if not things:
        return
    yield f"no {what}", []
    if len(things) <= depth.exhaustive:
        for size in range(1, len(things)):
            for places in combinations(range(len(things)), size):
                yield f"{what} {places}", [things[place] for place in places]
        return
    yield f"only the first of the {what}", things[:1]
    yield f"only the last of the {what}", things[-1:]
    yield f"all but the first of the {what}", things[1:]
    yield f"all but the last of the {what}", things[:-1]
    yield f"all but the middle of the {what}", [*things[: len(things) // 2], *things[len(things) // 2 + 1 :]]


def _torn(piece: Piece, depth: Depth) -> Iterator[tuple[str, Piece]]:
    """The beginning of a write, and its end without the beginning."""
    data = piece.data or b""
    places = _tears(piece)
    if len(places) > 3 and not depth.every_tear:
        places = [places[0], places[len(places) // 2], places[-1]]
    for place in places:
        yield f"to byte {place}", Piece(piece.node, piece.offset, data[:place])
    for place in places if depth.every_tear else places[1:2]:
        yield f"from byte {place}", Piece(piece.node, piece.offset + place, data[place:])


def _tears(piece: Piece) -> Sequence[int]:
    """Where a write can tear: between sectors; within its only one, because some disks do not keep that promise."""
    size = len(piece.data or b"")
    first = SECTOR - piece.offset % SECTOR
    return range(first, size, SECTOR) if first < size else range(1, size)


def _blank(piece: Piece, what: bytes) -> Piece:
    return Piece(piece.node, piece.offset, what * len(piece.data)) if piece.data is not None else piece


def _drawn(things: Sequence[T], lot: Random) -> Sequence[T]:
    share = lot.random()
    return [thing for thing in things if lot.random() < share]


def _hurt(piece: Piece, lot: Random) -> Piece:
    """A write as it is, or torn."""
    tears = _tears(piece)
    if not tears or lot.random() < 0.7:
        return piece
    place = lot.choice(tears)
    assert piece.data is not None
    if lot.random() < 0.5:
        return Piece(piece.node, piece.offset, piece.data[:place])
    return Piece(piece.node, piece.offset + place, piece.data[place:])
