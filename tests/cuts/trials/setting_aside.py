"""A damaged journal that is set aside: nothing of it may get lost, and the terminal must not keep quiet about it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from firmware.journal import JournalError, open_or_set_aside
from tests.cuts.trials.shop import MEMBER, NOW, TERMINAL, journal_of
from tests.firmware.journal.counter import bought, opened

__all__ = ["SettingAside"]

DAMAGED = b"not a database any more, and long enough to be read as one" * 100


class AsideFacts(Struct, frozen=True):
    """What a start finds."""

    trouble: str = ""
    told: bool = False
    """Whether it says that a journal was set aside."""
    begun: bool = False
    """Whether the journal in use has a life."""
    kept: Mapping[str, int] = {}
    """The bytes of each file that was set aside, once it has started."""


class SettingAside:
    """A terminal starts on a journal whose file is damaged; what is in its log may be all that is left."""

    name = "set aside"

    def command(self, stage: Path, fault: str) -> Sequence[str]:
        """See Trial."""
        return ("tests.cuts.programs.setting_aside", str(stage), fault)

    def prepare(self, stage: Path) -> None:
        """See Trial."""
        path = journal_of(stage / "disk")
        path.parent.mkdir()
        made = stage / "made.sqlite"
        with closing(opened(made)) as journal:
            bought(journal, 3, MEMBER)
            self._log = Path(f"{made}-wal").read_bytes()
        Path(f"{path}-wal").write_bytes(self._log)
        path.write_bytes(DAMAGED)

    def examined(self, disk: Path) -> AsideFacts:
        """See Trial."""
        try:
            journal, aside = open_or_set_aside(journal_of(disk), TERMINAL, NOW)
        except JournalError as error:
            return AsideFacts(str(error))
        with closing(journal):
            kept = {path.name: hash(path.read_bytes()) for path in disk.rglob("*.corrupt*")}
            return AsideFacts("", aside is not None, journal.head() is not None, kept)

    def faults(self, facts: AsideFacts, said: Sequence[str]) -> Iterator[str]:
        """See Trial."""
        if facts.trouble:
            yield facts.trouble
        for what, content in (("file", DAMAGED), ("log", self._log)):
            if hash(content) not in facts.kept.values():
                yield f"the damaged journal's {what} is lost: {', '.join(facts.kept)}"
        if facts.told == facts.begun:
            yield "told of again after a new life" if facts.begun else "nobody is told that a journal was lost"
        if "begun" in said and not facts.begun:
            yield "the new life is lost"
