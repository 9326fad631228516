"""Pruning: only what is old, acknowledged and included goes, and the chain stays provable."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from firmware.entries import Act, ClockQuality, Identified, Joining, Refund, TakenBack, entry_hash
from firmware.journal import Journal, JournalReader, ReversalRefused
from firmware.journal.pruning import CHUNK
from firmware.mqtt.messages import Head, Mark
from tests.firmware.journal.counter import (
    ANNA,
    BERT,
    DAY,
    LIFE_A,
    LIFE_B,
    LIFE_C,
    T0,
    begin,
    bought,
    changes,
    counted,
    entry_id,
    findings,
    head,
    opened,
    purchase,
    rewrite,
    stamp,
    void_of,
)
from tests.firmware.journal.holder import (
    FAR,
    NEAR,
    earned,
    far_lot,
    holding,
    left,
    premium,
    redeemed,
    sold,
    void,
)

LATER = T0 + 36 * DAY


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """A life of an opening and five sales of Anna's, all shown; then one that just opened."""
    journal = opened(tmp_path / "journal.sqlite3")
    bought(journal, 5)
    journal.mark_shown(entry_id(6))
    begin(journal, LIFE_B, T0 + 10)
    return journal


def heard(journal: Journal, at: int) -> None:
    """Central speaks again, under the same epoch, and has nothing new to say."""
    journal.note_time(at)
    journal.acknowledge([], journal.epoch(), complete=False)


def pruned(journal: Journal, at: int, keep_days: int = 35) -> int:
    """Heard of central, then pruned."""
    heard(journal, at)
    return journal.prune(at, keep_days)


def kept(journal: Journal) -> list[tuple[str, int]]:
    reader = JournalReader(journal.path)
    rows = reader.connection.execute(
        "SELECT l.life, seq FROM entries AS e JOIN lives AS l ON l.number = e.life ORDER BY place"
    )
    return [(life[0], seq) for life, seq in rows]


def acknowledged(journal: Journal, upto: int, epoch: int = 0) -> None:
    run = JournalReader(journal.path).next_run(Mark(LIFE_A, upto - 1), 1, 10**6)
    assert run is not None
    journal.acknowledge([Head(LIFE_A, upto, entry_hash(run.bodies[0]))], epoch, complete=False)


def included(journal: Journal, upto: int, member: str = ANNA) -> None:
    known = journal.member(member)
    assert known is not None
    base = journal.versions().get("members", 0)
    journal.apply_members(changes([known.record], through=[Mark(LIFE_A, upto)]), base, base + 1, counted)


def test_what_is_acknowledged_included_and_old_goes(journal: Journal) -> None:
    acknowledged(journal, 6)
    included(journal, 6)
    assert pruned(journal, LATER) == 6
    assert kept(journal) == [("b", 1)]
    assert findings(journal.path) == []


def test_what_is_not_acknowledged_stays(journal: Journal) -> None:
    included(journal, 6)
    acknowledged(journal, 4)
    assert pruned(journal, LATER) == 4
    assert pruned(journal, LATER + 90 * DAY) == 0
    assert kept(journal) == [("a", 5), ("a", 6), ("b", 1)]
    assert findings(journal.path) == []


def test_what_central_has_not_told_of_since_stays(journal: Journal) -> None:
    acknowledged(journal, 6)
    assert pruned(journal, LATER) == 1, "the opening concerns no member"
    included(journal, 3)
    assert pruned(journal, LATER) == 2
    assert kept(journal) == [("a", 4), ("a", 5), ("a", 6), ("b", 1)]


def test_what_was_acknowledged_fewer_days_ago_than_are_kept_stays(journal: Journal) -> None:
    acknowledged(journal, 3)
    included(journal, 6)
    journal.note_time(T0 + DAY)
    acknowledged(journal, 4)
    journal.note_time(T0 + 2 * DAY)
    acknowledged(journal, 6)
    assert pruned(journal, T0 + 35 * DAY + 9) == 0
    assert pruned(journal, T0 + 35 * DAY + 10) == 3
    assert pruned(journal, T0 + 36 * DAY) == 1
    assert pruned(journal, T0 + 8 * DAY, 6) == 2


def test_what_was_recorded_long_ago_but_acknowledged_just_now_stays_for_a_central_that_is_restored(
    journal: Journal,
) -> None:
    journal.note_time(T0 + 90 * DAY)
    acknowledged(journal, 6)
    included(journal, 6)
    assert pruned(journal, T0 + 91 * DAY) == 0
    assert pruned(journal, T0 + 125 * DAY) == 6


