"""Ingest: batches in, one durable transaction, and what each terminal is to be told once it is committed."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct
from sqlalchemy import Connection, Engine

from central.ingest.answer import Answer
from central.ingest.keyring import Introduction
from central.ingest.opening import Opener, Run, RunRefused
from central.ingest.placing import Placing
from central.ledger.alerts import raise_alert
from central.ledger.ledger import Ledger, Writing, has_merged
from central.ledger.programme import programme_of
from central.ledger.rules import RulesShelf
from central.ledger.terminals import mark_seen, note_key
from central.settings import Limits
from central.store.engine import reading, writing
from firmware.mqtt.errors import MessageError

__all__ = ["MANY", "Done", "Ingest"]

MANY = 200
"""With so many entries in one transaction a backlog is being drained: standings wait, to be folded once for several."""
MOST_DUE = 10_000
"""Entries that may wait to be folded."""


class Done(Struct, frozen=True):
    """A committed transaction: what to answer, and what happened for the metrics."""

    answers: list[Answer]
    epoch: int
    members_changed: int
    recorded: int
    outcomes: Counter[str]
    """Batches by what became of them."""
    refusals: Counter[str]
    """Batches that were not looked at further, by the code of their fault."""


class _Read(Struct):
    """What a group of messages holds, before anything is looked up."""

    runs: list[Run]
    introductions: list[Introduction]
    refused: list[tuple[str, RunRefused]]
    dropped: list[tuple[str, MessageError]]


class Ingest:
    """The one writer of entries."""

    def __init__(self, engine: Engine, opener: Opener, limits: Limits) -> None:
        self._engine = engine
        self._opener = opener
        self._limits = limits
        self._ledger = Ledger()
        self._rules = RulesShelf()

    @property
    def settled(self) -> bool:
        """Whether everything that was recorded is known to be in the standings of members."""
        return self._ledger.settled

    def settle(self, now: int) -> int:
        """Bring what was recorded, merged, or changed in measures into the standings; returns how many members changed.

        Of members whose standings are in other measures, only some are taken at a time: call it again and again.
        """
        with reading(self._engine) as connection:
            in_force = self._rules.load(connection)
            merged = has_merged(connection)
        if self._ledger.settled and self._ledger.measured_since == in_force.measures_since and not merged:
            return 0
        with self._transaction() as connection:
            book = Writing(connection, self._ledger, in_force, now)
            self._ledger.take_merged(connection)
            self._ledger.take_stale(connection, in_force)
            return book.finish(folding=True)

    def take(self, messages: list[tuple[str, bytes]], now: int) -> Done:
        """Record the batches that terminals sent, all in one transaction; on an error nothing of it is recorded."""
        read = self._read(messages, now)
        try:
            with self._transaction() as connection:
                return self._recorded(connection, read, now)
        except BaseException:
            for introduction in read.introductions:
                self._opener.forget(introduction)
            raise

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with writing(self._engine) as connection:
                yield connection
        except BaseException:
            self._ledger.clear()
            raise

    def _read(self, messages: list[tuple[str, bytes]], now: int) -> _Read:
        read = _Read([], [], [], [])
        for terminal, message in messages:
            try:
                run, introduction = self._opener.opened(terminal, message, now)
            except RunRefused as refused:
                read.refused.append((terminal, refused))
            except MessageError as error:
                read.dropped.append((terminal, error))
            else:
                read.runs.append(run)
                read.introductions += [] if introduction is None else [introduction]
        return read

    def _recorded(self, connection: Connection, read: _Read, now: int) -> Done:
        book = Writing(connection, self._ledger, self._rules.load(connection), now)
        placing = Placing(connection, self._ledger, book, self._limits, now)
        answers: dict[str, Answer] = {}
        for new in read.introductions:
            note_key(connection, new.kid, new.terminal, new.certificate, now)
        for run in read.runs:
            placing.place(run, answers.setdefault(run.terminal, Answer(run.terminal)))
        for terminal, refused in read.refused:
            answer = answers.setdefault(terminal, Answer(terminal))
            answer.refused += [] if refused.refusal is None else [refused.refusal]
            raise_alert(connection, "batch refused", (terminal, refused.code), str(refused), now)
        for terminal in answers:
            mark_seen(connection, terminal, placing.shops.get(terminal), now)
        few = placing.recorded < MANY or self._ledger.due.entries > MOST_DUE
        changed = book.finish(folding=few)
        placing.look_back()
        faults = [refused.code for _, refused in read.refused] + [error.code for _, error in read.dropped]
        epoch = programme_of(connection).epoch
        return Done(list(answers.values()), epoch, changed, placing.recorded, placing.outcomes, Counter(faults))
