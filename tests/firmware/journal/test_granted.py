"""A grant that central made before it heard of what was done here."""

from pathlib import Path

from firmware.entries import GivenLot, Identified, LotPart, Purchase, RightReceived, Scope, Void
from firmware.mqtt.messages import Mark, RightGrant
from tests.firmware.shop import HANA, NOON, moment, opened, till

LOT = GivenLot(100, Scope.PROGRAMME, None)


def bought() -> Purchase:
    return Purchase(HANA, Identified.STATIC, 100, "JPY", {}, [LOT], 1)


def granted(lot: LotPart, *through: Mark) -> RightGrant:
    return RightGrant(to="t-1", epoch=1, time=NOON, right=5, id=None, member=HANA, lots=[lot], through=list(through))


def test_a_purchase_voided_before_its_lot_came_back_is_not_spent(tmp_path: Path) -> None:
    journal, _ = opened(tmp_path)
    stamp = till(journal)._counting.stamp("7", moment())
    (sale,) = journal.record([bought()], stamp)
    lot = LotPart("/".join(map(str, (*sale.entry.id, 0))), 100, Scope.PROGRAMME, None)
    heard = Mark(sale.entry.life, sale.entry.seq)
    journal.record([Void(sale.entry.life, sale.entry.seq, sale.entry.at, bought())], stamp)
    received = journal.take_right(granted(lot, heard), stamp)
    assert isinstance(received.entry.act, RightReceived)
    assert received.entry.act.lots == []
    assert journal.parts(HANA) == []
    journal.close()


def test_what_central_had_heard_of_is_counted_once(tmp_path: Path) -> None:
    journal, _ = opened(tmp_path)
    stamp = till(journal)._counting.stamp("7", moment())
    (sale,) = journal.record([bought()], stamp)
    (void,) = journal.record([Void(sale.entry.life, sale.entry.seq, sale.entry.at, bought())], stamp)
    elsewhere = LotPart("t-9/00000000000000bb/9/0", 40, Scope.PROGRAMME, None)
    journal.take_right(granted(elsewhere, Mark(void.entry.life, void.entry.seq)), stamp)
    assert journal.parts(HANA) == [elsewhere]
    journal.close()
