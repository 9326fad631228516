import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, SECP384R1, generate_private_key
from hypothesis import given
from hypothesis import strategies as st

from firmware.mqtt import topics
from firmware.mqtt.downlink import LIMITS, Trust, check_size, received, subscriptions
from firmware.mqtt.errors import (
    MessageError,
    MessageForged,
    MessageMalformed,
    MessageMisdirected,
    MessageStale,
    MessageTooLarge,
    MessageUnsupported,
    TopicForeign,
)
from firmware.mqtt.messages import (
    Acknowledgement,
    Document,
    MemberResponse,
    Presence,
    RightGrant,
    RightRecall,
    RightRefusal,
    RightStanding,
    Versions,
    encode,
)
from firmware.mqtt.signing import Signer

KEY = generate_private_key(SECP256R1())
CENTRAL = Signer(KEY, [])
TRUST = Trust("t-1", KEY.public_key(), 5)
TOKEN = "0" * 16

VERSIONS = Versions(to="*", epoch=5, time=1, rules=1, members=2)
ACKNOWLEDGEMENT = Acknowledgement(to="t-1", epoch=5, time=1, heads=[])
DOCUMENT = Document(
    to="t-1", epoch=5, time=1, id="0" * 16, name="rules", base=0, version=1, more=False, body=msgspec.Raw(b"{}")
)
RESPONSE = MemberResponse(
    to="t-1", epoch=5, time=1, id=TOKEN, expires=9, member="12345000001234", record=None, through=[]
)
RIGHTS = [
    RightGrant(to="t-1", epoch=5, time=1, right=3, id=None, member="12345000001234", lots=[]),
    RightRefusal(to="t-1", epoch=5, time=1, id=TOKEN, reason="nothing"),
    RightRecall(to="t-1", epoch=5, time=1, right=3, member="12345000001234"),
    RightStanding(to="t-1", epoch=5, time=1, confirmed=TOKEN, reason=""),
]
EACH = [
    (topics.VERSIONS, VERSIONS),
    (topics.down("t-1", topics.ACKNOWLEDGEMENT), ACKNOWLEDGEMENT),
    (topics.down("t-1", topics.DOCUMENT), DOCUMENT),
    (topics.down("t-1", topics.MEMBER_RESPONSE), RESPONSE),
    *[(topics.down("t-1", topics.RIGHT), message) for message in RIGHTS],
]
ACK_TOPIC = EACH[1][0]


def signed(message: object, signer: Signer = CENTRAL) -> bytes:
    return signer.sign(encode(message))


@pytest.mark.parametrize(("topic", "message"), EACH)
def test_each_message_is_read_on_its_own_topic(topic: str, message: object) -> None:
    assert encode(received(topic, signed(message), TRUST)) == encode(message)


@pytest.mark.parametrize(("topic", "message"), EACH)
def test_no_message_is_read_on_the_topic_of_another_kind(topic: str, message: object) -> None:
    for other, _ in EACH:
        if other != topic:
            with pytest.raises(MessageUnsupported, match=r"where .* is due"):
                received(other, signed(message), TRUST)


@pytest.mark.parametrize(
    "topic", ["habitue/1/down/t-2/acknowledgement", "habitue/1/down/t-1/order", "habitue/2/down/t-1/document", "", "x"]
)
def test_a_topic_that_is_not_ours_is_named(topic: str) -> None:
    with pytest.raises(TopicForeign, match="nothing was changed"):
        received(topic, signed(ACKNOWLEDGEMENT), TRUST)


def test_another_key_than_centrals_forges() -> None:
    with pytest.raises(MessageForged):
        received(ACK_TOPIC, signed(ACKNOWLEDGEMENT, Signer(generate_private_key(SECP256R1()), [])), TRUST)


def test_a_key_on_another_curve_is_never_believed() -> None:
    other = generate_private_key(SECP384R1())
    with pytest.raises(MessageForged, match="only P-256"):
        received(ACK_TOPIC, signed(ACKNOWLEDGEMENT), Trust("t-1", other.public_key(), 5))


