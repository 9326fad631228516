"""A link: each message once and in order, over a line that loses, repeats, tears and damages."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.pos import Link, LinkFull, PayloadTooLong
from firmware.pos.frames import MOST_PAYLOAD, Frame, FrameKind, encoded
from firmware.pos.link import ANSWER_SECONDS, MOST_PEERS, MOST_WAITING, TRIES, Arrived, LinkDown, LinkOdd, LinkUp
from tests.firmware.pos.wires import RATE, Wire, frames_in


def data(session: int, sequence: int, payload: bytes = b"x") -> bytes:
    return encoded(Frame(FrameKind.DATA, session, sequence, payload))


def test_messages_arrive_once_and_in_order() -> None:
    wire = Wire()
    for number in range(20):
        wire.near.send(b"%d" % number, wire.now)
    wire.pass_bytes()
    assert wire.arrived == [b"%d" % number for number in range(20)]
    assert wire.at_near == [LinkUp()]
    assert wire.near.due is None
    assert wire.near.up


def test_both_sides_may_speak_at_once() -> None:
    wire = Wire()
    wire.near.send(b"to far", wire.now)
    wire.far.send(b"to near", wire.now)
    wire.pass_bytes()
    assert wire.arrived == [b"to far"]
    assert Arrived(b"to near") in wire.at_near


def test_a_message_that_is_lost_is_sent_again_and_counts_once() -> None:
    wire = Wire()
    lost = iter([[], None])
    wire.to_far = lambda frame: [frame] if next(lost, None) is None else []
    wire.near.send(b"x", wire.now)
    wire.step(5.0)
    assert wire.arrived == [b"x"]


def test_a_lost_acknowledgement_makes_no_second_message() -> None:
    wire = Wire()
    lost = iter([True, True])
    wire.to_near = lambda frame: [] if next(lost, False) else [frame]
    wire.near.send(b"x", wire.now)
    wire.near.send(b"y", wire.now)
    wire.step(5.0)
    assert wire.arrived == [b"x", b"y"]
    assert LinkDown() not in wire.at_near


def test_a_damaged_message_is_asked_for_again_at_once() -> None:
    wire = Wire()
    bad = iter([True])
    wire.to_far = lambda frame: [frame.replace(b"xyz", b"xyy")] if next(bad, False) else [frame]
    wire.near.send(b"xyz", wire.now)
    wire.pass_bytes()
    assert wire.arrived == [b"xyz"]
    assert wire.at_far[0] == LinkOdd("a frame whose check does not fit")
    assert wire.now == 0.0


def test_two_sides_on_a_bad_line_do_not_complain_to_each_other_for_ever() -> None:
    wire = Wire()
    wire.to_far = wire.to_near = lambda frame: [frame[:-2] + b"?\x03"]
    wire.near.send(b"x", wire.now)
    wire.step(60.0)
    assert len(wire.at_far) <= TRIES + 1
    assert len(wire.at_near) <= 2


def test_a_side_that_does_not_answer_is_given_up_after_four_tries() -> None:
    wire = Wire()
    wire.near.send(b"0", wire.now)
    wire.pass_bytes()
    sent: list[bytes] = []
    wire.to_far = lambda frame: sent.append(frame) or []  # type: ignore[func-returns-value]
    for text in (b"1", b"2"):
        wire.near.send(text, wire.now)
    wire.step(60.0)
    assert len(sent) == TRIES
    assert wire.at_near[-1] == LinkDown()
    assert not wire.near.up
    assert wire.near.due is None


def test_what_was_given_up_never_arrives_later_and_what_is_said_then_does() -> None:
    wire = Wire()
    kept: list[bytes] = []
    wire.to_far = lambda frame: kept.append(frame) or []  # type: ignore[func-returns-value]
    wire.near.send(b"old", wire.now)
    wire.step(60.0)
    wire.to_far = lambda frame: [frame]
    wire.near.send(b"new", wire.now)
    wire.step(1.0)
    assert wire.arrived == [b"new"]
    assert wire.near.up
    assert len(kept) == TRIES


def test_a_message_of_an_older_session_counts_no_more() -> None:
    link = Link(7, RATE)
    assert Arrived(b"a") in link.receive(data(1, 1, b"a"), 0.0)
    assert Arrived(b"b") in link.receive(data(2, 1, b"b"), 0.0)
    link.outgoing()
    assert link.receive(data(1, 1, b"a") + data(1, 2, b"c"), 0.0) == [LinkOdd("a message out of its order")] * 2
    assert link.outgoing() == b""


@pytest.mark.parametrize(("session", "counts"), [(99, False), (84, False), (83, True), (101, True), (2**31, True)])
def test_a_message_of_a_session_that_was_given_up_unheard_counts_no_more(session: int, counts: bool) -> None:
    link = Link(7, RATE)
    link.receive(data(100, 1, b"new"), 0.0)
    assert (Arrived(b"old") in link.receive(data(session, 1, b"old"), 0.0)) is counts


def test_sessions_count_round() -> None:
    link = Link(7, RATE)
    link.receive(data(3, 1, b"new"), 0.0)
    assert Arrived(b"old") not in link.receive(data(2**32 - 2, 1, b"old"), 0.0)


def test_so_many_sessions_are_remembered_and_no_more() -> None:
    link = Link(7, RATE)
    for session in range(1, MOST_PEERS + 2):
        link.receive(data(session * 1000, 1), 0.0)
    assert len(link._peers) == MOST_PEERS


@pytest.mark.parametrize("sequence", [4, 7, 9, 65535])
def test_a_message_out_of_its_order_is_dropped_unacknowledged(sequence: int) -> None:
    link = Link(7, RATE)
    link.receive(data(1, 5), 0.0)
    link.outgoing()
    assert link.receive(data(1, sequence), 0.0) == [LinkOdd("a message out of its order")]
    assert link.outgoing() == b""
    assert link.receive(data(1, 6, b"next"), 0.0) == [Arrived(b"next")]


def test_sequences_begin_again_at_one() -> None:
    link = Link(7, RATE)
    link.receive(data(1, 65535), 0.0)
    assert link.receive(data(1, 1, b"next"), 0.0) == [Arrived(b"next")]


def test_an_acknowledgement_of_something_else_is_none() -> None:
    link = Link(7, RATE)
    link.send(b"x", 0.0)
    for session, sequence in ((7, 2), (8, 1)):
        link.receive(encoded(Frame(FrameKind.ACK, session, sequence)), 0.0)
    assert link.due is not None
    link.receive(encoded(Frame(FrameKind.ACK, 7, 1)), 0.0)
    assert link.due is None


def test_a_complaint_about_nothing_is_passed_over() -> None:
    link = Link(7, RATE)
    assert link.receive(encoded(Frame(FrameKind.NAK, 0, 0)), 0.0) == [LinkUp()]
    assert link.outgoing() == b""


def test_complaints_without_end_use_up_the_tries() -> None:
    link = Link(7, RATE)
    link.send(b"x", 0.0)
    nak = encoded(Frame(FrameKind.NAK, 0, 0))
    events = [event for _ in range(10) for event in link.receive(nak, 0.0)]
    assert events == [LinkUp(), LinkDown(), LinkUp()]
    assert len(list(frames_in(link.outgoing()))) == TRIES


def test_a_long_message_on_a_slow_line_is_given_its_time() -> None:
    slow = Link(7, 960)
    slow.send(b"x" * 9600, 0.0)
    assert slow.due is not None
    assert slow.due > 10.0 + ANSWER_SECONDS
    assert slow.tick(10.0) == []


def test_no_more_waits_than_is_kept_and_nothing_too_long() -> None:
    link = Link(7, RATE)
    with pytest.raises(PayloadTooLong):
        link.send(b"x" * (MOST_PAYLOAD + 1), 0.0)
    for _ in range(MOST_WAITING + 1):
        link.send(b"x", 0.0)
    with pytest.raises(LinkFull, match="this one was not sent"):
        link.send(b"x", 0.0)


def test_a_line_that_is_opened_anew_begins_without_what_was_half_done() -> None:
    wire = Wire()
    wire.near.send(b"old", 0.0)
    wire.near.receive(b"\x02half a frame", 0.0)
    wire.near.restart()
    assert wire.near.outgoing() == b""
    assert wire.near.due is None
    wire.near.send(b"new", 0.0)
    wire.pass_bytes()
    assert wire.arrived == [b"new"]


class Line:
    """What hypothesis decides of each frame."""

    def __init__(self, fates: st.DataObject) -> None:
        self._fates = fates
        self._held: list[bytes] = []

    def __call__(self, frame: bytes) -> list[bytes]:
        fate = self._fates.draw(
            st.sampled_from(["well"] * 4 + ["lost", "twice", "torn", "cut", "flipped", "noise", "held"])
        )
        place = self._fates.draw(st.integers(1, len(frame) - 1))
        held, self._held = self._held, [frame] if fate == "held" else []
        arriving = {
            "well": [frame],
            "lost": [],
            "held": [],
            "twice": [frame, frame],
            "torn": [frame[:place], frame[place:]],
            "cut": [frame[:place]],
            "flipped": [frame[:place] + bytes([frame[place] ^ 0x11]) + frame[place + 1 :]],
            "noise": [b"\xff\x02\x00\x03!", frame],
        }
        return [*arriving[fate], *held]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.floats(0.0, 3.0), min_size=1, max_size=12), st.data())
def test_whatever_the_line_does_messages_arrive_once_at_most_and_in_order(
    pauses: list[float], fates: st.DataObject
) -> None:
    wire = Wire()
    wire.to_far, wire.to_near = Line(fates), Line(fates)
    for number, pause in enumerate(pauses):
        wire.near.send(b"%03d" % number, wire.now)
        wire.step(pause)
    wire.step(30.0)
    assert wire.arrived == sorted(set(wire.arrived))
    wire.to_far = wire.to_near = lambda frame: [frame]
    wire.near.send(b"999", wire.now)
    wire.step(5.0)
    assert wire.arrived[-1] == b"999"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=20))
def test_any_bytes_leave_a_link_that_works(chunks: list[bytes]) -> None:
    wire = Wire()
    for chunk in chunks:
        wire.far.receive(chunk, wire.now)
        wire.step(0.3)
    wire.near.send(b"x", wire.now)
    wire.step(10.0)
    assert wire.arrived[-1:] == [b"x"]
