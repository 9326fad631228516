"""Members: central's word, plus what this terminal did since."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from firmware.entries import ClockQuality, CouponIssued, Identified, Instant, Joining, Purchase, Scope, Void
from firmware.journal import DocumentGap, Journal, KnownMember, MemberInvalid
from firmware.mqtt.messages import Mark, MemberResponse
from firmware.score.fold import FoldedAct, new_member
from firmware.score.standing import Holding, MemberRecord, Standing
from tests.firmware.journal.counter import (
    ANNA,
    BERT,
    LIFE_A,
    LIFE_B,
    T0,
    begin,
    bought,
    changes,
    counted,
    opened,
    purchase,
    stamp,
    void_of,
)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return opened(tmp_path / "journal.sqlite3")


def told(member: str = ANNA, visits: int = 10, amount: int = 50_000, points: int = 1000) -> MemberRecord:
    """What central says of a member."""
    holdings = [Holding(points, Scope.PROGRAMME, None)]
    return MemberRecord(member, "nick", Standing({}, visits, amount, T0 - 9, T0 - 1), holdings)


def response(record: MemberRecord | None, *through: Mark, member: str = ANNA) -> MemberResponse:
    return MemberResponse(
        to="t-1", epoch=0, time=T0, id="0" * 16, expires=T0 + 9, member=member, record=record, through=list(through)
    )


def visits(journal: Journal, member: str = ANNA) -> int:
    known = journal.member(member)
    assert known is not None
    return known.record.standing.visits


def test_a_code_nobody_knows_is_no_member(journal: Journal) -> None:
    assert journal.member(ANNA) is None


def test_a_member_known_only_here_is_provisional_and_survives_a_restart(journal: Journal) -> None:
    joined = new_member(ANNA)
    journal.record([Joining(ANNA, Identified.STATIC)], stamp(), [joined])
    assert journal.member(ANNA) == KnownMember(joined, True)
    bought(journal)
    journal.close()
    known = opened(journal.path, None).member(ANNA)
    assert known is not None
    assert (known.provisional, known.record.standing.amount) == (True, 3400)


def test_a_code_with_leading_zeros_is_found_as_it_was_stored(journal: Journal) -> None:
    bought(journal, member=BERT)
    known = journal.member(BERT)
    assert known is not None
    assert known.record.member == BERT


def test_centrals_word_is_the_view_where_nothing_was_done_here(journal: Journal) -> None:
    journal.apply_members(changes([told()]), 0, 5, counted)
    assert journal.member(ANNA) == KnownMember(told(), False)
    assert journal.versions() == {"members": 5}


def test_a_snapshot_is_topped_with_the_own_entries_it_does_not_include(journal: Journal) -> None:
    bought(journal, 3)
    journal.apply_members(changes([told()], through=[Mark(LIFE_A, 3)]), 0, 5, counted)
    known = journal.member(ANNA)
    assert known is not None
    assert not known.provisional
    assert (known.record.standing.visits, known.record.standing.amount) == (11, 53_400)
    assert known.record.holdings[0].points == 1068
    assert known.record.nickname == "nick"


def test_an_own_entry_is_never_counted_twice_once_the_snapshot_includes_it(journal: Journal) -> None:
    bought(journal, 2)
    journal.apply_members(changes([told(visits=1)], through=[Mark(LIFE_A, 2)]), 0, 1, counted)
    assert visits(journal) == 2
    journal.apply_members(changes([told(visits=2)], through=[Mark(LIFE_A, 3)]), 1, 2, counted)
    assert visits(journal) == 2
    bought(journal)
    assert visits(journal) == 3


def test_entries_of_a_life_the_snapshot_does_not_name_are_not_included(journal: Journal) -> None:
    bought(journal, 2)
    begin(journal, LIFE_B)
    bought(journal, 3)
    journal.apply_members(changes([told(visits=10)], through=[Mark(LIFE_A, 3), Mark("e" * 16, 9)]), 0, 1, counted)
    assert visits(journal) == 13


def test_own_entries_are_folded_in_local_order_with_their_own_times(journal: Journal) -> None:
    (sale,) = bought(journal, at=T0 + 5)
    journal.record([void_of(sale)], stamp(T0 + 7))
    journal.record([purchase(amount=100)], stamp(T0 + 6))
    folded: list[tuple[str, int]] = []

    def watching(record: MemberRecord, act: object, at: int) -> MemberRecord:
        folded.append((type(act).__name__, at))
        return record

    journal.apply_members(changes([told()]), 0, 1, watching)
    assert folded == [("Purchase", T0 + 5), ("Void", T0 + 7), ("Purchase", T0 + 6)]


def test_own_entries_of_a_doubtful_time_are_folded_at_the_last_trusted_one(journal: Journal) -> None:
    bought(journal, at=T0)
    in_2099 = stamp(4_070_908_800, ClockQuality.DOUBTFUL)
    (sold,) = journal.record([purchase()], in_2099)
    journal.record([void_of(sold)], stamp(T0 + 60))
    times: list[tuple[type, int]] = []

    def noting(record: MemberRecord, act: FoldedAct, at: Instant) -> MemberRecord:
        times.append((type(act), act.purchased if isinstance(act, Void) else at))
        return counted(record, act, at)

    journal.apply_members(changes([told()]), 0, 1, noting)
    assert sold.entry.at == 4_070_908_800
    assert times == [(Purchase, T0), (Purchase, T0), (Void, T0 + 60)]


def test_a_delta_changes_only_what_it_names(journal: Journal) -> None:
    journal.apply_members(changes([told(), told(BERT, visits=4)]), 0, 5, counted)
    journal.apply_members(changes([told(visits=11)]), 5, 6, counted)
    assert (visits(journal), visits(journal, BERT)) == (11, 4)
    journal.apply_members(changes(removed=[BERT]), 6, 7, counted)
    assert journal.member(BERT) is None
    assert journal.versions() == {"members": 7}


@pytest.mark.parametrize("base", [4, 6])
def test_a_delta_on_another_version_is_refused_and_changes_nothing(journal: Journal, base: int) -> None:
    journal.apply_members(changes([told()]), 0, 5, counted)
    with pytest.raises(DocumentGap, match="version 5 is held") as refusal:
        journal.apply_members(changes([told(visits=99)], [ANNA]), base, 7, counted)
    assert (refusal.value.base, refusal.value.held) == (base, 5)
    assert visits(journal) == 10
    assert journal.versions() == {"members": 5}


def test_a_whole_document_replaces_centrals_word_even_with_a_lower_version(journal: Journal) -> None:
    journal.apply_members(changes([told(), told(BERT)]), 0, 5, counted)
    journal.apply_members(changes([told(visits=3)]), 0, 2, counted)
    assert (visits(journal), journal.member(BERT)) == (3, None)
    assert journal.versions() == {"members": 2}


def test_a_whole_document_keeps_members_known_only_here(journal: Journal) -> None:
    bought(journal, 2, BERT)
    journal.apply_members(changes([told()]), 0, 5, counted)
    known = journal.member(BERT)
    assert known is not None
    assert (known.provisional, known.record.standing.visits) == (True, 2)


def test_a_provisional_member_becomes_central_s_once_it_tells_of_them(journal: Journal) -> None:
    bought(journal, 2)
    journal.apply_members(changes([told(visits=1)], through=[Mark(LIFE_A, 2)]), 0, 1, counted)
    known = journal.member(ANNA)
    assert known is not None
    assert (known.provisional, known.record.standing.visits) == (False, 2)


@pytest.mark.parametrize("whole", [True, False])
def test_a_removed_member_stays_with_what_was_done_here_since(journal: Journal, whole: bool) -> None:
    journal.apply_members(changes([told()]), 0, 5, counted)
    bought(journal, 3)
    through = [Mark(LIFE_A, 2)]
    if whole:
        journal.apply_members(changes(through=through), 0, 6, counted)
    else:
        journal.apply_members(changes(removed=[ANNA], through=through), 5, 6, counted)
    known = journal.member(ANNA)
    assert known is not None
    assert (known.provisional, known.record.standing.visits, known.record.nickname) == (True, 2, None)


@pytest.mark.parametrize("whole", [True, False])
def test_a_removed_member_whose_entries_here_are_all_included_is_gone(journal: Journal, whole: bool) -> None:
    journal.apply_members(changes([told()]), 0, 5, counted)
    bought(journal, 3)
    removed = [] if whole else [ANNA]
    journal.apply_members(changes(removed=removed, through=[Mark(LIFE_A, 4)]), 0 if whole else 5, 6, counted)
    assert journal.member(ANNA) is None


def test_one_member_can_be_asked_for_and_is_topped_likewise(journal: Journal) -> None:
    bought(journal, 2)
    journal.apply_member(response(told(visits=5), Mark(LIFE_A, 2)), counted)
    assert visits(journal) == 6
    assert journal.versions() == {}


def test_a_member_central_does_not_know_stays_if_known_only_here(journal: Journal) -> None:
    bought(journal)
    journal.apply_member(response(None), counted)
    assert visits(journal) == 1
    journal.apply_member(response(None, member=BERT), counted)
    assert journal.member(BERT) is None


def test_a_member_central_knows_no_more_is_forgotten(journal: Journal) -> None:
    journal.apply_members(changes([told()]), 0, 5, counted)
    journal.apply_member(response(None), counted)
    assert journal.member(ANNA) is None


def test_a_fold_that_fails_leaves_the_document_as_it_was(journal: Journal) -> None:
    bought(journal)

    def failing(record: MemberRecord, act: object, at: int) -> MemberRecord:
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        journal.apply_members(changes([told(BERT), told()]), 0, 5, failing)
    assert journal.member(BERT) is None
    assert journal.versions() == {}
    assert visits(journal) == 1


def test_a_purchase_without_a_member_touches_none(journal: Journal) -> None:
    bought(journal, 2, None)
    journal.apply_members(changes([told()]), 0, 5, counted)
    assert visits(journal) == 10


def test_a_record_that_could_not_be_read_back_is_never_stored(journal: Journal) -> None:
    (sale,) = bought(journal)
    invalid = replace(told(), standing=replace(told().standing, visits=-1))
    with pytest.raises(MemberInvalid, match="nothing was recorded"):
        journal.record([void_of(sale)], stamp(), [invalid])
    assert journal.unshown() == sale
    assert visits(journal) == 1
    with pytest.raises(MemberInvalid):
        journal.apply_members(changes([invalid]), 0, 5, counted)
    assert journal.versions() == {}


def test_an_act_that_changes_no_standing_is_left_to_central(journal: Journal) -> None:
    (sale,) = bought(journal)
    journal.record([CouponIssued(ANNA, "welcome", sale.entry.life, sale.entry.seq)], stamp())
    journal.apply_members(changes([told()], through=[Mark(LIFE_A, 2)]), 0, 5, counted)
    assert visits(journal) == 10
