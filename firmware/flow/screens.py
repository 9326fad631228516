"""Screens as models: rows of phrases and values, without a font, a language or a panel."""

from enum import StrEnum

from msgspec import Struct

__all__ = ["Phrase", "Row", "Screen", "Style"]


class Phrase(Struct, frozen=True):
    """A text by its key in the catalogues, with the values that go into its places."""

    key: str
    values: tuple[tuple[str, str], ...] = ()


class Style(StrEnum):
    """How a row is set; heights in units of a quarter of a 64-pixel panel."""

    LINE = "line"
    """One unit high, cut with an ellipsis where it is too long."""
    BIG = "big"
    """Two units high, one line of double size."""
    PARAGRAPH = "paragraph"
    """Two units high, wrapped into two lines."""


class Row(Struct, frozen=True):
    """One row: `left` gives way to `right` where both do not fit."""

    left: Phrase | str = ""
    right: Phrase | str = ""
    style: Style = Style.LINE
    inverse: bool = False


class Screen(Struct, frozen=True):
    """A whole screen; `grades` stand as big letters left of the first two units.

    A panel that is wide enough for two shows `left` or `right` beside it; both together take its place.
    """

    name: str
    rows: tuple[Row, ...]
    grades: tuple[str, ...] = ()
    left: "Screen | None" = None
    right: "Screen | None" = None
