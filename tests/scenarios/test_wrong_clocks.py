"""A terminal alone whose clock jumps to 1970 and to 2099: it sells on, says that the time is doubtful, and goes on."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from firmware.entries import ClockQuality, Purchase
from firmware.flow.keys import Key, Signal
from firmware.vision.presence import Patience
from tests.scenarios.trouble import TroubledTerminal

LOCAL, DOUBTFUL = ClockQuality.LOCAL, ClockQuality.DOUBTFUL


@pytest.fixture
def terminal(tmp_path: Path, shim: Path) -> Iterator[TroubledTerminal]:
    terminal = TroubledTerminal(tmp_path, shim)
    yield terminal
    terminal.program.stop()


def sold(terminal: TroubledTerminal, amount: int = 3400) -> None:
    """A sale to the member; after it the phone is away for so long that the camera takes the next for a new one."""
    terminal.show()
    terminal.key(amount)
    terminal.counter.press(Key.CANCEL)
    gone = time.monotonic() + 2 * Patience().away_seconds
    terminal.until("the phone is gone", lambda: time.monotonic() > gone)


def times(terminal: TroubledTerminal) -> list[tuple[int, ClockQuality]]:
    """The year and the quality of each sale's time."""
    sales = [entry for entry in terminal.entries() if isinstance(entry.act, Purchase)]
    return [(datetime.fromtimestamp(entry.at, UTC).year, entry.clock) for entry in sales]


def test_a_clock_that_jumps_both_ways_in_a_day_costs_no_point_and_freezes_no_score(terminal: TroubledTerminal) -> None:
    terminal.start()
    terminal.sign_on()
    sold(terminal)
    with terminal.clock_says(2099):
        sold(terminal)
    with terminal.clock_says(1970):
        sold(terminal)
    sold(terminal)
    year = datetime.now(UTC).year
    assert times(terminal) == [(year, LOCAL), (2099, DOUBTFUL), (year, DOUBTFUL), (year, LOCAL)]
    view = terminal.status()["member"]["view"]
    assert (view["visits"], view["balance"]) == (4, 4 * 68)


@pytest.mark.parametrize("year", [1970, 2099])
def test_a_terminal_first_started_with_a_clock_that_was_never_set_sells_and_later_knows_better(
    terminal: TroubledTerminal, year: int
) -> None:
    with terminal.clock_says(year):
        terminal.start()
        terminal.sign_on()
        sold(terminal)
    sold(terminal)
    assert times(terminal) == [(year, DOUBTFUL), (datetime.now(UTC).year, LOCAL)]
    view = terminal.status()["member"]["view"]
    assert (view["visits"], view["balance"]) == (2, 2 * 68)


@pytest.mark.parametrize("year", [1970, 2099])
def test_a_restart_with_a_wrong_clock_continues_the_chain_and_takes_a_sale_back(
    terminal: TroubledTerminal, year: int
) -> None:
    terminal.start()
    terminal.sign_on()
    sold(terminal)
    terminal.program.kill()
    with terminal.clock_says(year):
        terminal.start()
        terminal.sign_on()
        terminal.counter.press(Key.VOID)
        terminal.gives(Signal.DONE, lambda: terminal.counter.press(Key.ENTER))
    assert [entry.clock for entry in terminal.entries()][-2:] == [DOUBTFUL, DOUBTFUL]
    assert terminal.status()["member"]["view"]["balance"] == 0
