"""Reading one member's history: order, voids, and what a person should look at."""

from itertools import permutations

from msgspec import structs

from central.ledger.history import Deed, History, Place, read_history
from firmware.entries import (
    Identified,
    LotPart,
    Purchase,
    Purpose,
    Redeemed,
    RedeemReversed,
    Refund,
    Scope,
    TakenBack,
    Void,
)
from tests.central.records import BERT, HANA, sale

LIFE, LATER = "a" * 16, "b" * 16


def bought(seq: int, at: int | None, purchase: Purchase | None = None, life: str = LIFE) -> Deed:
    return Deed(seq, at, "t-1", life, seq, purchase or sale())


def void(seq: int, at: int | None, deed: Deed, life: str = LIFE) -> Deed:
    assert isinstance(deed.act, Purchase)
    return Deed(seq, at, "t-1", life, seq, Void(deed.life, deed.seq, deed.at or 0, deed.act))


def order(history: History) -> list[tuple[int, bool]]:
    """The rows in the order of folding, each with whether it is a void."""
    return [(entry, isinstance(act, Void)) for _, entry, act in history.folds]


def test_purchases_are_folded_by_time_then_terminal_life_and_sequence() -> None:
    deeds = [
        bought(3, 200),
        bought(2, 100, life=LATER),
        bought(1, 100),
        structs.replace(bought(9, 100), terminal="s-9"),
    ]
    assert [place for place, _, _ in read_history(deeds).folds] == [
        Place(100, "s-9", LIFE, 9),
        Place(100, "t-1", LIFE, 1),
        Place(100, "t-1", LATER, 2),
        Place(200, "t-1", LIFE, 3),
    ]


def test_a_void_takes_its_purchase_back_when_that_counts() -> None:
    purchase = bought(1, 150)
    claimed = Void(LIFE, 1, 999, sale())
    history = read_history([purchase, Deed(2, 300, "t-1", LIFE, 2, claimed)])
    assert order(history) == [(1, False), (2, True)]
    act = history.folds[1][2]
    assert isinstance(act, Void)
    assert act.purchased == 150
    assert history.taken == [(purchase, Deed(2, 300, "t-1", LIFE, 2, claimed))]


def test_a_void_never_stands_before_its_purchase() -> None:
    purchase = bought(5, 500, life=LATER)
    assert order(read_history([purchase, void(1, 100, purchase), bought(2, 300)])) == [
        (2, False),
        (5, False),
        (5, True),
    ]


def test_a_void_whose_own_time_is_not_known_stands_with_its_purchase() -> None:
    purchase = bought(1, 100)
    history = read_history([purchase, bought(2, 200), void(3, None, purchase)])
    assert order(history) == [(1, False), (3, True), (2, False)]


def test_a_purchase_whose_time_is_not_known_waits_with_its_void() -> None:
    purchase = bought(1, None)
    taken_back = void(2, 100, purchase)
    history = read_history([purchase, taken_back])
    assert (history.folds, history.taken) == ([], [(purchase, taken_back)])


def test_of_two_voids_of_a_purchase_the_first_counts_and_the_other_is_doubtful() -> None:
    purchase = bought(1, 100)
    first, second = void(2, 200, purchase), void(3, 300, purchase)
    history = read_history([second, purchase, first])
    assert [deed.seq for _, deed in history.taken] == [2]
    assert [(doubt.deed.seq, doubt.reason) for doubt in history.doubts] == [(3, "its purchase was taken back before")]


def test_a_void_that_repeats_something_else_than_the_purchase_is_doubtful() -> None:
    purchase = bought(1, 100)
    other = Deed(2, 200, "t-1", LIFE, 2, Void(LIFE, 1, 100, sale(1)))
    history = read_history([purchase, other])
    assert (order(history), history.taken) == ([(1, False)], [])
    assert history.doubts[0].reason == "it repeats another purchase than the one it names"


def test_a_void_of_a_purchase_that_is_not_there_waits() -> None:
    waiting = void(2, 200, bought(1, 100))
    assert read_history([waiting]).waiting == [waiting]


def test_a_void_names_purchases_of_its_own_terminal_only() -> None:
    purchase = bought(1, 100)
    foreign = structs.replace(void(2, 200, purchase), terminal="t-2")
    history = read_history([purchase, foreign])
    assert (history.taken, history.waiting) == ([], [foreign])


def test_another_members_purchase_is_no_purchase_of_this_history() -> None:
    mine = void(2, 200, bought(1, 100, sale(member=BERT)))
    assert read_history([bought(3, 300), mine]).waiting == [mine]


def less(purchase: Purchase, amount: int, points: int) -> Purchase:
    """What a refund leaves of a purchase."""
    return structs.replace(purchase, amount=amount, lots=[structs.replace(purchase.lots[0], points=points)])


def refund(seq: int, at: int, before: Purchase, after: Purchase, taken: TakenBack | None = None) -> Deed:
    return Deed(seq, at, "t-1", LIFE, seq, Refund(LIFE, 1, 100, before, after, taken or TakenBack(), None))


