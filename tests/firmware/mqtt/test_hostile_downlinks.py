"""Whatever comes down, from whoever holds the broker: named, dropped, and nothing is changed by it."""

from collections.abc import Iterator

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from msgspec import Raw

from firmware.mqtt import topics
from firmware.mqtt.downlink import LIMITS
from firmware.mqtt.events import (
    AcknowledgementArrived,
    DocumentArrived,
    LinkUp,
    MemberArrived,
    RightArrived,
    RightRecalled,
    StandingArrived,
    SyncProblem,
    TimeArrived,
)
from firmware.mqtt.messages import (
    Acknowledgement,
    Document,
    Head,
    MemberResponse,
    Presence,
    RightGrant,
    RightRecall,
    RightStanding,
    Versions,
    encode,
)
from firmware.mqtt.signing import Signer
from provisioning.broker import Broker
from provisioning.ca import load
from tests.firmware.mqtt.centrals import NOW, SmallCentral
from tests.firmware.mqtt.links import Link, link, settings_for

EPOCH = 3
FORGED = Acknowledgement(to="t-1", epoch=EPOCH, time=NOW, heads=[Head("0" * 15 + "1", 1, "ab" * 32)], complete=True)


OF_RIGHTS = (RightArrived, RightRecalled, StandingArrived)
RIGHTS = {
    "grant": RightGrant(to="t-1", epoch=EPOCH, time=NOW, right=7, id=None, member="12345000001234", lots=[]),
    "recall": RightRecall(to="t-1", epoch=EPOCH, time=NOW, right=7, member="12345000001234"),
    "standing": RightStanding(to="t-1", epoch=EPOCH, time=NOW, confirmed="0" * 15 + "1", reason=""),
}


@pytest.fixture
def central(broker: Broker) -> Iterator[SmallCentral]:
    with SmallCentral(broker) as central:
        central.deaf = True
        central.answers_births = False
        central.epoch = EPOCH
        yield central


@pytest.fixture
def terminal(broker: Broker, central: SmallCentral) -> Iterator[Link]:
    with link(broker, settings_for(broker, epoch=EPOCH)) as terminal:
        terminal.reactor.wait_for(LinkUp)
        yield terminal
        assert terminal.reactor.count(AcknowledgementArrived) == 0
        assert terminal.reactor.count(DocumentArrived) == 0
        assert terminal.reactor.count(MemberArrived) == 0
        assert not [event for event in terminal.reactor.events if isinstance(event, OF_RIGHTS)]
        assert terminal.journal.pending().count == 1


def test_a_forged_acknowledgement_is_dropped_by_name(central: SmallCentral, terminal: Link) -> None:
    central.tell(topics.ACKNOWLEDGEMENT, FORGED, signer=Signer(generate_private_key(SECP256R1()), []))
    assert "nothing was changed" in terminal.reactor.problem("forged").detail


def test_a_terminals_own_key_cannot_speak_for_central(broker: Broker, central: SmallCentral, terminal: Link) -> None:
    other = load(broker.authority.terminal("t-2"))
    central.tell(topics.ACKNOWLEDGEMENT, FORGED, signer=Signer(other.key, other.chain_der))
    terminal.reactor.problem("forged")


def test_an_acknowledgement_of_an_older_epoch_is_refused(central: SmallCentral, terminal: Link) -> None:
    central.tell(topics.ACKNOWLEDGEMENT, msgspec.structs.replace(FORGED, epoch=EPOCH - 1))
    assert "of epoch 2, 3 has been seen" in terminal.reactor.problem("stale").detail


def test_an_acknowledgement_for_another_terminal_is_refused(central: SmallCentral, terminal: Link) -> None:
    central.tell(topics.ACKNOWLEDGEMENT, msgspec.structs.replace(FORGED, to="t-2"))
    assert "it is for t-2" in terminal.reactor.problem("misdirected").detail


def test_the_answer_to_a_question_never_asked_is_refused(central: SmallCentral, terminal: Link) -> None:
    response = MemberResponse(
        to="t-1", epoch=EPOCH, time=NOW, id="f" * 16, expires=NOW + 9, member="12345000001234", record=None, through=[]
    )
    central.tell(topics.MEMBER_RESPONSE, response)
    terminal.reactor.problem("stale")


def test_yesterdays_document_played_back_is_refused(central: SmallCentral, terminal: Link) -> None:
    """It was signed by central, for this terminal, in this epoch: but nobody asked for it now."""
    central.tell(
        topics.DOCUMENT,
        Document(
            to="t-1", epoch=EPOCH, time=NOW, id="ab" * 8, name="rules", base=0, version=1, more=False, body=Raw(b"{}")
        ),
    )
    assert "answers no question" in terminal.reactor.problem("stale").detail


