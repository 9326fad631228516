"""From a signed message to a run of entries whose chain holds, without looking at what is already recorded."""

import msgspec
from msgspec import Raw, Struct

from central.ingest.keyring import Introduction, Keyring
from firmware.entries import Break, Chained, EntryId, check_run
from firmware.mqtt.errors import MessageError, MessageMalformed, MessageMisdirected
from firmware.mqtt.messages import UNREADABLE, Batch, Refusal, decode
from firmware.mqtt.signing import parse_signed

__all__ = ["Opener", "Run", "RunRefused", "run_of"]


class Run(Struct, frozen=True):
    """A contiguous run of one life's entries after the hash `prev`, whose own chain holds; `end` is the last hash."""

    terminal: str
    life: str
    first: int
    prev: str
    bodies: list[Raw]
    links: list[Chained]
    end: str
    message: bytes
    """The batch they came in, for holding."""

    @property
    def last(self) -> int:
        return self.first + len(self.links) - 1

    def hash_at(self, seq: int) -> str:
        """The hash of its entry with that sequence, or of the one just before it."""
        return self.end if seq == self.last else self.links[seq + 1 - self.first].prev


class RunRefused(Exception):
    """An authenticated batch that is not recorded; `refusal` tells its terminal why, where the batch could be read."""

    def __init__(self, code: str, detail: str, refusal: Refusal | None) -> None:
        super().__init__(f"{code}: {detail}; the batch was not recorded, the terminal keeps its entries")
        self.code = code
        self.refusal = refusal


class Opener:
    """Opens batches: the signature first, then the message, then the chain."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def forget(self, introduction: Introduction) -> None:
        """Have a key introduce itself again, as it could not be recorded."""
        self._keyring.forget(introduction.kid)

    def opened(self, terminal: str, message: bytes, now: int) -> tuple[Run, Introduction | None]:
        """The run that a terminal's message carries, and its key if it is new; raises MessageError, RunRefused."""
        payload, introduction = self._keyring.proved(parse_signed(message), terminal, now)
        try:
            return run_of(terminal, payload), introduction
        except MessageError as error:
            raise RunRefused(error.code, error.detail[:200], _refusal(payload, error.code, error.detail)) from None


def run_of(terminal: str, payload: bytes) -> Run:
    """The run in a batch whose signature was proved; raises MessageError, RunRefused."""
    batch = decode(payload, Batch)
    if batch.terminal != terminal:
        raise MessageMisdirected(f"on the topic of {terminal}, it names {batch.terminal}")
    count = batch.last - batch.first + 1
    if count != len(batch.entries):
        raise MessageMalformed(f"{len(batch.entries)} entries where first and last say {count}")
    run = check_run(EntryId(terminal, batch.life, batch.first), batch.prev, map(memoryview, batch.entries))
    if isinstance(run, Break):
        refusal = Refusal(batch.life, batch.first, batch.last, run.fault, f"{run.at}: {run.detail}"[:200])
        raise RunRefused(run.fault, run.detail, refusal)
    links, end = run
    return Run(terminal, batch.life, batch.first, batch.prev, batch.entries, links, end, payload)


class _Span(Struct):
    life: str
    first: int
    last: int


def _refusal(payload: bytes, code: str, detail: str) -> Refusal | None:
    """As much of an answer as an unreadable batch lets be made."""
    try:
        span = msgspec.json.decode(payload, type=_Span)
        return msgspec.convert(
            {"life": span.life, "first": span.first, "last": span.last, "code": code, "detail": detail[:200]}, Refusal
        )
    except UNREADABLE:
        return None
