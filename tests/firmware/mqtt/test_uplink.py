from datetime import UTC

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from firmware.entries import Break, EntryId, check_run
from firmware.mqtt.backoff import Backoff
from firmware.mqtt.messages import Acknowledgement, Batch, Head, Mark, decode
from firmware.mqtt.outbox import OutboxLimits
from firmware.mqtt.schedule import Schedule
from firmware.mqtt.signing import Signer, open_signed
from firmware.mqtt.uplink import Timing, Uplink, signed_batch
from tests.firmware.mqtt.journals import MemoryJournal

LIMITS = OutboxLimits(entries=10, window=2, resend=Backoff(first=10, limit=80), tries=1)


@pytest.fixture
def journal() -> MemoryJournal:
    return MemoryJournal()


def uplink_of(journal: MemoryJournal, schedule: Schedule) -> Uplink:
    return Uplink(journal, LIMITS, Timing(schedule, UTC, 0.0))


def sent(uplink: Uplink, now: float) -> int:
    total = 0
    while run := uplink.next(now, 0):
        total += len(run.bodies)
    return total


def acknowledge_all(journal: MemoryJournal, uplink: Uplink, now: float) -> None:
    journal.apply(Acknowledgement(to="t-1", epoch=0, time=0, heads=journal.heads()))
    uplink.acknowledged(now)


def test_entries_wait_until_enough_have_gathered_and_then_all_go(journal: MemoryJournal) -> None:
    uplink = uplink_of(journal, Schedule(entries=5, minutes=None))
    journal.fill(3)
    assert sent(uplink, 0) == 0
    journal.fill(10)
    assert sent(uplink, 1) == 14


def test_entries_wait_so_many_minutes_from_when_they_were_first_seen(journal: MemoryJournal) -> None:
    uplink = uplink_of(journal, Schedule(entries=None, minutes=1))
    assert sent(uplink, 1000) == 0
    assert sent(uplink, 1059) == 0
    assert sent(uplink, 1060) == 1


def test_after_everything_is_acknowledged_the_gathering_begins_anew(journal: MemoryJournal) -> None:
    uplink = uplink_of(journal, Schedule(entries=5, minutes=None))
    journal.fill(4)
    assert sent(uplink, 0) == 5
    acknowledge_all(journal, uplink, 1)
    assert sent(uplink, 1) == 0
    journal.fill(4)
    assert sent(uplink, 2) == 0


def test_being_asked_sends_what_there_is_once(journal: MemoryJournal) -> None:
    uplink = uplink_of(journal, Schedule(entries=500, minutes=None))
    uplink.ask()
    assert sent(uplink, 0) == 1
    acknowledge_all(journal, uplink, 1)
    assert sent(uplink, 1) == 0
    journal.fill(1)
    assert sent(uplink, 2) == 0


def test_being_asked_sends_again_what_is_on_its_way(journal: MemoryJournal) -> None:
    uplink = uplink_of(journal, Schedule())
    assert sent(uplink, 0) == 1
    uplink.ask()
    assert sent(uplink, 1) == 1


def test_what_is_pressing_goes_up_at_once_without_sending_again_what_is_on_its_way(journal: MemoryJournal) -> None:
    uplink = uplink_of(journal, Schedule(entries=5, minutes=None))
    journal.fill(4)
    assert sent(uplink, 0) == 5
    acknowledge_all(journal, uplink, 1)
    assert sent(uplink, 1) == 0
    journal.fill(1)
    assert sent(uplink, 1) == 0
    uplink.press()
    assert sent(uplink, 2) == 1
    journal.fill(1)
    uplink.press()
    assert sent(uplink, 3) == 1, "not both"
    acknowledge_all(journal, uplink, 4)
    assert sent(uplink, 4) == 0
    journal.fill(1)
    assert sent(uplink, 5) == 0, "once"


def test_what_goes_unanswered_is_told_with_its_place(journal: MemoryJournal) -> None:
    uplink = uplink_of(journal, Schedule())
    sent(uplink, 0)
    assert uplink.stalled is None
    assert uplink.wakes() == 10
    sent(uplink, 10)
    assert uplink.stalled == (Mark(journal.lives[0].name, 1), 1)


def test_a_batch_carries_the_entries_byte_for_byte_and_its_signers_proof(journal: MemoryJournal) -> None:
    journal.fill(20)
    key = generate_private_key(SECP256R1())
    run = journal.next_run(Mark(journal.lives[0].name, 5), 10, 2**20)
    assert run is not None
    batch = decode(open_signed(signed_batch("t-1", run, Signer(key, [])), key.public_key()), Batch)
    assert (batch.first, batch.last, batch.prev) == (6, 15, journal.lives[0].hash_at(5))
    assert [bytes(entry) for entry in batch.entries] == run.bodies
    checked = check_run(EntryId("t-1", batch.life, batch.first), batch.prev, run.bodies)
    assert not isinstance(checked, Break)
    assert Head(batch.life, batch.last, checked[1]).hash == journal.lives[0].hash_at(15)
    assert msgspec.json.encode(batch).count(b'"prev"') == 11