@pytest.mark.parametrize("message", RIGHTS.values(), ids=RIGHTS)
def test_nobody_but_central_says_anything_of_rights(
    broker: Broker, central: SmallCentral, terminal: Link, message: object
) -> None:
    other = load(broker.authority.terminal("t-2"))
    central.tell(topics.RIGHT, message, signer=Signer(other.key, other.chain_der))
    terminal.reactor.problem("forged")


@pytest.mark.parametrize("message", RIGHTS.values(), ids=RIGHTS)
def test_what_an_older_central_said_of_rights_is_stale_and_what_it_says_to_others_not_taken(
    central: SmallCentral, terminal: Link, message: msgspec.Struct
) -> None:
    central.tell(topics.RIGHT, msgspec.structs.replace(message, epoch=EPOCH - 1))
    terminal.reactor.problem("stale")
    central.tell(topics.RIGHT, msgspec.structs.replace(message, to="t-2"))
    terminal.reactor.problem("misdirected")


def test_a_grant_under_the_id_of_no_open_question_is_refused(central: SmallCentral, terminal: Link) -> None:
    central.grant("12345000001234", 7, "f" * 16)
    assert "answers no question" in terminal.reactor.problem("stale").detail


def test_a_message_of_another_kind_than_its_topic_is_refused(central: SmallCentral, terminal: Link) -> None:
    central.tell(topics.DOCUMENT, FORGED)
    terminal.reactor.problem("unsupported")


def test_a_message_on_a_topic_that_is_none_is_refused(central: SmallCentral, terminal: Link) -> None:
    central.tell("order", FORGED)
    terminal.reactor.problem("foreign-topic")


ENVELOPE = {"protected": "e30", "payload": "e30", "signature": "e30"}
GARBAGE = {
    "nothing": b"",
    "rubbish": b"\xff\xfe\x00",
    "no object": b"[1,2,3]",
    "an unsigned message": encode(FORGED),
    "a truncated envelope": msgspec.json.encode(ENVELOPE)[:-5],
    "numbers for texts": b'{"protected":1,"payload":2,"signature":3}',
    "an unknown key": msgspec.json.encode({**ENVELOPE, "extra": 1}),
    "no base64": msgspec.json.encode({**ENVELOPE, "payload": "%%%"}),
    "thousands of brackets": b"[" * 50_000,
}


@pytest.mark.parametrize("payload", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_malformed(central: SmallCentral, terminal: Link, payload: bytes) -> None:
    central.publish(topics.down("t-1", topics.ACKNOWLEDGEMENT), payload)
    terminal.reactor.problem("malformed")


SIGNED = {
    "another version": (b'{"kind":"acknowledgement","v":2}', "unsupported"),
    "an unknown kind": (b'{"kind":"order","v":1}', "unsupported"),
    "an uplink's kind": (
        encode(Presence(terminal="t-1", state="online", birth="0" * 16, at=1)),
        "unsupported",
    ),
    "a missing field": (b'{"kind":"acknowledgement","v":1,"to":"t-1","epoch":3}', "malformed"),
    "a wrong type": (encode(FORGED).replace(b'"epoch":3', b'"epoch":"3"'), "malformed"),
    "a negative epoch": (encode(FORGED).replace(b'"epoch":3', b'"epoch":-3'), "malformed"),
    "an unknown field": (encode(FORGED)[:-1] + b',"also":1}', "malformed"),
    "two documents": (encode(FORGED) * 2, "malformed"),
    "thousands of brackets": (b'{"kind":"acknowledgement","v":1,"heads":' + b"[" * 50_000, "malformed"),
}


@pytest.mark.parametrize(("payload", "code"), SIGNED.values(), ids=SIGNED)
def test_not_even_central_can_say_what_is_no_message(
    central: SmallCentral, terminal: Link, payload: bytes, code: str
) -> None:
    central.publish(topics.down("t-1", topics.ACKNOWLEDGEMENT), central.signer.sign(payload))
    terminal.reactor.problem(code)


@pytest.mark.parametrize("kind", [topics.ACKNOWLEDGEMENT, topics.MEMBER_RESPONSE, topics.RIGHT])
def test_a_message_over_its_limit_is_dropped_unread(central: SmallCentral, terminal: Link, kind: str) -> None:
    central.publish(topics.down("t-1", kind), b" " * (LIMITS[kind] + 1))
    assert f"the limit is {LIMITS[kind]}" in terminal.reactor.problem("too-large").detail


def test_a_flood_of_garbage_is_told_once_and_does_not_stop_what_is_good(central: SmallCentral, terminal: Link) -> None:
    terminal.sync.have({"rules": 9, "members": 9})
    central.wait_until(lambda one: len(one.requests) == 2)
    for _ in range(200):
        central.publish(topics.down("t-1", topics.DOCUMENT), b"x")
    good = Versions(to="*", epoch=EPOCH, time=NOW, rules=9, members=10)
    central.publish(topics.VERSIONS, central.signer.sign(encode(good)))
    terminal.reactor.wait_for(TimeArrived)
    told = [event.code for event in terminal.reactor.of(SyncProblem)]
    assert told == ["malformed"]
