"""Whether a terminal's rights are good: the chain of its lives, a declared loss, and what follows a restore."""

import pytest

from central.ledger.losing import declare_lost
from central.ledger.programme import begin_epoch
from central.ledger.restanding import BRANCHED, LOST, UNKNOWN_HEAD, Restanding, restanding, unheard
from firmware.entries import LifeEnd, Start
from firmware.mqtt import topics
from firmware.mqtt.messages import Head, Presence, encode
from provisioning.ca import ThrowAway
from tests.central.ledger.clerkship import BY, changed, seen
from tests.central.office import Office
from tests.central.records import NOW, Record, sale, signer_for

BIRTH = "0123456789abcdef"


def standing(office: Office) -> Restanding:
    return seen(office, lambda connection: restanding(connection, "t-1"))


def take_all(office: Office, record: Record, *which: int) -> None:
    """Its lives in that order; all of them, oldest first, if none is named."""
    for life in which or range(len(record.lives)):
        office.take((record.terminal, record.batch(life=life)))


def appear(office: Office, record: Record, epoch: int, head: Head | None = None, state: str = "online") -> None:
    said = Presence(terminal=record.terminal, state=state, birth=BIRTH, at=NOW, epoch=epoch, head=head)  # type: ignore[arg-type]
    office.say(record.terminal, topics.PRESENCE, encode(said))


def test_a_terminal_that_nothing_is_known_of_waits(office: Office) -> None:
    assert standing(office) == Restanding(None, UNKNOWN_HEAD)


def test_the_newest_life_is_confirmed_once_the_chain_to_the_first_is_whole(office: Office, record: Record) -> None:
    record.begin()
    record.begin()
    take_all(office, record, 2)
    assert standing(office) == Restanding(None, UNKNOWN_HEAD)
    take_all(office, record, 0)
    assert standing(office) == Restanding(None, UNKNOWN_HEAD)
    take_all(office, record, 1)
    assert standing(office) == Restanding(record.life)


def test_a_life_whose_end_is_not_recorded_keeps_the_next_one_waiting(office: Office, record: Record) -> None:
    record.add(sale())
    record.begin()
    office.take(("t-1", record.batch(1, 1, life=0)), ("t-1", record.batch()))
    assert standing(office).reason == UNKNOWN_HEAD
    office.take(("t-1", record.batch(2, 2, life=0)))
    assert standing(office).confirmed == record.life


def test_two_lives_that_go_on_from_one_entry_are_a_copied_card(office: Office, record: Record) -> None:
    record.begin()
    record.begin(after=record.end(1, 0))
    take_all(office, record)
    assert standing(office) == Restanding(None, BRANCHED)
    record.begin()
    take_all(office, record, 3)
    assert standing(office) == Restanding(None, BRANCHED)


def test_a_life_that_went_on_beyond_where_another_continues_it_is_a_restored_image(
    office: Office, record: Record
) -> None:
    record.add(sale())
    record.begin(after=record.end(1, 0))
    take_all(office, record)
    assert standing(office) == Restanding(None, BRANCHED)


def test_a_terminal_that_lost_its_journal_goes_on_in_its_new_life(office: Office, record: Record) -> None:
    record.begin(Start.JOURNAL_LOST, fresh=True)
    take_all(office, record)
    assert standing(office) == Restanding(record.life)
    record.begin()
    take_all(office, record, 2)
    assert standing(office) == Restanding(record.life)


def test_a_terminal_that_goes_on_from_the_journal_it_lost_is_a_restored_image(office: Office, record: Record) -> None:
    record.begin(Start.JOURNAL_LOST, fresh=True)
    record.begin(after=record.end(1, 0))
    take_all(office, record)
    assert standing(office) == Restanding(None, BRANCHED)


def test_a_terminal_that_begins_for_the_first_time_twice_waits_for_an_operator(office: Office, record: Record) -> None:
    record.begin(fresh=True)
    take_all(office, record)
    assert standing(office) == Restanding(None, BRANCHED)
    changed(office, lambda connection: declare_lost(connection, "t-1", BY))
    assert standing(office) == Restanding(None, LOST)


def test_a_terminal_that_was_declared_lost_comes_back_with_a_new_journal_only(office: Office, record: Record) -> None:
    take_all(office, record)
    changed(office, lambda connection: declare_lost(connection, "t-1", BY))
    record.begin()
    take_all(office, record, 1)
    assert standing(office) == Restanding(None, LOST)
    record.begin(fresh=True)
    take_all(office, record, 2)
    assert standing(office) == Restanding(record.life)


def test_a_life_that_continues_itself_is_no_chain(office: Office, record: Record) -> None:
    record.lives.clear()
    record.begin(after=LifeEnd("0000000000000001", 1, "0" * 64))
    take_all(office, record)
    assert standing(office).confirmed is None


@pytest.fixture
def other(authority: ThrowAway) -> Record:
    return Record("t-2", signer_for(authority, "t-2"))


def waiting(office: Office) -> list[str]:
    return seen(office, unheard)


def test_in_the_first_epoch_nobody_is_waited_for(office: Office, record: Record) -> None:
    take_all(office, record)
    assert waiting(office) == []


def test_after_a_restore_every_terminal_must_be_recorded_to_the_head_that_it_tells(
    office: Office, record: Record, other: Record
) -> None:
    take_all(office, record)
    take_all(office, other)
    appear(office, other, 1, other.head)
    epoch = changed(office, lambda connection: begin_epoch(connection, 1))
    assert waiting(office) == ["t-1", "t-2"]

    appear(office, other, epoch, other.head)
    assert waiting(office) == ["t-1"]
    record.add(sale())
    appear(office, record, epoch, record.head)
    assert waiting(office) == ["t-1"]
    office.take(("t-1", record.batch(2)))
    assert waiting(office) == []


def test_a_head_told_under_an_older_epoch_says_nothing(office: Office, record: Record) -> None:
    take_all(office, record)
    epoch = changed(office, lambda connection: begin_epoch(connection, 1))
    for told, state, head in (
        (epoch - 1, "online", record.head),
        (epoch, "offline", record.head),
        (epoch, "online", None),
    ):
        appear(office, record, told, head, state)
        assert waiting(office) == ["t-1"]
    appear(office, record, epoch, record.head)
    appear(office, record, epoch - 1, record.head)
    assert waiting(office) == []


def test_nobody_waits_for_a_terminal_that_was_declared_lost(office: Office, record: Record) -> None:
    take_all(office, record)
    changed(office, lambda connection: begin_epoch(connection, 1))
    changed(office, lambda connection: declare_lost(connection, "t-1", BY))
    assert waiting(office) == []
