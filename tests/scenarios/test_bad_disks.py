"""A terminal alone on a disk that is full, read-only, failing or slow: nothing is told that is not so."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware.entries import Purchase
from firmware.flow.keys import Key, Signal
from provisioning.demo.counter import keys_of
from tests.scenarios.trouble import TroubledTerminal

FAULTS = {"full": "ENOSPC", "read-only": "EROFS", "failing": "EIO"}


@pytest.fixture
def terminal(tmp_path: Path, shim: Path) -> Iterator[TroubledTerminal]:
    terminal = TroubledTerminal(tmp_path, shim)
    terminal.start()
    yield terminal
    terminal.program.stop()


@pytest.fixture
def slow(tmp_path: Path, shim: Path) -> Iterator[TroubledTerminal]:
    terminal = TroubledTerminal(tmp_path, shim, slow=300)
    terminal.start()
    yield terminal
    terminal.program.stop()


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_sale_that_the_disk_does_not_take_is_refused_and_booked_once_when_it_does(
    terminal: TroubledTerminal, fault: str
) -> None:
    terminal.sign_on()
    terminal.show()
    with terminal.disk_fails(fault):
        terminal.key(3400, answer=Signal.REFUSED)
        terminal.gives(Signal.REFUSED, lambda: terminal.counter.press(Key.ENTER))
    assert terminal.kinds() == ["opening"]
    terminal.gives(Signal.DONE, lambda: terminal.counter.press(Key.ENTER))
    assert terminal.kinds() == ["opening", "joining", "purchase"]
    assert terminal.status()["member"]["view"]["balance"] == 68


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_refused_sale_is_not_there_after_a_crash(terminal: TroubledTerminal, fault: str) -> None:
    terminal.sign_on()
    terminal.show()
    with terminal.disk_fails(fault):
        terminal.key(3400, answer=Signal.REFUSED)
        terminal.program.kill()
    terminal.start()
    assert [entry.act.__struct_config__.tag for entry in terminal.entries()] == ["opening", "opening"]
    terminal.sign_on()
    terminal.show()
    terminal.key(3400)
    assert terminal.status()["member"]["view"]["visits"] == 1


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_terminal_that_cannot_write_its_journal_does_not_start_says_why_and_changes_nothing(
    terminal: TroubledTerminal, fault: str
) -> None:
    terminal.sign_on()
    terminal.show()
    terminal.key(3400)
    terminal.program.kill()
    before = terminal.entries()
    shown = terminal.counter.screen()
    with terminal.disk_fails(fault):
        assert re.search("the journal (cannot be opened|could not be written) ", terminal.fails_to_start())
    assert terminal.counter.screen() != shown, "the display says it too"
    assert terminal.entries() == before
    terminal.start()
    assert terminal.entries()[:-1] == before


def test_on_a_slow_disk_one_sync_stands_between_the_last_key_and_the_result(slow: TroubledTerminal) -> None:
    slow.sign_on()
    slow.show()
    slow.counter.press(*keys_of(500))
    before = slow.syncs()
    slow.gives(Signal.DONE, lambda: slow.counter.press(Key.ENTER))
    assert 1 <= slow.syncs() - before <= 2, "the sale's, and perhaps already the mark that its result was shown"


def test_on_a_slow_disk_no_key_that_was_pressed_ahead_is_lost(slow: TroubledTerminal) -> None:
    slow.sign_on()
    slow.show()
    slow.counter.press(*keys_of(500), Key.ENTER, *keys_of(700), Key.ENTER, Key.ENTER)
    slow.until("both sales", lambda: slow.kinds().count("purchase") == 2)
    assert [entry.act.amount for entry in slow.entries() if isinstance(entry.act, Purchase)] == [500, 700]
