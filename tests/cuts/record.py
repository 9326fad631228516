"""What the shim wrote down: operations on a disk in the order in which they were done, and marks between them."""

import struct
from collections.abc import Iterator
from enum import Enum

from msgspec import Struct

__all__ = ["Done", "Kind", "parse"]

HEAD = struct.Struct("=QQIIII")
"""inode, offset, the lengths of path, other path and data, kind: `struct head` of shim.c."""


class Kind(Enum):
    """What was done."""

    CREATED = "C"
    WRITTEN = "W"
    RESIZED = "T"
    SYNCED = "S"
    RENAMED = "R"
    LINKED = "L"
    REMOVED = "U"
    FOLDER = "D"
    MARKED = "M"


class Done(Struct, frozen=True):
    """One operation; `path` and `other` are relative to the watched folder, which itself is the empty text."""

    kind: Kind
    path: str
    inode: int = 0
    """As it is after the operation; 0 where it is of no interest."""
    other: str = ""
    """Where a renamed or linked file is now."""
    offset: int = 0
    """Where something was written; the size after RESIZED."""
    data: bytes = b""

    def __str__(self) -> str:
        size = f" {len(self.data)} bytes at {self.offset}" if self.kind is Kind.WRITTEN else ""
        where = f" to {self.other}" if self.other else ""
        return f"{self.kind.name.lower()} {self.path or '.'}{where}{size}"

    @property
    def mark(self) -> str:
        """What a program said of itself."""
        return self.data.decode()


def parse(record: bytes) -> Iterator[Done]:
    """The operations of a record."""
    place = 0
    while place < len(record):
        inode, offset, path_size, other_size, size, kind = HEAD.unpack_from(record, place)
        texts = place + HEAD.size
        other, data = texts + path_size, texts + path_size + other_size
        yield Done(
            Kind(chr(kind)),
            record[texts:other].decode(),
            inode,
            record[other:data].decode(),
            offset,
            record[data : data + size],
        )
        place = data + size
