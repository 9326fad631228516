"""The journal as its one writer sees it."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from firmware.entries import (
    GENESIS,
    Act,
    ClockQuality,
    CouponIssued,
    EntryId,
    EntryMalformed,
    Instant,
    LifeEnd,
    Opening,
    Sealed,
    Stamp,
    Start,
    Void,
    decode_entry,
    entry_hash,
    member_of,
    seal,
)
from firmware.journal.acknowledgement import Word, apply_word, missing_heads
from firmware.journal.connection import naming_faults, opening, transaction
from firmware.journal.earnings import earned_between
from firmware.journal.errors import LifeMissing, PlaceUnknown
from firmware.journal.founding import found, open_verified
from firmware.journal.known import Fold, KnownMember
from firmware.journal.lives import life_named
from firmware.journal.lock import WriterLock
from firmware.journal.members import apply_changes, apply_response, drop_unreadable, find, put_views
from firmware.journal.pruning import DAY, Limits, prune_some
from firmware.journal.verify import act_kind
from firmware.mqtt.messages import Head, Mark, MemberChanges, MemberResponse
from firmware.score.standing import MemberRecord

__all__ = ["Journal"]

APPEND = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
NEWEST = """
    SELECT place, l.life, seq, hash, floor FROM entries JOIN lives AS l ON l.number = entries.life
    ORDER BY place DESC LIMIT 1
