"""Which states are looked at."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tests.cuts.choosing import Choice, Depth, choices
from tests.cuts.disk import Named, Piece

NARROW = Depth(exhaustive=0, by_lot=0, every_tear=False)
FRAME = Piece(1, 56, bytes(range(256)) * 16)
MARK = Piece(1, 0, b"mark")
OTHER = Piece(2, 0, b"other")
NAME = Named((((0, "a"), 1),))


def chosen(*on_way: Piece | Named, depth: Depth = NARROW, seed: int = 1) -> list[Choice]:
    return list(choices(on_way, depth, Random(seed)))  # noqa: S311 - the same in every run


def arrived(*on_way: Piece | Named, depth: Depth = NARROW) -> list[list[Piece | Named]]:
    return [list(choice.arrived) for choice in chosen(*on_way, depth=depth)]


def test_where_nothing_is_on_its_way_there_is_one_state() -> None:
    assert arrived(depth=Depth(3, 5, True)) == [[]]


def test_all_and_nothing_come_first() -> None:
    assert arrived(MARK, FRAME)[:2] == [[MARK, FRAME], []]


def test_a_later_write_may_arrive_without_the_earlier_one() -> None:
    assert [FRAME] in arrived(MARK, FRAME)
    assert [MARK, OTHER] in arrived(MARK, FRAME, OTHER)


def test_of_a_few_writes_every_subset_is_looked_at() -> None:
    subsets = arrived(MARK, FRAME, OTHER, depth=Depth(3, 0, False))
    assert all(subset in subsets for subset in ([MARK], [FRAME], [OTHER], [MARK, FRAME], [MARK, OTHER], [FRAME, OTHER]))


def test_the_last_write_is_torn_between_sectors_at_its_beginning_middle_and_end() -> None:
    torn = {len(piece.data or b"") for choice in chosen(FRAME) for piece in choice.arrived if isinstance(piece, Piece)}
    assert {512 - 56, 512 * 5 - 56, 512 * 8 - 56, 4096} <= torn


def test_the_end_of_a_write_may_arrive_without_its_beginning() -> None:
    assert Piece(1, 512 * 5, (FRAME.data or b"")[512 * 5 - 56 :]) in [one for (one,) in filter(None, arrived(FRAME))]


def test_a_write_within_one_sector_is_torn_between_bytes() -> None:
    assert all([Piece(1, 0, b"mark"[:size])] in arrived(MARK, depth=Depth(0, 0, True)) for size in (1, 2, 3))


def test_sizes_may_arrive_without_bytes_and_a_sector_as_garbage() -> None:
    assert [Piece(1, 0, bytes(4))] in arrived(MARK)
    assert [Piece(1, 0, b"\xa5" * 4)] in arrived(MARK)


def test_one_file_may_arrive_without_another() -> None:
    assert [OTHER] in arrived(MARK, FRAME, OTHER)
    assert [MARK, FRAME] in arrived(MARK, FRAME, OTHER)


def test_names_arrive_with_and_without_the_bytes() -> None:
    assert all(state in arrived(NAME, MARK) for state in ([NAME, MARK], [NAME], [MARK], []))


on_way = st.lists(
    st.one_of(
        st.builds(Piece, st.integers(1, 3), st.integers(0, 5000), st.binary(max_size=2000)),
        st.builds(lambda size: Piece(1, size, None), st.integers(0, 5000)),
        st.builds(lambda name: Named((((0, name), 1),)), st.sampled_from("abc")),
    ),
    max_size=8,
    unique=True,
)


def test_a_crowd_is_looked_at_less_closely_but_from_all_sides() -> None:
    crowd = [Piece(1, 4096 * place, bytes(4096)) for place in range(20)]
    states = arrived(*crowd, depth=Depth(2, 0, False, crowd=10))
    assert all(state in states for state in (crowd, [], crowd[-1:], [*crowd[:10], *crowd[11:]]))
    assert [*crowd[:-1], Piece(1, 4096 * 19, bytes(512 * 4))] in states
    assert len(states) < len(arrived(*crowd)) / 2


@given(on_way, st.integers(0, 9))
def test_only_what_is_on_its_way_arrives_and_in_its_order(waiting: list[Piece | Named], seed: int) -> None:
    for choice in chosen(*waiting, depth=Depth(2, 4, True), seed=seed):
        assert [each for each in choice.arrived if isinstance(each, Named)] == [
            each for each in waiting if isinstance(each, Named) and each in choice.arrived
        ]
        for piece in choice.arrived:
            assert isinstance(piece, Named) or any(_within(piece, whole) for whole in waiting)


@given(on_way, st.integers(0, 9))
def test_the_same_seed_chooses_the_same(waiting: list[Piece | Named], seed: int) -> None:
    depth = Depth(2, 4, False)
    assert chosen(*waiting, depth=depth, seed=seed) == chosen(*waiting, depth=depth, seed=seed)


def _within(piece: Piece, whole: Piece | Named) -> bool:
    if isinstance(whole, Named) or piece.node != whole.node:
        return False
    if piece.data is None or whole.data is None:
        return piece == whole
    return whole.offset <= piece.offset and piece.offset + len(piece.data) <= whole.offset + len(whole.data)
