"""A terminal that sells once by itself: `… STAGE FAULT [PAGES]`, PAGES for a log that is folded in so early.

It marks `shown ENTRY` before a result can be seen, `marking ENTRY` before it notes in the journal that it was seen, and
`marked ENTRY` once that is noted.
"""

import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from firmware.app import Terminal, assemble
from firmware.commands.configured import entered
from firmware.entries import Identified
from firmware.flow.effects import CommitPurchase, Effect, MarkShown, Show
from firmware.flow.events import CodeSeen, Event, KeyPressed
from firmware.flow.moment import Moment
from firmware.journal import JournalReader
from firmware.runner import Performer
from tests.cuts.programs.planting import connecting, one_by_one, unsynced_journal
from tests.cuts.recording import mark
from tests.cuts.trials.shop import MEMBER, config_of, journal_of
from tests.scenarios.power_cut.dying import SALE

PATIENCE = 30.0


class Telling:
    """Performs what it is given, and marks what a customer may have seen."""

    def __init__(self, inner: Performer) -> None:
        self._inner = inner
        self.marked = threading.Event()

    def perform(self, effect: Effect, moment: Moment) -> Iterable[Event]:
        if isinstance(effect, Show) and effect.result is not None:
            mark(f"shown {effect.result}")
        if isinstance(effect, MarkShown):
            mark(f"marking {effect.entry}")
        answers = list(self._inner.perform(effect, moment))
        if isinstance(effect, MarkShown):
            mark(f"marked {effect.entry}")
            self.marked.set()
        return answers


class Hasty(Telling):
    """Shows the result before it commits."""

    def __init__(self, inner: Performer, journal: Path) -> None:
        super().__init__(inner)
        self._journal = journal

    def perform(self, effect: Effect, moment: Moment) -> Iterable[Event]:
        if isinstance(effect, CommitPurchase):
            reader = JournalReader(self._journal)
            newest = reader.heads()[-1]
            mark(f"shown {reader.terminal}/{newest.life}/{newest.seq + 2}")
            reader.close()
        return super().perform(effect, moment)


def sell(terminal: Terminal, telling: Telling) -> None:
    """Do what clerk and customer do, then stop the terminal once the result was marked as shown."""
    *keys, book = SALE
    for key in keys[:2]:
        terminal.runner.post(KeyPressed(key))
    terminal.runner.post(CodeSeen(MEMBER, Identified.STATIC))
    for key in (*keys[2:], book):
        terminal.runner.post(KeyPressed(key))
    telling.marked.wait(PATIENCE)
    terminal.stop()


FAULTS: dict[str, Callable[[], None]] = {
    "": lambda: None,
    "unsynced": unsynced_journal,
    "shown-first": lambda: None,
    "one-by-one": one_by_one,
}


def main(stage: str, fault: str, pages: str = "1000") -> None:
    """Run until the sale is over."""
    if pages != "1000":
        connecting(f"wal_autocheckpoint = {pages}")
    FAULTS[fault]()
    made: list[Telling] = []

    def around(inner: Performer) -> Performer:
        made.append(Hasty(inner, journal_of(Path(stage) / "disk")) if fault == "shown-first" else Telling(inner))
        return made[0]

    terminal = assemble(entered(config_of(Path(stage))), lambda *_, **__: None, around)
    threading.Thread(target=sell, args=(terminal, made[0]), daemon=True).start()
    terminal.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
