"""A document on the SD card: the newest, whole, or what was there before."""

import json
from pathlib import Path

import msgspec
import pytest

from firmware.documents import DocumentsDamaged, Paper
from firmware.points.budget import Allowances


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "allowances.json"


def opened(path: Path) -> Paper[Allowances]:
    return Paper(path, Allowances())


def body(issuing: int) -> bytes:
    return msgspec.json.encode(Allowances(issuing, {"welcome": 3}))


def test_there_is_nothing_until_central_sends_some(path: Path) -> None:
    paper = opened(path)
    assert (paper.version, paper.content) == (0, Allowances())
    assert not path.exists()


def test_centrals_document_is_in_force_at_once_and_after_a_restart(path: Path) -> None:
    paper = opened(path)
    paper.replace(3, body(300))
    paper.replace(4, body(400))
    for held in (paper, opened(path)):
        assert (held.version, held.content) == (4, Allowances(400, {"welcome": 3}))


@pytest.mark.parametrize("bad", [b"", b"[]", b"\xff", b'{"issuing": -1}', b'{"issuing": 1, "more": 2}', b"[" * 9000])
def test_what_is_no_such_document_leaves_the_old_one_in_force(path: Path, bad: bytes) -> None:
    paper = opened(path)
    paper.replace(3, body(300))
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError, RecursionError)):
        paper.replace(4, bad)
    for held in (paper, opened(path)):
        assert (held.version, held.content.issuing) == (3, 300)


def test_the_same_document_may_get_another_version(path: Path) -> None:
    paper = opened(path)
    paper.replace(3, body(300))
    paper.renumber(5)
    assert (opened(path).version, opened(path).content.issuing) == (5, 300)


def test_a_person_can_read_it_and_nobody_but_its_owner(path: Path) -> None:
    opened(path).replace(3, body(300))
    assert json.loads(path.read_text())["paper"]["1"]["content"]["issuing"] == 300
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "{",
        '{"paper": 7}',
        '{"paper": {"1": 7}}',
        '{"paper": {"1": {"version": "3", "content": {}}}}',
        '{"paper": {"1": {"version": 3}}}',
        '{"paper": {"1": {"version": 3, "content": {"issuing": "many"}}}}',
    ],
)
def test_a_damaged_file_is_told_and_left_as_it_is(path: Path, damage: str) -> None:
    path.write_text(damage)
    with pytest.raises(DocumentsDamaged, match="left as it is"):
        opened(path)
    assert path.read_text() == damage