def spend(seq: int, points: int, on: int | None = None) -> Deed:
    parts = [LotPart("t-1/" + LIFE + "/1/0", points, Scope.PROGRAMME, None)]
    act = Redeemed(HANA, Identified.CARD, parts, Purpose.DISCOUNT, points, "JPY", LIFE if on else None, on)
    return Deed(seq, 100 + seq, "t-1", LIFE, seq, act)


def unspend(seq: int, redemption: Deed, points: int | None = None) -> Deed:
    assert isinstance(redemption.act, Redeemed)
    part = redemption.act.spends[0]
    parts = [part if points is None else structs.replace(part, points=points)]
    return Deed(seq, 100 + seq, "t-1", LIFE, seq, RedeemReversed(HANA, LIFE, redemption.seq, parts))


def doubts(history: History) -> list[tuple[int, str]]:
    return [(doubt.deed.seq, doubt.reason) for doubt in history.doubts]


WHOLE = sale()
PART, CRUMB = less(WHOLE, 2000, 40), less(WHOLE, 500, 10)
GONE = less(WHOLE, 0, 0)


def test_refunds_go_on_from_each_other_whatever_their_clocks_and_their_order_of_arrival_say() -> None:
    deeds = [
        bought(1, 100, WHOLE),
        refund(2, 400, WHOLE, PART),
        refund(3, 300, PART, CRUMB),
        Deed(4, 200, "t-1", LIFE, 4, Void(LIFE, 1, 100, CRUMB)),
    ]
    for shuffled in permutations(deeds):
        history = read_history(list(shuffled))
        assert [(place.at, entry) for place, entry, _ in history.folds] == [(100, 1), (400, 2), (400, 3), (400, 4)]
        assert [claim.seq for _, claim in history.taken] == [2, 3, 4]
        assert not history.doubts


def test_a_refund_made_twice_counts_once() -> None:
    twice = [bought(1, 100, WHOLE), refund(2, 200, WHOLE, PART), refund(3, 300, WHOLE, PART)]
    history = read_history(twice)
    assert order(history) == [(1, False), (2, False)]
    assert doubts(history) == [(3, "its purchase was taken back before")]


def test_a_refund_of_a_purchase_that_never_stood_so_is_doubtful() -> None:
    history = read_history([bought(1, 100, WHOLE), refund(2, 200, PART, CRUMB)])
    assert doubts(history) == [(2, "it repeats another purchase than the one it names")]


def test_a_refund_that_leaves_more_than_there_was_is_doubtful() -> None:
    grown = [less(WHOLE, 9999, 68), less(WHOLE, 100, 69), structs.replace(PART, member=BERT)]
    for after in grown:
        history = read_history([bought(1, 100, WHOLE), refund(2, 200, WHOLE, after)])
        assert (doubts(history), history.taken) == ([(2, "it leaves more of the purchase than there was")], [])


def test_nothing_is_taken_of_a_purchase_after_its_last_refund() -> None:
    history = read_history([bought(1, 100, WHOLE), refund(2, 200, WHOLE, GONE), void(3, 300, bought(1, 100, GONE))])
    assert [claim.seq for _, claim in history.taken] == [2]
    assert [deed for deed, _ in doubts(history)] == [3]


def test_a_refund_at_another_terminal_names_the_purchase_of_the_first() -> None:
    act = Refund(LIFE, 1, 100, WHOLE, PART, TakenBack(), None, terminal="t-1")
    history = read_history([bought(1, 100, WHOLE), Deed(9, 200, "t-2", LATER, 1, act)])
    assert [claim.terminal for _, claim in history.taken] == ["t-2"]


def test_a_redemption_is_taken_back_once() -> None:
    redemption = spend(2, 30)
    history = read_history([unspend(4, redemption), bought(1, 100), redemption, unspend(3, redemption)])
    assert doubts(history) == [(4, "its redemption was taken back before")]


def test_a_redemption_that_is_taken_back_in_part_or_with_more_is_doubtful() -> None:
    redemption = spend(2, 30)
    for points in (29, 31):
        assert doubts(read_history([redemption, unspend(3, redemption, points)])) == [
            (3, "it gives back other points than were spent there")
        ]


def test_a_reversal_of_a_redemption_that_is_not_there_waits() -> None:
    late = unspend(3, spend(2, 30))
    assert read_history([bought(1, 100), late]).waiting == [late]


def test_a_void_gives_back_what_was_spent_on_its_purchase_and_a_reversal_after_it_is_doubtful() -> None:
    redemption = spend(2, 30, on=3)
    purchase = bought(3, 103, WHOLE)
    assert isinstance(redemption.act, Redeemed)
    taken = TakenBack(restores=redemption.act.spends)
    back = Deed(4, 104, "t-1", LIFE, 4, Void(LIFE, 3, 103, WHOLE, taken))
    assert not read_history([redemption, purchase, back]).doubts
    again = read_history([redemption, purchase, back, unspend(5, redemption)])
    assert doubts(again) == [(5, "its redemption was taken back before")]
    greedy = structs.replace(back, act=Void(LIFE, 3, 103, WHOLE, TakenBack(restores=[*redemption.act.spends] * 2)))
    assert doubts(read_history([redemption, purchase, greedy])) == [
        (4, "it gives back other points than were spent there")
    ]
