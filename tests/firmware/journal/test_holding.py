"""What is held moves with every act, in its transaction; what is not held cannot be spent."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from firmware.entries import (
    Act,
    Adjusted,
    ClockQuality,
    GivenLot,
    LotPart,
    Purchase,
    RedeemReversed,
    ReturnCause,
    Scope,
    Stamp,
    TakenBack,
    lot_name,
)
from firmware.journal import Journal, NotHeld, RightNotHeld, RightsSuspended
from tests.firmware.journal.counter import ANNA, BERT, DAY, LIFE_A, LIFE_B, T0, begin, findings, head, opened, stamp
from tests.firmware.journal.holder import (
    FAR,
    NEAR,
    earned,
    far_lot,
    grant,
    holding,
    left,
    premium,
    redeemed,
    refund,
    sold,
    void,
)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return holding(tmp_path / "journal.sqlite3")


def refused(journal: Journal, *acts: Act, at: Stamp | None = None) -> NotHeld:
    """The refusal of these acts, after which nothing is different."""
    before = (journal.head(), left(journal), left(journal, BERT))
    with pytest.raises(NotHeld, match="nothing was recorded") as caught:
        journal.record(list(acts), at or stamp())
    assert (journal.head(), left(journal), left(journal, BERT)) == before
    return caught.value


def test_what_is_held_is_read_in_the_order_in_which_it_is_eaten(journal: Journal) -> None:
    day = T0 + 2 * DAY
    lots = [
        GivenLot(1, Scope.PROGRAMME, day, right=5),
        GivenLot(2, Scope.COMPANY, day, where="12345", right=5),
        GivenLot(3, Scope.SHOP, day, ready=T0 + 9, right=5),
    ]
    one = sold(journal, replace(earned(), lots=lots)).entry
    two = sold(journal, replace(earned(), lots=lots[:1])).entry
    names = [lot_name(*one.id, place) for place in (2, 1, 0)]
    assert list(left(journal)) == [NEAR, *names, lot_name(*two.id, 0), FAR]
    shop = journal.parts_named([names[0]])[0]
    assert shop == LotPart(names[0], 3, Scope.SHOP, day, "bakery-2", T0 + 9)


def test_lots_can_be_read_so_far_as_they_are_needed(journal: Journal) -> None:
    assert [part.lot for part in journal.parts(ANNA, most=1)] == [NEAR]
    assert [part.lot for part in journal.parts(ANNA, after=T0 + DAY)] == [FAR]
    assert journal.parts_named([FAR, "t-9/none", NEAR]) == [*journal.parts(ANNA)[1:], *journal.parts(ANNA)[:1]]


def test_points_earned_under_the_right_join_it_and_others_are_centrals(journal: Journal) -> None:
    sold(journal, earned(68))
    sold(journal, earned(7, right=None))
    assert left(journal) == {NEAR: 50, lot_name("t-1", LIFE_A, 3, 0): 68, FAR: 100}


def test_a_purchase_without_points_gives_no_lot(journal: Journal) -> None:
    sold(journal, replace(earned(), lots=[GivenLot(0, Scope.PROGRAMME, None, right=5)]))
    assert left(journal) == {NEAR: 50, FAR: 100}


@pytest.mark.parametrize("number", [0, 4, 6])
def test_points_cannot_be_given_under_another_right_than_the_one_that_is_held(journal: Journal, number: int) -> None:
    with pytest.raises(RightNotHeld, match=f"under right {number}, right 5 is held") as caught:
        sold(journal, earned(right=number))
    assert (caught.value.number, caught.value.held) == (number, 5)
    with pytest.raises(RightNotHeld, match="none is held"):
        sold(journal, earned(right=number, member=BERT))
    with pytest.raises(RightNotHeld):
        sold(journal, replace(earned(right=5), member=None, by=None))
    assert left(journal) == {NEAR: 50, FAR: 100}


def test_spent_points_are_gone_over_a_restart(journal: Journal) -> None:
    journal.record([premium((NEAR, 50), (FAR, 1))], stamp())
    journal.close()
    again = Journal.open(journal.path, "t-1")
    assert left(again) == {FAR: 99}
    assert again.lots_held([NEAR, FAR, "t-9/none"]) == {NEAR, FAR}


def test_more_than_is_left_of_a_lot_cannot_be_spent(journal: Journal) -> None:
    error = refused(journal, premium((NEAR, 50), (FAR, 101)))
    assert (error.lot, error.wanted, error.there) == (FAR, 101, 100)
    assert (FAR in str(error), ANNA in str(error)) == (True, False)


def test_a_lot_named_twice_cannot_be_spent_twice(journal: Journal) -> None:
    assert refused(journal, premium((NEAR, 30), (NEAR, 30))).wanted == 60


def test_two_redemptions_in_one_transaction_cannot_spend_the_same(journal: Journal) -> None:
    assert refused(journal, premium((FAR, 60)), premium((FAR, 60))).there == 40


def test_a_lot_that_is_not_held_cannot_be_spent(journal: Journal) -> None:
    assert refused(journal, premium((f"t-9/{'9' * 16}/5/0", 1))).there == 0


def test_another_members_lot_cannot_be_spent(journal: Journal) -> None:
    journal.take_right(grant(6, BERT, []), stamp())
    assert refused(journal, premium((FAR, 1), member=BERT)).there == 0


def test_an_expired_lot_cannot_be_spent_also_by_a_clock_set_back(journal: Journal) -> None:
    refused(journal, premium((NEAR, 1)), at=stamp(T0 + DAY))
    journal.record([premium((NEAR, 1))], stamp(T0 + DAY - 1))
    journal.note_time(T0 + DAY - 1)
    journal.record([earned()], stamp(T0 + DAY))
    refused(journal, premium((NEAR, 1)), at=stamp(T0))


def test_nothing_is_spent_by_a_doubtful_clock_and_everything_else_goes_on(journal: Journal) -> None:
    with pytest.raises(RightsSuspended, match=r"suspended \(clock\)"):
        journal.record([premium((FAR, 1))], stamp(T0, ClockQuality.DOUBTFUL))
    journal.record([earned(9)], stamp(T0, ClockQuality.DOUBTFUL))
    assert sum(left(journal).values()) == 159


def test_nothing_is_spent_while_rights_are_suspended_and_everything_else_goes_on(journal: Journal) -> None:
    begin(journal, LIFE_B)
    one = sold(journal, earned(9))
    acts: list[Act] = [
        premium((FAR, 1)),
        Adjusted(ANNA, [], [far_lot(1)], "thief", "9"),
        void(one, TakenBack(covers=[far_lot(1)])),
    ]
    for act in acts:
        with pytest.raises(RightsSuspended, match="unconfirmed"):
            journal.record([act], stamp())
    journal.record([void(one)], stamp())
    assert left(journal) == {NEAR: 50, FAR: 100}


def test_a_void_takes_back_what_the_purchase_gave(journal: Journal) -> None:
    one = sold(journal, earned(68))
    journal.record([void(one)], stamp())
    assert left(journal) == {NEAR: 50, FAR: 100}
    assert journal.lots_held([lot_name(*one.entry.id, 0)])


def test_a_refund_takes_back_what_it_says_of_each_lot(journal: Journal) -> None:
    lots = [GivenLot(60, Scope.PROGRAMME, None, right=5), GivenLot(8, Scope.SHOP, None, right=5)]
    one = sold(journal, replace(earned(), lots=lots))
    before = one.entry.act
    assert isinstance(before, Purchase)
    after = replace(before, amount=900, lots=[replace(lots[0], points=45), replace(lots[1], points=0)])
    journal.record([refund(one, before, after)], stamp())
    assert left(journal) == {NEAR: 50, lot_name(*one.entry.id, 0): 45, FAR: 100}


def test_points_taken_back_after_they_were_spent_are_a_debt_that_nobody_can_spend(journal: Journal) -> None:
    one = sold(journal, earned(68))
    name = lot_name(*one.entry.id, 0)
    journal.record([premium((name, 40))], stamp())
    journal.record([void(one)], stamp())
    held = journal.held(ANNA)
    assert held is not None
    assert (left(journal), held.owed) == ({NEAR: 50, FAR: 100}, 40)
    assert refused(journal, premium((name, 1))).there == 0


def test_other_points_cover_what_is_taken_back_too_late(journal: Journal) -> None:
    one = sold(journal, earned(68))
    journal.record([premium((lot_name(*one.entry.id, 0), 40))], stamp())
    taken = TakenBack(settled=True, covers=[LotPart(NEAR, 30, Scope.PROGRAMME, T0 + DAY)], covered=[40], forgone=10)
    journal.record([void(one, taken)], stamp())
    held = journal.held(ANNA)
    assert held is not None
    assert (left(journal), held.owed) == ({NEAR: 20, FAR: 100}, 0)


def test_more_than_is_held_cannot_cover(journal: Journal) -> None:
    one = sold(journal, earned(68))
    error = refused(journal, void(one, TakenBack(covers=[far_lot(101)], covered=[68])))
    assert (error.lot, error.there) == (FAR, 100)


def test_a_reversed_sale_gives_its_points_back_with_their_old_expiry(journal: Journal) -> None:
    spends = [LotPart(NEAR, 50, Scope.PROGRAMME, T0 + DAY), far_lot(10)]
    acts: list[Act] = [redeemed(*spends), earned(30)]
    one = journal.record(acts, stamp())[-1]
    assert left(journal) == {lot_name(*one.entry.id, 0): 30, FAR: 90}
    journal.record([void(one, TakenBack(settled=True, restores=spends))], stamp(T0 + 2 * DAY))
    assert left(journal) == {NEAR: 50, FAR: 100}
    assert journal.parts(ANNA)[0].expires == T0 + DAY


def test_points_of_a_right_that_was_returned_are_given_back_to_central_alone(journal: Journal) -> None:
    spent = journal.record([premium((FAR, 10))], stamp())[0].entry
    journal.give_right(ANNA, None, 5, ReturnCause.RECALLED, stamp())
    journal.take_right(grant(9, lots=[]), stamp())
    journal.record([RedeemReversed(ANNA, spent.life, spent.seq, [far_lot(10)])], stamp())
    assert left(journal) == {}


def test_points_adjusted_by_hand_are_given_and_taken(journal: Journal) -> None:
    lots = [GivenLot(25, Scope.SHOP, None, right=5)]
    (act,) = journal.record([Adjusted(ANNA, lots, [far_lot(100)], "the till was wrong", "9")], stamp())
    assert left(journal) == {NEAR: 50, lot_name(*act.entry.id, 0): 25}
    assert journal.parts(ANNA)[1].where == "bakery-2"
    assert refused(journal, Adjusted(ANNA, [], [far_lot(1)], "again", "9")).there == 0


def test_what_stands_before_the_refused_act_in_its_transaction_is_not_recorded_either(journal: Journal) -> None:
    newest = journal.head()
    refused(journal, earned(68), premium((FAR, 101)))
    assert journal.head() == newest
    assert head(sold(journal, earned(1))).seq == 3
    assert findings(journal.path) == []


def test_the_next_entrys_name_is_known_beforehand(journal: Journal) -> None:
    name = journal.next_id()
    assert sold(journal, earned()).entry.id == name
    assert journal.next_id().seq == name.seq + 1


def test_a_terminal_alone_holds_every_members_right_and_is_never_suspended(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "alone", "t-1", alone=True)
    begin(journal, LIFE_A)
    held = journal.held(BERT)
    assert held is not None
    assert (held.right, journal.rights_usable, journal.suspended) == (0, True, None)
    one = sold(journal, earned(68, right=0, member=BERT))
    journal.record([premium((lot_name(*one.entry.id, 0), 60), member=BERT)], stamp())
    assert left(journal, BERT) == {lot_name(*one.entry.id, 0): 8}
    assert refused(journal, premium((lot_name(*one.entry.id, 0), 9), member=BERT)).there == 8
    journal.close()
    assert Journal.open(tmp_path / "alone", "t-1").rights_held() == [(BERT, 0)], "what central must recall"


def test_a_journal_without_a_right_holds_nothing(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j")
    assert (journal.held(ANNA), journal.parts(ANNA)) == (None, [])
