"""What a cut can take away, and what it cannot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cuts.disk import Content, Disk, Named, Piece, RecordIncomplete, Snapshot
from tests.cuts.record import Done, Kind

ROOT, OLD, NEW = 1, 2, 3
BEFORE = Snapshot({"": ROOT, "old": OLD}, {"old": b"old bytes"})


def after(*done: Done, before: Snapshot = BEFORE) -> Disk:
    disk = Disk(before)
    for each in done:
        disk.do(each)
    return disk


def created(path: str = "new", inode: int = NEW) -> Done:
    return Done(Kind.CREATED, path, inode)


def written(data: bytes, path: str = "new", inode: int = NEW, offset: int = 0) -> Done:
    return Done(Kind.WRITTEN, path, inode, "", offset, data)


def synced(path: str = "", inode: int = ROOT) -> Done:
    return Done(Kind.SYNCED, path, inode)


def kept(disk: Disk) -> Content:
    """What a cut leaves at the worst."""
    return disk.left([])


def test_nothing_is_lost_of_what_was_there_before() -> None:
    assert kept(after()) == {"old": b"old bytes"}


def test_a_write_is_lost_until_its_file_is_synced() -> None:
    write = written(b"NEW", "old", OLD, 4)
    assert kept(after(write)) == {"old": b"old bytes"}
    assert kept(after(write, synced("old", OLD))) == {"old": b"old NEWes"}
    disk = after(write)
    assert disk.left(disk.on_way) == {"old": b"old NEWes"}


def test_a_sync_makes_safe_what_came_before_it_in_that_file_only() -> None:
    disk = after(
        created(), synced(), written(b"a"), written(b"b", "old", OLD), synced("old", OLD), written(b"c", "old", OLD)
    )
    assert kept(disk) == {"old": b"bld bytes", "new": b""}


def test_a_name_is_lost_until_its_folder_is_synced_though_the_file_is() -> None:
    made = (created(), written(b"all"), synced("new", NEW))
    assert kept(after(*made)) == {"old": b"old bytes"}
    assert kept(after(*made, synced())) == {"old": b"old bytes", "new": b"all"}


def test_a_rename_may_arrive_before_the_bytes() -> None:
    disk = after(created(), written(b"all"), Done(Kind.RENAMED, "new", NEW, "old"))
    names = [each for each in disk.on_way if isinstance(each, Named)]
    assert disk.left(names) == {"old": b""}
    assert disk.left(names[1:]) == {"old": b""}, "the name it had before is no condition"
    assert kept(disk) == {"old": b"old bytes"}


def test_a_removed_file_may_be_there_again_whole() -> None:
    disk = after(Done(Kind.REMOVED, "old"))
    assert disk.left(disk.on_way) == {}
    assert kept(disk) == {"old": b"old bytes"}
    assert kept(after(Done(Kind.REMOVED, "old"), synced())) == {}


def test_an_inode_that_is_used_again_is_another_file() -> None:
    disk = after(Done(Kind.REMOVED, "old"), created("next", OLD), written(b"next", "next", OLD), synced("next", OLD))
    assert kept(disk) == {"old": b"old bytes"}
    assert disk.left(disk.on_way) == {"next": b"next"}


def test_a_second_name_is_of_the_same_file() -> None:
    disk = after(Done(Kind.LINKED, "old", OLD, "other"), synced(), written(b"NEW", "old", OLD), synced("old", OLD))
    assert kept(disk) == {"old": b"NEW bytes", "other": b"NEW bytes"}


def test_a_file_that_was_cut_short_is_as_long_as_before_until_it_is_synced() -> None:
    cut = Done(Kind.RESIZED, "old", OLD, "", 3)
    assert kept(after(cut)) == {"old": b"old bytes"}
    assert kept(after(cut, synced("old", OLD))) == {"old": b"old"}


def test_where_only_a_later_write_arrived_there_are_zeros_before_it() -> None:
    disk = after(created(), synced(), written(b"first"), written(b"second", offset=5))
    assert disk.left(disk.on_way[1:])["new"] == b"\0\0\0\0\0second"


def test_a_folder_takes_with_it_what_is_in_it() -> None:
    made = (Done(Kind.FOLDER, "data", 7), created("data/new"), written(b"all", "data/new"), synced("data/new", NEW))
    assert kept(after(*made, synced("data", 7))) == {"old": b"old bytes"}
    assert kept(after(*made, synced("data", 7), synced())) == {"old": b"old bytes", "data": None, "data/new": b"all"}


def test_memory_of_sqlite_is_no_part_of_the_disk() -> None:
    disk = after()
    assert not disk.matters(created("journal.sqlite-shm"))
    assert not disk.matters(Done(Kind.MARKED, "", 0, "", 0, b"shown"))
    assert disk.matters(created("journal.sqlite-wal"))


@pytest.mark.parametrize("done", [written(b"x"), synced("new", NEW), Done(Kind.RENAMED, "new", NEW, "old")])
def test_what_happens_to_a_file_that_nobody_made_is_told(done: Done) -> None:
    with pytest.raises(RecordIncomplete):
        after(done)


operations = st.one_of(
    st.builds(written, st.binary(max_size=4), st.just("old"), st.just(OLD), st.integers(0, 12)),
    st.builds(lambda size: Done(Kind.RESIZED, "old", OLD, "", size), st.integers(0, 12)),
    st.just(synced("old", OLD)),
)


@given(st.lists(operations, max_size=12), st.data())
def test_whatever_arrives_the_bytes_before_the_last_sync_stay_unless_they_were_written_over(
    done: list[Done], data: st.DataObject
) -> None:
    disk = after(*done)
    assert disk.left(disk.on_way) == after(*done, synced("old", OLD)).left([])
    pieces = [each for each in disk.on_way if isinstance(each, Piece)]
    left = disk.left(data.draw(st.lists(st.sampled_from(pieces), unique=True)) if pieces else [])["old"]
    safe = disk.safe[2]
    touched = {place for piece in pieces for place in range(piece.offset, piece.offset + len(piece.data or b""))}
    short = min([len(safe), *(piece.offset for piece in pieces if piece.data is None)])
    assert left is not None
    assert all(left[place] == safe[place] for place in range(short) if place not in touched)