def test_nothing_goes_while_central_is_not_heard_of_because_it_may_be_restored_meanwhile(journal: Journal) -> None:
    acknowledged(journal, 6)
    included(journal, 6)
    assert journal.prune(T0 + 900 * DAY) == 0
    heard(journal, T0 + 30 * DAY)
    assert journal.prune(T0 + 900 * DAY) == 0
    heard(journal, LATER)
    assert journal.prune(T0 + 900 * DAY) == 6


def test_what_was_acknowledged_before_central_was_restored_stays_until_it_is_again(journal: Journal) -> None:
    acknowledged(journal, 6)
    included(journal, 6)
    journal.acknowledge([], 1, complete=False)
    assert pruned(journal, LATER) == 0
    journal.note_time(LATER)
    acknowledged(journal, 3, epoch=1)
    assert pruned(journal, LATER) == 0
    assert pruned(journal, LATER + 35 * DAY) == 3


def test_another_members_missing_snapshot_holds_back_only_what_follows_in_that_life(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j")
    bought(journal)
    bought(journal, member=BERT)
    bought(journal)
    begin(journal, LIFE_B)
    journal.mark_shown(entry_id(4))
    begin(journal, LIFE_C)
    journal.acknowledge(JournalReader(journal.path).heads(), 0, complete=True)
    included(journal, 4)
    assert pruned(journal, LATER) == 3
    assert kept(journal) == [("a", 3), ("a", 4), ("c", 1)]
    assert findings(journal.path) == []


def test_the_newest_entry_stays_so_that_the_next_life_can_name_it(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j")
    (sale,) = bought(journal, member=None)
    journal.mark_shown(sale.entry.id)
    journal.acknowledge([head(sale)], 0, complete=True)
    assert pruned(journal, LATER) == 1
    journal.close()
    opening = begin(opened(journal.path, None), LIFE_B)
    assert opening.entry.prev == sale.hash
    assert findings(journal.path) == []


def test_an_act_whose_result_was_not_shown_stays(journal: Journal) -> None:
    bought(journal, at=LATER)
    begin(journal, LIFE_C, LATER)
    journal.acknowledge(JournalReader(journal.path).heads(), 0, complete=True)
    known = journal.member(ANNA)
    assert known is not None
    through = [Mark(LIFE_A, 6), Mark(LIFE_B, 2)]
    journal.apply_members(changes([known.record], through=through), 0, 1, counted)
    assert pruned(journal, LATER + 90 * DAY) == 7
    unshown = journal.unshown()
    assert unshown is not None
    assert unshown.entry.life == LIFE_B


def test_an_absurd_clock_neither_keeps_entries_for_ever_nor_lets_them_go_early(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j")
    for at in (T0 + 10**9, 5):
        journal.record([purchase(None)], stamp(at, ClockQuality.DOUBTFUL))
    journal.record([purchase(None)], stamp(T0 + 10))
    journal.mark_shown(entry_id(4))
    journal.acknowledge(JournalReader(journal.path).heads(), 0, complete=True)
    assert pruned(journal, T0 + 34 * DAY) == 0
    assert pruned(journal, LATER) == 3


def test_alone_only_what_was_exported_goes_and_the_members_stay(journal: Journal) -> None:
    before = journal.member(ANNA)
    assert journal.prune(LATER, alone=True) == 0
    journal.mark_exported(Mark(LIFE_A, 4))
    assert journal.prune(LATER, alone=True) == 4
    assert journal.prune(LATER + 90 * DAY, alone=True) == 0
    assert journal.member(ANNA) == before
    assert findings(journal.path) == []


def test_a_long_neglected_journal_is_pruned_whole_though_in_several_transactions(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j")
    *_, last = journal.record([purchase(None)] * (2 * CHUNK + 10), stamp())
    begin(journal, LIFE_B)
    journal.mark_shown(last.entry.id)
    journal.acknowledge([head(last)], 0, complete=True)
    assert pruned(journal, LATER) == 2 * CHUNK + 11
    assert findings(journal.path) == []


def test_nothing_of_a_pruned_entry_is_left_in_the_file(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j")
    journal.record([purchase(None)], stamp())
    secret = journal.record([purchase(None, 987_654_321)], stamp())[0]
    begin(journal, LIFE_B)
    journal.mark_shown(secret.entry.id)
    journal.acknowledge([head(secret)], 0, complete=True)
    pruned(journal, LATER)
    journal.close()
    assert b"987654321" not in journal.path.read_bytes()


def test_a_pruned_journal_reopens_and_goes_on(journal: Journal) -> None:
    acknowledged(journal, 6)
    included(journal, 6)
    pruned(journal, LATER)
    journal.close()
    again = opened(journal.path, LIFE_C, LATER + 1)
    bought(again, at=LATER + 2)
    assert findings(journal.path) == []
    assert [one.life for one in JournalReader(journal.path).heads()] == [LIFE_A, LIFE_B, LIFE_C]


def test_what_is_included_and_settled_is_forgotten_with_the_entries(journal: Journal) -> None:
    acknowledged(journal, 6)
    included(journal, 6)
    assert _noted(journal) == (1, 1)
    pruned(journal, LATER)
    assert _noted(journal) == (0, 0)


def test_an_anchor_that_was_tampered_with_is_found(journal: Journal) -> None:
    acknowledged(journal, 3)
    included(journal, 6)
    pruned(journal, LATER)
    journal.close()
    rewrite(journal.path, ("UPDATE lives SET anchor = ? WHERE number = 1", (bytes(32),)))
    assert any(one.id == entry_id(4) for one in findings(journal.path))


def _noted(journal: Journal) -> tuple[int, int]:
    counts = "SELECT (SELECT count(*) FROM included), (SELECT count(*) FROM settled)"
    included, settled = JournalReader(journal.path).connection.execute(counts).fetchone()
    return included, settled


def test_what_came_off_a_sale_stays_as_long_as_the_sale_itself(tmp_path: Path) -> None:
    journal = holding(tmp_path / "j")
    name = journal.next_id()
    discount = replace(redeemed(far_lot(40)), life=name.life, seq=name.seq + 2)
    acts: list[Act] = [discount, Joining(BERT, Identified.STATIC), earned(68, right=5)]
    *_, sale = journal.record(acts, stamp())
    journal.mark_shown(sale.entry.id)
    begin(journal, LIFE_B)
    journal.mark_exported(Mark(LIFE_A, 4))
    assert journal.prune(LATER, alone=True) == 2, "the redemption is needed until its purchase goes"
    kept_sale = journal.sale(sale.entry.id)
    assert kept_sale is not None
    assert [act.spends for act in kept_sale.redeemed] == [[far_lot(40)]]
    journal.mark_exported(Mark(LIFE_A, 5))
    assert journal.prune(LATER, alone=True) == 3
    assert journal.sale(sale.entry.id) is None
    assert findings(journal.path) == []


def test_a_sale_can_be_reversed_for_five_weeks(journal: Journal) -> None:
    acknowledged(journal, 6)
    included(journal, 6)
    assert pruned(journal, T0 + 35 * DAY) == 0
    assert len(journal.sales(0, 9)) == 5
    journal.record([void_of(journal.sales(0, 1)[0].sealed)], stamp(T0 + 35 * DAY))
    assert pruned(journal, LATER) > 0
    assert journal.sales(0, 9) == []


def test_what_is_held_outlives_the_entries_that_brought_it_and_what_is_spent_goes_with_them(tmp_path: Path) -> None:
    journal = holding(tmp_path / "j")
    one = sold(journal, earned(68))
    journal.record([premium((f"{one.entry.id}/0", 68), (FAR, 1))], stamp())
    journal.mark_shown(entry_id(4))
    begin(journal, LIFE_B)
    journal.mark_exported(Mark(LIFE_A, 4))
    assert journal.prune(LATER + DAY, alone=True) == 4
    names = [f"{one.entry.id}/0", NEAR, FAR]
    assert journal.lots_held(names) == {FAR}, "spent and long expired lots are forgotten"
    assert left(journal) == {FAR: 99}
    assert findings(journal.path) == []


def test_a_debt_is_not_forgotten(tmp_path: Path) -> None:
    journal = holding(tmp_path / "j")
    one = sold(journal, earned(68))
    journal.record([premium((f"{one.entry.id}/0", 60))], stamp())
    journal.record([void(one)], stamp())
    journal.mark_shown(entry_id(5))
    begin(journal, LIFE_B)
    journal.mark_exported(Mark(LIFE_A, 5))
    assert journal.prune(LATER, alone=True) == 5
    held = journal.held(ANNA)
    assert held is not None
    assert held.owed == 60


def test_refunds_of_another_terminals_sale_are_known_as_long_as_they_are_kept(tmp_path: Path) -> None:
    journal = holding(tmp_path / "j")
    act = earned(0)
    foreign = Refund(LIFE_C, 3, T0, act, replace(act, amount=1), TakenBack(), "9", "t-9")
    (back,) = journal.record([foreign], stamp())
    journal.mark_shown(back.entry.id)
    begin(journal, LIFE_B)
    with pytest.raises(ReversalRefused):
        journal.record([foreign], stamp())
    journal.mark_exported(Mark(LIFE_A, 3))
    assert journal.prune(LATER, alone=True) == 3
    count = "SELECT (SELECT count(*) FROM reversals) + (SELECT count(*) FROM related)"
    assert journal._connection.execute(count).fetchone() == (0,)
