"""One file that is always whole, whatever happens while it is written."""

import os
from pathlib import Path

import pytest

from firmware.documents import AtomicStorage, DocumentsDamaged

OLD, NEW = {"rules": {"1": {"version": 1}}}, {"rules": {"1": {"version": 2}}}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "documents.json"


def test_nothing_was_ever_written_where_there_is_no_file(path: Path) -> None:
    assert AtomicStorage(path).read() is None
    assert not path.parent.exists()


def test_what_was_written_is_read_in_its_folder_and_by_a_person(path: Path) -> None:
    AtomicStorage(path).write({"rules": {"1": {"hint": "特別"}}})
    assert AtomicStorage(path).read() == {"rules": {"1": {"hint": "特別"}}}
    assert "特別" in path.read_text(encoding="utf-8")
    assert [file.name for file in path.parent.iterdir()] == ["documents.json"]


def test_the_content_and_the_name_are_on_the_disk_before_writing_is_done(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def noted(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    AtomicStorage(path).write(OLD)
    assert synced == [path.parent.parent.name, "documents.new", "data"]


def test_a_disk_that_fails_leaves_the_old_content(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    AtomicStorage(path).write(OLD)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        AtomicStorage(path).write(NEW)
    assert AtomicStorage(path).read() == OLD


def test_half_a_file_left_behind_by_a_power_cut_is_written_over(path: Path) -> None:
    AtomicStorage(path).write(OLD)
    path.with_suffix(".new").write_text('{"rules": {"1"')
    assert AtomicStorage(path).read() == OLD
    AtomicStorage(path).write(NEW)
    assert AtomicStorage(path).read() == NEW


@pytest.mark.parametrize(
    "content", [b"", b'{"rules": ', b"\xff\xfe", b"[]", b"7", b"null", b"[" * 100_000], ids=lambda content: content[:8]
)
def test_a_file_that_is_no_set_of_tables_is_told_and_left(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(DocumentsDamaged, match="left as it is") as told:
        AtomicStorage(path).read()
    assert told.value.path == path
    assert path.read_bytes() == content


def test_a_file_that_cannot_be_read_is_told(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(DocumentsDamaged, match="directory"):
        AtomicStorage(path).read()