"""
NEWEST_PURCHASE = "SELECT place, body FROM entries WHERE kind = 'purchase' ORDER BY place DESC LIMIT 1"
VOIDS_SINCE = "SELECT body FROM entries WHERE place > ? AND kind = 'void'"
COUPONS_SINCE = "SELECT body FROM entries WHERE place > ? AND kind = 'coupon-issued'"
NEWEST_RESULT = "SELECT place, body FROM entries WHERE kind IN ('purchase', 'void') ORDER BY place DESC LIMIT 1"


class Tip(msgspec.Struct, frozen=True):
    """The newest entry of the file: what the next one must follow."""

    place: int
    life: str
    seq: int
    hash: str
    floor: Instant


class Journal:
    """One terminal's append-only record; used by one thread at a time. What a method wrote is durable on return."""

    @classmethod
    def open(cls, path: Path, terminal: str) -> "Journal":
        """Open the journal, or begin it where there is none.

        Raises JournalBusy, JournalCorrupt, JournalForeign, JournalNewer, JournalUnwritable.
        """
        with opening(path):
            lock = WriterLock(path)
        try:
            if not path.exists():
                found(path, terminal)
            return cls(path, terminal, lock)
        except BaseException:
            lock.release()
            raise

    def __init__(self, path: Path, terminal: str, lock: WriterLock) -> None:
        """Take over a held lock; use `open`."""
        self.path = path
        self.terminal = terminal
        self._lock = lock
        self._connection = open_verified(path, terminal)
        row = self._connection.execute(NEWEST).fetchone()
        self._tip = Tip(row[0], row[1], row[2], row[3].hex(), row[4]) if row else Tip(0, "", 0, GENESIS, 0)
        self._life: tuple[int, str] | None = None
        with naming_faults(path):
            self.unreadable = drop_unreadable(self._connection)
            """Members forgotten because their bytes had rotted; central is asked for all of its members again."""

    def begin_life(self, life: str, stamp: Stamp, release: str, cause: Start) -> Sealed:
        """Start a life after the newest one, which its opening names; raises JournalFull."""
        tip = self._tip
        previous = LifeEnd(tip.life, tip.seq, tip.hash) if tip.place else None
        opened = seal(EntryId(self.terminal, life, 1), tip.hash, stamp, Opening(previous, cause, release))
        with naming_faults(self.path), transaction(self._connection):
            number = self._connection.execute("SELECT coalesce(max(number), 0) + 1 FROM lives").fetchone()[0]
            self._connection.execute(
                "INSERT INTO lives (number, life, start) VALUES (?, ?, ?)", (number, life, tip.place + 1)
            )
            after = self._append((number, life), tip, [opened])
        self._life = (number, life)
        self._tip = after
        return opened

    def record(self, acts: Sequence[Act], stamp: Stamp, members: Iterable[MemberRecord] = ()) -> list[Sealed]:
        """Commit acts and what members are after them, all in one durable transaction.

        Raises JournalFull, LifeMissing, EntryMalformed; then nothing was recorded.
        """
        if self._life is None:
            raise LifeMissing
        sealed = self._sealed(self._life[1], acts, stamp)
        with naming_faults(self.path), transaction(self._connection):
            after = self._append(self._life, self._tip, sealed)
            put_views(self._connection, members)
        self._tip = after
        return sealed

    def head(self) -> Head | None:
        """The newest entry."""
        return Head(self._tip.life, self._tip.seq, self._tip.hash) if self._tip.place else None

    def member(self, code: str) -> KnownMember | None:
        """The member as known here, None if the code is new."""
        with naming_faults(self.path):
            return find(self._connection, code)

    def earned_between(self, code: str, begins: Instant, ends: Instant) -> int:
        """Points that a member was given here from `begins` until before `ends`, voided purchases aside."""
        with naming_faults(self.path):
            return earned_between(self._connection, code, begins, ends)

    def last_purchase(self) -> Sealed | None:
        """The newest purchase of this journal; None if there is none or it is voided already."""
        with naming_faults(self.path):
            row = self._connection.execute(NEWEST_PURCHASE).fetchone()
            if row is None:
                return None
            purchase = _understood(row[1])
            if purchase is None:
                return None
            voids = [_understood(body) for (body,) in self._connection.execute(VOIDS_SINCE, (row[0],))]
        acts = [void.entry.act for void in voids if void]
        taken_back = {(act.life, act.seq) for act in acts if isinstance(act, Void)}
        return None if (purchase.entry.life, purchase.entry.seq) in taken_back else purchase

    def coupon_issued(self, identity: EntryId) -> bool:
        """Whether a coupon was issued on the result of this entry; raises PlaceUnknown."""
        place = self._place(Mark(identity.life, identity.seq))
        with naming_faults(self.path):
            rows = self._connection.execute(COUPONS_SINCE, (place,)).fetchall()
        acts = [issued.entry.act for (body,) in rows if (issued := _understood(body))]
        return any(isinstance(act, CouponIssued) and (act.life, act.seq) == identity[1:] for act in acts)

    def unshown(self) -> Sealed | None:
        """The newest purchase or void, if its result was not shown yet."""
        with naming_faults(self.path):
            row = self._connection.execute(NEWEST_RESULT).fetchone()
            return _understood(row[1]) if row and row[0] > self._mark("shown") else None

    def mark_shown(self, identity: EntryId) -> None:
        """The result of this entry, and so of all before it, was shown; raises PlaceUnknown, JournalFull."""
        self._raise_mark("shown", self._place(Mark(identity.life, identity.seq)))

    def mark_exported(self, through: Mark) -> None:
        """All entries up to this place were exported; raises PlaceUnknown, JournalFull."""
        self._raise_mark("exported", self._place(through))

    def acknowledge(self, heads: Sequence[Head], epoch: int, complete: bool) -> list[Head]:
        """Take over central's acknowledgement; returns the marks that moved, as they now stand.

        Raises AcknowledgementForeign, AcknowledgementStale, JournalFull; then nothing was changed.
        """
        with naming_faults(self.path), transaction(self._connection):
            return apply_word(self._connection, self.terminal, Word(heads, epoch, complete, self.floor()))

    def missing(self) -> list[Head]:
        """Heads that central holds and this journal does not: it was lost, or its image is an old one."""
        with naming_faults(self.path):
            return missing_heads(self._connection)

    def epoch(self) -> int:
        """The highest epoch of central that was seen."""
        with naming_faults(self.path):
            return self._mark("epoch")

    def apply_members(self, changes: MemberChanges, base: int, version: int, fold: Fold) -> None:
        """Take over a part of the members document; raises DocumentGap, JournalFull, and then changed nothing."""
        with naming_faults(self.path), transaction(self._connection):
            apply_changes(self._connection, changes, base, version, fold)

    def apply_member(self, response: MemberResponse, fold: Fold) -> None:
        """Take over central's word on one member; raises JournalFull."""
        with naming_faults(self.path), transaction(self._connection):
            apply_response(self._connection, response, fold)

    def versions(self) -> dict[str, int]:
        """The held version of each document; one that is not named was never held."""
        with naming_faults(self.path):
            return dict(self._connection.execute("SELECT name, version FROM documents"))

    def note_version(self, name: str, version: int) -> None:
        """Another document than the members, kept elsewhere, is held in this version."""
        with naming_faults(self.path):
            self._connection.execute("INSERT OR REPLACE INTO documents VALUES (?, ?)", (name, version))

    def floor(self) -> Instant:
        """The time below which the clock cannot be right: the newest trusted one recorded or signed by central."""
        with naming_faults(self.path):
            return max(self._tip.floor, self._mark("time"))

    def note_time(self, at: Instant) -> None:
        """Central signed this time."""
        self._raise_mark("time", at)

    def prune(self, now: Instant, keep_days: int = 35, *, alone: bool = False) -> int:
        """Forget what is old and safe elsewhere; returns how many entries went.

        Safe is what central acknowledged, has told of in the member's record since, and still stood by under the same
        epoch so many days later; `alone`, where there is no central, what is so old and was exported. The newest entry
        and one whose result was not shown stay. Raises JournalFull.
        """
        removed = 0
        while went := self.prune_some(now, keep_days, alone=alone):
            removed += went
        return removed

    def prune_some(self, now: Instant, keep_days: int = 35, *, alone: bool = False) -> int:
        """As `prune`, but in one short transaction, so that nobody waits for it; 0 when there is no more to forget."""
        unshown = self.unshown()
        keep_from = self._place(Mark(unshown.entry.life, unshown.entry.seq)) if unshown else self._tip.place
        limits = Limits(now, keep_days * DAY, keep_from, alone)
        with naming_faults(self.path), transaction(self._connection):
            return prune_some(self._connection, limits)

    def close(self) -> None:
        """Fold the write-ahead log into the file and let another writer in."""
        self._connection.close()
        self._lock.release()

    def _sealed(self, life: str, acts: Sequence[Act], stamp: Stamp) -> list[Sealed]:
        sealed: list[Sealed] = []
        prev = self._tip.hash
        for seq, act in enumerate(acts, start=self._tip.seq + 1):
            one = seal(EntryId(self.terminal, life, seq), prev, stamp, act)
            decode_entry(one.body)  # what the wire would refuse is never committed
            sealed.append(one)
            prev = one.hash
        return sealed

    def _append(self, life: tuple[int, str], tip: Tip, sealed: Sequence[Sealed]) -> Tip:
        rows = []
        for one in sealed:
            entry = one.entry
            floor = tip.floor if entry.clock is ClockQuality.DOUBTFUL else max(tip.floor, entry.at)
            tip = Tip(tip.place + 1, life[1], entry.seq, one.hash, floor)
            code = member_of(entry.act)
            member = int(code) if code is not None else None
            kind = act_kind(entry.act)
            rows.append(
                (tip.place, life[0], entry.seq, entry.at, floor, kind, member, one.body, bytes.fromhex(one.hash))
            )
        self._connection.executemany(APPEND, rows)
        return tip

    def _place(self, mark: Mark) -> int:
        with naming_faults(self.path):
            life = life_named(self._connection, mark.life)
        if life is None or not 1 <= mark.seq <= life.last:
            raise PlaceUnknown(mark)
        return life.place(mark.seq)

    def _mark(self, name: str) -> int:
        return int(self._connection.execute("SELECT value FROM marks WHERE name = ?", (name,)).fetchone()[0])

    def _raise_mark(self, name: str, value: int) -> None:
        with naming_faults(self.path):
            self._connection.execute("UPDATE marks SET value = max(value, ?) WHERE name = ?", (value, name))


def _understood(body: bytes) -> Sealed | None:
    """The entry, or None where only a newer release that wrote it can read it."""
    try:
        return Sealed(decode_entry(body), body, entry_hash(body))
    except EntryMalformed:
        return None
