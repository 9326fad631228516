"""Deciding on one question for a right, within the transaction that makes the decision durable."""

from msgspec import Struct
from sqlalchemy import Connection

from central.ledger.granting import OpenRight
from central.ledger.restanding import UNKNOWN_HEAD, unheard
from central.rights.finding import QUARANTINED, WAITING, Found, elsewhere, found, held_of
from central.rights.giving import given
from central.rights.letters import Letters
from central.rights.proving import ATTEMPTS, Proving
from central.rights.standings import Standings
from central.rights.waiting import Waiter, Waiting
from firmware.mqtt.messages import RightRequest

__all__ = ["Deciding", "Room"]

HELD_ELSEWHERE = "held-elsewhere"


class Room(Struct, frozen=True):
    """What outlives a transaction: who waits, who was told what, and what was tried."""

    waiting: Waiting
    standings: Standings
    proving: Proving


class Deciding:
    """Answers questions; what it says is in `letters`, and who has to wait in the room."""

    def __init__(self, connection: Connection, room: Room, letters: Letters, now: int, moment: float) -> None:
        self._connection = connection
        self._room = room
        self._letters = letters
        self._now = now
        self._moment = moment
        self.closed = bool(unheard(connection))
        """Whether nothing may be granted: not every terminal has been heard since a restore."""

    def answer(self, request: RightRequest, proved: bool | str) -> None:
        """Grant, recall and let wait, or refuse with a reason; `proved` may be one already."""
        reason = proved if isinstance(proved, str) else self.bar(request.terminal)
        if reason is None:
            reason = self._asked(request, bool(proved))
        if reason is not None:
            self._letters.refuse(request.terminal, request.id, reason)

    def retry(self, about: str) -> None:
        """See whether the first who waits for that right can have it now; the others then have come too late."""
        first, *late = self._room.waiting.of(about)
        if self.bar(first.terminal) is not None or elsewhere(self._connection, about, first.terminal):
            return
        for waiter in (first, *late):
            self._room.waiting.drop(waiter)
        reason = given(self._connection, self._letters, first, self._now)
        if reason is not None and first.answers:
            self._letters.refuse(first.terminal, first.id, reason)
        for waiter in [one for one in late if one.answers]:
            self._letters.refuse(waiter.terminal, waiter.id, HELD_ELSEWHERE)

    def lose_patience(self, waiter: Waiter) -> None:
        """The holder does not answer: give what lies outside its right, or say where the right is."""
        self._room.waiting.told(waiter)
        apart = waiter.proved and self.bar(waiter.terminal) is None
        if not apart or given(self._connection, self._letters, waiter, self._now) is not None:
            self._letters.refuse(waiter.terminal, waiter.id, HELD_ELSEWHERE)

    def recall_from(self, terminal: str) -> None:
        """Ask a terminal that is there again for the rights that somebody waits for."""
        for about in self._room.waiting.abouts():
            for held in held_of(self._connection, about):
                if held.terminal == terminal and any(one.terminal != terminal for one in self._room.waiting.of(about)):
                    self._letters.recall(held)

    def bar(self, terminal: str) -> str | None:
        """Why nothing at all can be granted to a terminal."""
        if self.closed:
            return WAITING
        standing = self._room.standings.of(self._connection, terminal)
        if standing.confirmed is None:
            return WAITING if standing.reason == UNKNOWN_HEAD else QUARANTINED
        return None

    def _asked(self, request: RightRequest, proved: bool) -> str | None:
        wanted = found(self._connection, self._room.proving, request, self._now)
        if not isinstance(wanted, Found):
            return wanted
        waiter = Waiter(request.terminal, wanted.about, wanted.whose, request.id, request.expires, self._moment, proved)
        others = elsewhere(self._connection, wanted.about, request.terminal)
        if not proved and not self._room.proving.move_unproved(self._connection, request.terminal, self._now):
            return ATTEMPTS
        return self._await(waiter, others) if others else given(self._connection, self._letters, waiter, self._now)

    def _await(self, waiter: Waiter, others: list[OpenRight]) -> str | None:
        if not self._room.waiting.add(waiter):
            return ATTEMPTS
        there = [one for one in others if self._room.standings.reachable(self._connection, one.terminal)]
        for held in there:
            self._letters.recall(held)
        if len(there) < len(others):
            self.lose_patience(waiter)
        return None
