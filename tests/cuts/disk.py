"""A disk that may lose power: what is on it for certain, and what is only on its way.

POSIX as strictly as it can be read: data and size of a file are safe once that file is synced, names once the folder
that they stand in is; whatever else was done since may have reached the disk or not, each piece for itself and in any
order. Names are changed whole (a rename is never half), and bytes beside those that are written are not hurt.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from tests.cuts.record import Done, Kind

__all__ = ["Content", "Disk", "Named", "Piece", "RecordIncomplete", "Snapshot", "content_of", "snapshot"]

MEMORY = "-shm"
"""SQLite's index of a write-ahead log is shared memory, made anew from the log after a cut: it counts for nothing."""
Content = Mapping[str, bytes | None]
"""Every path with the bytes of its file; None for a folder."""


class RecordIncomplete(Exception):
    """Something was done that the shim did not see."""


class Snapshot(Struct, frozen=True):
    """A folder as it is: by path the inode, and the bytes of a file (None: a folder)."""

    inodes: Mapping[str, int]
    content: Content


class Piece(Struct, frozen=True):
    """Bytes on their way into a file, or its new size (`data` is None)."""

    node: int
    offset: int
    data: bytes | None


class Named(Struct, frozen=True):
    """A change of names on its way: (folder, name) is that node from now on, or is no more (None)."""

    names: tuple[tuple[tuple[int, str], int | None], ...]


class Disk:
    """Follows a record; nodes are numbered here, because a file system uses an inode's number again."""

    def __init__(self, before: Snapshot) -> None:
        self._next = 0
        self._nodes: dict[int, int] = {}
        """By inode the node that has it now."""
        self._folders: set[int] = set()
        self._now: dict[tuple[int, str], int] = {}
        self._safe_names: dict[tuple[int, str], int] = {}
        self.safe: dict[int, bytes] = {}
        """The bytes of each file that a cut cannot take away."""
        self.on_way: list[Piece | Named] = []
        """What a cut may take away, in the order in which it was done."""
        self.root = self._node(before.inodes[""], folder=True)
        for path in sorted(before.content, key=lambda path: path.count("/")):
            self._take_in(path, before)

    def matters(self, done: Done) -> bool:
        """Whether an operation is one of this disk."""
        return done.kind is not Kind.MARKED and not done.path.endswith(MEMORY)

    def do(self, done: Done) -> None:
        """Carry one operation out; raises RecordIncomplete."""
        match done.kind:
            case Kind.CREATED | Kind.FOLDER:
                node = self._node(done.inode, folder=done.kind is Kind.FOLDER)
                self._rename({done.path: node})
            case Kind.WRITTEN:
                self.on_way.append(Piece(self._known(done), done.offset, done.data))
            case Kind.RESIZED:
                self.on_way.append(Piece(self._known(done), done.offset, None))
            case Kind.SYNCED:
                self._sync(self._known(done))
            case Kind.RENAMED:
                self._rename({done.path: None, done.other: self._at(done.path)})
            case Kind.LINKED:
                self._rename({done.other: self._at(done.path)})
            case Kind.REMOVED:
                self._rename({done.path: None})
            case Kind.MARKED:
                pass

    def left(self, chosen: Iterable[Piece | Named]) -> Content:
        """What a cut leaves when of all that is on its way just this arrived, in the order that is given."""
        names, files = dict(self._safe_names), dict(self.safe)
        drafts: dict[int, bytearray] = {}
        for each in chosen:
            if isinstance(each, Named):
                _put(names, each)
            else:
                _apply(drafts.setdefault(each.node, bytearray(files.get(each.node, b""))), each)
        files.update({node: bytes(draft) for node, draft in drafts.items()})
        return self._walked(names, files, self.root, "")

    def _take_in(self, path: str, before: Snapshot) -> None:
        content = before.content[path]
        node = self._node(before.inodes[path], folder=content is None)
        if content is not None:
            self.safe[node] = content
        self._now[self._place(path)] = self._safe_names[self._place(path)] = node

    def _node(self, inode: int, *, folder: bool) -> int:
        self._next += 1
        self._nodes[inode] = self._next
        if folder:
            self._folders.add(self._next)
        else:
            self.safe[self._next] = b""
        return self._next

    def _known(self, done: Done) -> int:
        node = self._nodes.get(done.inode)
        if node is None:
            raise RecordIncomplete(f"{done}: nobody saw this file being made")
        return node

    def _at(self, path: str) -> int:
        node = self._now.get(self._place(path))
        if node is None:
            raise RecordIncomplete(f"{path}: nobody saw this file being made")
        return node

    def _place(self, path: str) -> tuple[int, str]:
        folder, _, name = path.rpartition("/")
        return (self._at(folder) if folder else self.root), name

    def _rename(self, names: Mapping[str, int | None]) -> None:
        change = Named(tuple((self._place(path), node) for path, node in names.items()))
        _put(self._now, change)
        self.on_way.append(change)

    def _sync(self, node: int) -> None:
        waiting: list[Piece | Named] = []
        draft = bytearray(self.safe.get(node, b""))
        for each in self.on_way:
            if isinstance(each, Named) and node in {folder for (folder, _), _ in each.names}:
                _put(self._safe_names, each)
            elif isinstance(each, Piece) and each.node == node:
                _apply(draft, each)
            else:
                waiting.append(each)
        self.on_way = waiting
        if node not in self._folders:
            self.safe[node] = bytes(draft)

    def _walked(
        self, names: Mapping[tuple[int, str], int], files: Mapping[int, bytes], folder: int, prefix: str
    ) -> dict[str, bytes | None]:
        found: dict[str, bytes | None] = {}
        for (above, name), node in names.items():
            if above == folder and node in self._folders:
                found[prefix + name] = None
                found |= self._walked(names, files, node, f"{prefix}{name}/")
            elif above == folder:
                found[prefix + name] = files[node]
        return found


def snapshot(folder: Path) -> Snapshot:
    """A folder as it is."""
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    inodes = {name: path.stat().st_ino for name, path in paths.items()}
    return Snapshot({**inodes, "": folder.stat().st_ino}, content_of(folder))


def content_of(folder: Path) -> Content:
    """What is in a folder, but for what SQLite keeps there as memory."""
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if not path.name.endswith(MEMORY)}
    return {name: path.read_bytes() if path.is_file() else None for name, path in paths.items()}


def _put(names: dict[tuple[int, str], int], change: Named) -> None:
    for place, node in change.names:
        if node is None:
            names.pop(place, None)
        else:
            names[place] = node


def _apply(draft: bytearray, piece: Piece) -> None:
    size = piece.offset if piece.data is None else piece.offset + len(piece.data)
    draft.extend(bytes(max(0, size - len(draft))))
    if piece.data is None:
        del draft[size:]
    else:
        draft[piece.offset : size] = piece.data
