"""The model can fail: each of these faults breaks the second promise, and is found."""

import sqlite3
from collections.abc import Callable, Iterator

import pytest
from msgspec.structs import replace

from firmware.entries import Entry, Refund, Void
from firmware.journal import projection, pruning, writer
from firmware.journal.acknowledgement import Word
from firmware.journal.lives import Life, all_lives, hash_at
from firmware.mqtt.messages import Head
from firmware.points import movements
from firmware.points.lots import LotState
from tests.model import counters
from tests.model.proving import prove, quiet
from tests.model.templates import Templates

EXAMPLES = 400
"""Within so many, each is found; most within a few."""

Plant = Callable[[pytest.MonkeyPatch], None]


def prunes_what_nobody_else_has(patch: pytest.MonkeyPatch) -> None:
    """Prune forgets entries that central has not acknowledged."""

    def everything(_connection: object, life: Life, _limits: object) -> int:
        return life.place(life.last)

    patch.setattr(pruning, "_safe", everything)
    patch.setattr(pruning, "_first_kept", lambda *_of: None)


def believes_that_what_is_sent_is_safe(patch: pytest.MonkeyPatch) -> None:
    """The terminal takes a batch that it has sent for acknowledged, as who believes a PUBACK does."""
    send = counters.Counter.send

    def sent(counter: counters.Counter, entries: int = 100) -> bool:
        done = send(counter, entries)
        counter.journal.acknowledge(counter.reader.heads(), counter.journal.epoch(), complete=False)
        return done

    patch.setattr(counters.Counter, "send", sent)


def acknowledges_more_than_was_said(patch: pytest.MonkeyPatch) -> None:
    """The journal takes any acknowledgement for one of all that it holds."""
    apply = writer.apply_word

    def of_everything(connection: sqlite3.Connection, terminal: str, word: Word) -> list[Head]:
        lives = list(all_lives(connection))
        heads = [Head(life.life, life.last, hash_at(connection, life, life.last) or "") for life in lives]
        return apply(connection, terminal, replace(word, heads=heads))

    patch.setattr(writer, "apply_word", of_everything)


def spends_on_after_giving_the_right_back(patch: pytest.MonkeyPatch) -> None:
    """The lots of a right that was returned stay in the terminal's hands, and the right as well."""
    patch.setattr(projection, "close_lots", lambda *_of: None)
    patch.setattr(projection, "close_right", lambda *_of: None)


def takes_back_twice(patch: pytest.MonkeyPatch) -> None:
    """A reversal takes back twice what the purchase gave."""
    reversed_ = movements._reversed

    def doubled(entry: Entry, act: Void | Refund) -> Iterator[tuple[str, LotState]]:
        for name, state in reversed_(entry, act):
            yield name, replace(state, reversed=2 * state.reversed)

    patch.setattr(movements, "_reversed", doubled)


PLANTED: dict[Plant, str] = {
    prunes_what_nobody_else_has: "does not come to rest|t-./[0-9a-f]{16}/",
    believes_that_what_is_sent_is_safe: "is not at central as it was recorded|does not come to rest|t-./[0-9a-f]{16}/",
    acknowledges_more_than_was_said: "is not at central as it was recorded|does not come to rest|t-./[0-9a-f]{16}/",
    spends_on_after_giving_the_right_back: "t-./[0-9a-f]{16}/",
    takes_back_twice: "t-./[0-9a-f]{16}/",
}
"""Each with what the model says of it."""


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("planted"))


@pytest.mark.parametrize("plant", PLANTED)
def test_a_planted_fault_is_found(templates: Templates, plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    with quiet(), pytest.raises(AssertionError, match=PLANTED[plant]):
        prove(templates, EXAMPLES, seed=1, shortest=False)
