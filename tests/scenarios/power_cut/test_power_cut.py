"""The terminal is killed before each effect of a sale, one by one, and started again, with a real broker and central.

Whatever the moment: the journal verifies, central ends with the purchase once or not at all, it was never on the
screen without being in the journal, and one that was committed is shown before anything else.
"""

import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from firmware.codes import MemberCode
from firmware.config.terminal import FONT
from firmware.entries import Act, EntryId, Purchase, decode_entry
from firmware.flow.drawing import Face, Painter
from firmware.flow.events import Profile, Result, ResultKind
from firmware.flow.session import Session, State
from firmware.flow.showing import screen_of
from firmware.flow.texts import load_texts
from firmware.journal import JournalReader
from firmware.journal.verify import journal_faults
from firmware.score.grades import Grade
from firmware.score.rules import default_rules
from provisioning.ca import ThrowAway
from provisioning.demo.program import Program
from provisioning.demo.waiting import Watch
from tests.firmware.flow.counter import SETTINGS
from tests.scenarios.power_cut.programme import Programme
from tests.servers.brokers import BrokerFactory

MEMBER = str(MemberCode.of("12345", "0000100"))
EFFECTS = (
    "Show starting", "Show signed-off", "Give", "Show signed-off", "Show idle", "Give", "LookUp", "Show identified",
    "Give", "AskCentral", "Show amount", "Show amount", "Show amount", "CommitPurchase", "Show result", "Give",
    "MarkShown",
)  # fmt: skip
"""What a sale to a member unknown here consists of, in order."""
COMMIT = EFFECTS.index("CommitPurchase") + 1
PATIENCE = 30.0


@pytest.fixture(scope="module")
def watch() -> Watch:
    return Watch(lambda: None)


@pytest.fixture
def programme(tmp_path: Path, authority: ThrowAway, brokers: BrokerFactory, watch: Watch) -> Iterator[Programme]:
    programme = Programme(tmp_path, authority, brokers())
    central = programme.central
    central.start()
    watch.until("serving", lambda: b'"serving"' in central.log.read_bytes(), PATIENCE, central.log)
    yield programme
    programme.central.stop()


def sold_until(programme: Programme, name: str, effect: int) -> tuple[int, list[str]]:
    """Run a terminal that dies before that effect (0: never); its exit status, and the effects it began."""
    config = programme.terminal(name, "before")
    effects = config.parent / "effects"
    command = [sys.executable, "-m", "tests.scenarios.power_cut.dying", config, effects, MEMBER, str(effect)]
    done = subprocess.run(command, check=False, timeout=PATIENCE, capture_output=True)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    return done.returncode, [line.strip() for line in effects.read_text().splitlines()]


def local_acts(journal: Path) -> list[Act]:
    """The journal's acts, once every entry of it was verified."""
    with closing(JournalReader(journal)) as reader, reader.moment():
        assert list(journal_faults(reader.connection, reader.terminal)) == []
        rows = reader.connection.execute("SELECT body FROM entries ORDER BY place").fetchall()
    return [decode_entry(body).act for (body,) in rows]


def started_again(programme: Programme, name: str, watch: Watch) -> list[Act]:
    """Start the terminal anew and let it run until central has everything; what its journal then holds."""
    config = programme.terminal(name, "after")
    journal = config.parent / "data" / "journal.sqlite"
    terminal = Program(name, ["firmware", "run", "--config", str(config)], config.parent / "after.log")
    terminal.start()
    try:
        watch.until("a screen", lambda: pictures(config.parent / "after") - {STARTING}, PATIENCE, terminal.log)
        watch.until("acknowledged", lambda: all_at_central(programme, journal), PATIENCE, terminal.log)
    finally:
        terminal.stop()
    return local_acts(journal)


def all_at_central(programme: Programme, journal: Path) -> bool:
    with closing(JournalReader(journal)) as reader:
        heads = programme.heads(reader.terminal)
        return reader.pending().count == 0 and set(reader.heads()) == set(heads)


def drawn(session: Session) -> bytes:
    painter = Painter((128, 64), Face(Path(FONT)), load_texts("en"))
    return painter.drawn(screen_of(SETTINGS, session)).tobytes()


def pictures(folder: Path) -> set[bytes]:
    """Everything that was ever on a display."""
    seen = set()
    for path in folder.glob("0*.png"):
        with Image.open(path) as image:
            seen.add(image.convert("1").tobytes())
    return seen


def result(*, after_restart: bool) -> Session:
    """The screen of the sale."""
    profile = Profile(MEMBER, None, ("E", "E"), HINT, None, 68, 3400, 1, provisional=True)
    kind = ResultKind.PURCHASE
    sold = Result(EntryId("t", "0" * 16, 1), kind, 3400, 68, profile, "JPY", after_restart=after_restart)
    return Session(State.RESULT, profile=profile, result=sold)


RULES = default_rules()
HINT = RULES.hints.given({"recent": Grade.E, "continuity": Grade.E}).said("en")  # type: ignore[union-attr]
STARTING = drawn(Session())
SIGNED_OFF = drawn(Session(State.SIGNED_OFF))
RESULT = drawn(result(after_restart=False))
AFTER_RESTART = drawn(result(after_restart=True))


def test_a_sale_is_booked_once_or_not_at_all_wherever_the_power_fails(
    programme: Programme, watch: Watch, tmp_path: Path
) -> None:
    code, effects = sold_until(programme, "t-00", 0)
    assert (code, tuple(effects)) == (0, EFFECTS)
    assert RESULT in pictures(tmp_path / "t-00" / "before")
    assert sales(started_again(programme, "t-00", watch)) == sales(programme.acts("t-00")) == 1
    assert SIGNED_OFF in pictures(tmp_path / "t-00" / "after")
    with ThreadPoolExecutor(4) as several:
        list(several.map(lambda effect: cut(programme, watch, tmp_path, effect), range(1, len(EFFECTS) + 1)))


def cut(programme: Programme, watch: Watch, folder: Path, effect: int) -> None:
    """Kill before one effect, start again, and compare journal, central and screens."""
    name = f"t-{effect:02d}"
    code, effects = sold_until(programme, name, effect)
    assert (code, effects[-1]) == (-signal.SIGKILL, EFFECTS[effect - 1])
    booked = effect > COMMIT
    if not booked:
        assert RESULT not in pictures(folder / name / "before"), "on the screen, not in the journal"
    acts = started_again(programme, name, watch)
    assert sales(acts) == sales(programme.acts(name)) == booked
    seen = pictures(folder / name / "after")
    assert (AFTER_RESTART in seen, SIGNED_OFF in seen) == (booked, not booked)


def sales(acts: list[Act]) -> int:
    return sum(isinstance(act, Purchase) for act in acts)
