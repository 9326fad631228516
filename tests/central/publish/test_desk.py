"""What terminals say beside their batches, and what they are answered."""

from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from central.store.engine import reading
from central.store.schema import terminals
from firmware.mqtt import topics
from firmware.mqtt.messages import (
    Acknowledgement,
    Document,
    DocumentRequest,
    Mark,
    MemberChanges,
    MemberRequest,
    MemberResponse,
    Presence,
    encode,
)
from firmware.score.rules import default_rules, encode_rules
from tests.central.office import Office
from tests.central.records import BERT, HANA, NOW, Record, sale

FIRST, SECOND = "a" * 16, "b" * 16
QUESTION = "c" * 16


def presence(state: Any = "online", birth: str = FIRST, at: int = NOW, terminal: str = "t-1") -> bytes:
    return encode(Presence(terminal=terminal, state=state, birth=birth, at=at, release="9.9"))


def state(office: Office) -> str:
    with reading(office.engine) as connection:
        return str(connection.execute(select(terminals.c.state)).scalar_one())


def asked(name: Any, have: int = 0) -> bytes:
    return encode(DocumentRequest(id=QUESTION, terminal="t-1", name=name, have=have))


def test_a_terminal_that_says_it_is_there_is_told_every_life_recorded_of_it(office: Office, record: Record) -> None:
    first = record.head
    record.begin()
    office.take(("t-1", record.batch(life=0)), ("t-1", record.batch()))
    (answer,) = office.say("t-1", topics.PRESENCE, presence())
    assert isinstance(answer, Acknowledgement)
    assert (answer.to, answer.epoch, answer.time, answer.complete) == ("t-1", 1, NOW, True)
    assert answer.heads == [first, record.head]


def test_a_terminal_nothing_is_recorded_of_is_told_just_that(office: Office) -> None:
    (answer,) = office.say("t-1", topics.PRESENCE, presence())
    assert isinstance(answer, Acknowledgement)
    assert (answer.heads, answer.complete) == ([], True)


def test_a_terminal_that_is_gone_is_not_answered(office: Office) -> None:
    assert office.say("t-1", topics.PRESENCE, presence("offline")) == []
    assert state(office) == "offline"


def test_the_will_of_an_earlier_connection_does_not_take_a_terminal_offline(office: Office) -> None:
    office.say("t-1", topics.PRESENCE, presence("online", FIRST, NOW))
    office.say("t-1", topics.PRESENCE, presence("online", SECOND, NOW + 60))
    office.say("t-1", topics.PRESENCE, presence("offline", FIRST, NOW))
    assert state(office) == "online"
    office.say("t-1", topics.PRESENCE, presence("offline", SECOND, NOW + 60))
    assert state(office) == "offline"


def test_a_late_will_beside_the_next_birth_leaves_the_birth_answered(office: Office) -> None:
    both = [presence("online", SECOND, NOW + 60), presence("offline", FIRST, NOW)]
    office.desk.hear([("t-1", topics.PRESENCE, payload) for payload in both], office.now)
    assert [type(one.message) for one in office.sent] == [Acknowledgement]
    assert state(office) == "online"


def test_the_will_of_a_connection_that_central_has_missed_counts(office: Office) -> None:
    office.say("t-1", topics.PRESENCE, presence("online", FIRST, NOW))
    office.say("t-1", topics.PRESENCE, presence("offline", SECOND, NOW + 60))
    assert state(office) == "offline"


def test_a_terminal_that_has_seen_a_higher_epoch_is_told_of_until_it_has_not(office: Office) -> None:
    said = Presence(terminal="t-1", state="online", birth=FIRST, at=NOW, epoch=3)
    office.say("t-1", topics.PRESENCE, encode(said))
    assert office.alerts() == {"epoch behind": "epoch"}
    office.say("t-1", topics.PRESENCE, presence())
    assert office.alerts() == {}


def test_rules_come_whole_whatever_the_terminal_has(office: Office) -> None:
    (answer,) = office.say("t-1", topics.REQUEST, asked("rules", have=99))
    assert isinstance(answer, Document)
    assert (answer.id, answer.name, answer.base, answer.version, answer.more) == (QUESTION, "rules", 0, 1, False)
    assert bytes(answer.body) == encode_rules(default_rules())


def members(office: Office, have: int) -> tuple[Document, MemberChanges]:
    (answer,) = office.say("t-1", topics.REQUEST, asked("members", have))
    assert isinstance(answer, Document)
    return answer, msgspec.json.decode(answer.body, type=MemberChanges)


