"""A clerk signs on: number, and PIN where there is a list of clerks."""

from firmware.flow.effects import CheckClerk, Give
from firmware.flow.events import ClerkKnown, ClerkRefused, KeyPressed
from firmware.flow.keys import Key, Signal
from firmware.flow.session import State
from firmware.flow.turn import Step, Turn, at_rest, noticed, replaced, stay, waiting

__all__ = ["CLERK_DIGITS", "PIN_DIGITS", "key", "key_while_pin_wanted", "known", "refused"]

CLERK_DIGITS = 8
PIN_DIGITS = 12


def key(turn: Turn, event: KeyPressed) -> Step:
    """Take the clerk's number."""
    session, pressed = turn.session, event.key
    if pressed.isdigit():
        digits = (session.digits + pressed.value)[:CLERK_DIGITS]
        return waiting(turn, replaced(session, digits=digits)), []
    if pressed is Key.BACKSPACE:
        return waiting(turn, replaced(session, digits=session.digits[:-1])), []
    if pressed is not Key.ENTER or not session.digits:
        return at_rest(turn), []
    if turn.settings.clerks:
        return waiting(turn, replaced(session, state=State.PIN_WANTED, second="")), []
    return _signed_on(turn, session.digits)


def key_while_pin_wanted(turn: Turn, event: KeyPressed) -> Step:
    """Take the PIN."""
    session, pressed = turn.session, event.key
    if pressed.isdigit():
        return waiting(turn, replaced(session, second=(session.second + pressed.value)[:PIN_DIGITS])), []
    if pressed is Key.BACKSPACE:
        return waiting(turn, replaced(session, second=session.second[:-1])), []
    if pressed is Key.ENTER and session.second:
        return waiting(turn, replaced(session, second="")), [CheckClerk(session.digits, session.second, manager=False)]
    return at_rest(turn), []


def known(turn: Turn, event: ClerkKnown) -> Step:
    """Number and PIN fit."""
    return _signed_on(turn, event.clerk) if event.clerk == turn.session.digits else stay(turn)


def refused(turn: Turn, event: ClerkRefused) -> Step:
    """They do not."""
    return noticed(turn, event.reason, session=at_rest(turn))


def _signed_on(turn: Turn, clerk: str) -> Step:
    signed_on = replaced(turn.session, clerk=clerk)
    return at_rest(Turn(turn.settings, signed_on, turn.moment)), [Give(Signal.READY)]