def test_a_message_without_a_signature_is_no_message() -> None:
    with pytest.raises(MessageMalformed):
        received(ACK_TOPIC, encode(ACKNOWLEDGEMENT), TRUST)


def test_another_algorithm_is_not_accepted() -> None:
    envelope = msgspec.json.decode(signed(ACKNOWLEDGEMENT))
    envelope["protected"] = "eyJhbGciOiJub25lIiwia2lkIjoiIn0"  # {"alg":"none","kid":""}
    with pytest.raises(MessageForged, match="only ES256"):
        received(ACK_TOPIC, msgspec.json.encode(envelope), TRUST)


def test_what_is_meant_for_another_terminal_is_refused_though_central_signed_it() -> None:
    with pytest.raises(MessageMisdirected, match="t-2"):
        received(ACK_TOPIC, signed(msgspec.structs.replace(ACKNOWLEDGEMENT, to="t-2")), TRUST)


def test_a_lower_epoch_is_stale_and_a_higher_one_is_read() -> None:
    with pytest.raises(MessageStale, match="epoch 4, 5 has been seen"):
        received(ACK_TOPIC, signed(msgspec.structs.replace(ACKNOWLEDGEMENT, epoch=4)), TRUST)
    assert received(ACK_TOPIC, signed(msgspec.structs.replace(ACKNOWLEDGEMENT, epoch=6)), TRUST).epoch == 6


def test_another_wire_version_is_named() -> None:
    payload = encode(ACKNOWLEDGEMENT).replace(b'"v":1', b'"v":2')
    with pytest.raises(MessageUnsupported, match="wire version 2"):
        received(ACK_TOPIC, CENTRAL.sign(payload), TRUST)


def test_a_terminals_own_kind_of_message_does_not_come_down() -> None:
    presence = Presence(terminal="t-1", state="online", birth=TOKEN, at=1)
    with pytest.raises(MessageUnsupported):
        received(ACK_TOPIC, signed(presence), TRUST)


def test_an_unknown_key_is_malformed() -> None:
    payload = encode(ACKNOWLEDGEMENT)[:-1] + b',"colour":"red"}'
    with pytest.raises(MessageMalformed, match="colour"):
        received(ACK_TOPIC, CENTRAL.sign(payload), TRUST)


@pytest.mark.parametrize(("topic", "message"), EACH)
def test_every_kind_has_a_limit_that_is_looked_at_before_anything_is_read(topic: str, message: object) -> None:
    limit = LIMITS[topic.rpartition("/")[2]]
    check_size(topic, limit)
    with pytest.raises(MessageTooLarge, match=f"the limit is {limit}"):
        received(topic, b"x" * (limit + 1), TRUST)


def test_a_terminal_listens_to_its_own_topics_and_to_versions() -> None:
    assert subscriptions("t-1") == ["habitue/1/down/t-1/+", "habitue/1/down/all/versions"]


@given(st.data())
def test_no_truncation_is_ever_read(data: st.DataObject) -> None:
    topic, message = data.draw(st.sampled_from(EACH))
    whole = signed(message)
    with pytest.raises(MessageError):
        received(topic, whole[: data.draw(st.integers(0, len(whole) - 1))], TRUST)


@given(st.data())
def test_no_changed_byte_is_ever_believed(data: st.DataObject) -> None:
    topic, message = data.draw(st.sampled_from(EACH))
    whole = bytearray(signed(message))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    try:
        back = received(topic, bytes(whole), TRUST)
    except MessageError:
        return
    assert encode(back) == encode(message)  # a change that the signature's own encoding does not carry


@given(st.sampled_from([topic for topic, _ in EACH]), st.binary(max_size=2000))
def test_no_rubbish_raises_anything_but_a_named_error(topic: str, rubbish: bytes) -> None:
    with pytest.raises(MessageError):
        received(topic, rubbish, TRUST)


@given(st.sampled_from([topic for topic, _ in EACH]), st.binary(max_size=2000))
def test_not_even_signed_rubbish_raises_anything_but_a_named_error(topic: str, rubbish: bytes) -> None:
    with pytest.raises(MessageError):
        received(topic, CENTRAL.sign(rubbish), TRUST)