def test_members_come_whole_and_then_only_what_changed(office: Office, record: Record) -> None:
    record.add(sale(member=HANA))
    office.take(("t-1", record.batch()))
    whole, first = members(office, 0)
    assert (whole.base, [one.member for one in first.changed]) == (0, [HANA])
    assert first.through == [Mark(record.life, 2)]
    record.add(sale(member=BERT))
    office.take(("t-1", record.batch(3)))
    delta, second = members(office, whole.version)
    assert (delta.base, [one.member for one in second.changed]) == (whole.version, [BERT])
    assert members(office, delta.version)[1].changed == []


def test_many_members_come_in_parts(office: Office, record: Record) -> None:
    for number in range(620):
        record.add(sale(member=f"12345{number:07d}00"))
    office.take(("t-1", record.batch()))
    part, first = members(office, 0)
    rest, second = members(office, part.version)
    assert (part.more, rest.more, rest.base) == (True, False, part.version)
    assert len({one.member for one in first.changed + second.changed}) == 620


def test_what_a_terminal_counted_in_another_epoch_is_answered_with_a_whole(office: Office) -> None:
    answer, _ = members(office, 1 << 41)
    assert answer.base == 0


def test_one_member_is_answered_as_seen_from_the_shop_that_asks(office: Office, record: Record) -> None:
    record.add(sale())
    office.take(("t-1", record.batch()))
    question = MemberRequest(id=QUESTION, terminal="t-1", member=HANA, expires=NOW + 1)
    (answer,) = office.say("t-1", topics.REQUEST, encode(question))
    assert isinstance(answer, MemberResponse)
    assert (answer.id, answer.member, answer.expires) == (QUESTION, HANA, NOW + 1)
    assert answer.record == office.record(HANA, "shop-1")
    assert answer.through == [Mark(record.life, 2)]


def test_a_code_nobody_knows_is_answered_with_nothing(office: Office) -> None:
    question = MemberRequest(id=QUESTION, terminal="t-1", member=HANA, expires=NOW + 1)
    (answer,) = office.say("t-1", topics.REQUEST, encode(question))
    assert isinstance(answer, MemberResponse)
    assert answer.record is None


def test_a_question_that_has_expired_is_not_answered(office: Office) -> None:
    question = MemberRequest(id=QUESTION, terminal="t-1", member=HANA, expires=NOW)
    assert office.say("t-1", topics.REQUEST, encode(question)) == []


@pytest.mark.parametrize(
    ("kind", "payload", "code"),
    [
        (topics.PRESENCE, presence()[:-1], "malformed"),
        (topics.PRESENCE, b"", "malformed"),
        (topics.PRESENCE, b"\xff", "malformed"),
        (topics.PRESENCE, b"[" * 9000, "malformed"),
        (topics.PRESENCE, presence().replace(b'"v":1', b'"v":2'), "unsupported"),
        (topics.PRESENCE, presence().replace(b'"v":1', b'"v":1,"w":1'), "malformed"),
        (topics.PRESENCE, presence().replace(b'"at":1', b'"at":"1"'), "malformed"),
        (topics.PRESENCE, presence() + b" " * 2**14, "too-large"),
        (topics.PRESENCE, presence(terminal="t-2"), "misdirected"),
        (topics.PRESENCE, asked("rules"), "unsupported"),
        (topics.REQUEST, presence(), "unsupported"),
        (topics.REQUEST, asked("horoscopes"), "malformed"),
        (topics.REQUEST, asked("rules", have=-1), "malformed"),
        (topics.REQUEST, asked("rules").replace(b'"t-1"', b'"t-2"'), "misdirected"),
        (topics.REQUEST, asked("rules") + b" " * 2**12, "too-large"),
        ("gossip", presence(), "unsupported"),
    ],
)
def test_a_bad_message_is_counted_by_its_fault_and_changes_nothing(
    office: Office, kind: str, payload: bytes, code: str
) -> None:
    assert office.say("t-1", kind, payload) == []
    assert f'habitue_messages_refused_total{{code="{code}"}} 1.0' in office.metrics.text().decode()
    with reading(office.engine) as connection:
        assert connection.execute(select(terminals)).all() == []


def test_a_member_is_answered_with_the_lives_that_hold_something_of_them_however_many_there_are(
    office: Office, record: Record
) -> None:
    record.add(sale(member=BERT))
    first = record.head
    for _ in range(20):
        record.begin()
    record.add(sale(member=HANA))
    office.take(*(("t-1", record.batch(life=life)) for life in range(len(record.lives))))
    request = MemberRequest(id=QUESTION, terminal="t-1", member=BERT, expires=NOW + 1)
    (answer,) = office.say("t-1", topics.REQUEST, encode(request))
    assert isinstance(answer, MemberResponse)
    assert answer.through == [Mark(life=first.life, seq=first.seq)]
