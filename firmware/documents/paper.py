"""A document of central's that a person can read on the SD card, in a file of its own."""

import json
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct
from tinydb import TinyDB
from tinydb.table import Document

from firmware.documents.atomic import AtomicStorage, DocumentsDamaged

__all__ = ["Paper"]

DOCUMENT = 1
"""The one document of the file's one table."""
T = TypeVar("T", bound=Struct)


class _Stored(Struct, forbid_unknown_fields=True):
    version: int
    content: Any


class Paper(Generic[T]):
    """Keeps the newest document of a kind that central sent; `empty` until then."""

    def __init__(self, path: Path, empty: T) -> None:
        """Raises DocumentsDamaged."""
        self._path = path
        self._kind = type(empty)
        self._table = TinyDB(path, storage=AtomicStorage).table("paper")
        stored = self._stored()
        self.version: int = stored.version if stored else 0
        """The document's version at central; 0 for none, or for one that is to come anew."""
        self.content: T = self._read(stored) if stored else empty

    def replace(self, version: int, body: bytes) -> None:
        """Put central's document in force; the old one stays on any error.

        Raises msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError.
        """
        content = msgspec.json.decode(body, type=self._kind)
        self._write(version, content)
        self.version, self.content = version, content

    def renumber(self, version: int) -> None:
        """The same document under another version; 0: central is to send it again. Raises OSError."""
        if version != self.version:
            self._write(version, self.content)
            self.version = version

    def _write(self, version: int, content: T) -> None:
        plain = json.loads(msgspec.json.encode(content))
        # one write, so that a power cut leaves the old document or the new one, never none
        self._table.upsert(Document({"version": version, "content": plain}, doc_id=DOCUMENT))

    def _stored(self) -> _Stored | None:
        try:
            stored = self._table.get(doc_id=DOCUMENT)
            return None if stored is None else msgspec.convert(stored, _Stored)
        except (AttributeError, TypeError, ValueError) as error:  # TinyDB trusts that tables and numbers are such
            raise DocumentsDamaged(self._path, f"it holds no document: {error}") from None

    def _read(self, stored: _Stored) -> T:
        try:
            return msgspec.convert(stored.content, self._kind)
        except msgspec.ValidationError as error:
            raise DocumentsDamaged(self._path, f"its document is none: {error}") from None
