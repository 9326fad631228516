"""Where a line of text ends: at a width in pixels, as each of the three languages breaks its lines."""

from collections.abc import Callable

__all__ = ["ELLIPSIS", "broken", "fitted", "paragraph", "printable"]

Width = Callable[[str], int]
"""How wide a text stands."""

ELLIPSIS = "…"
NEVER_FIRST = "ー、。，．・：；？！)）」』】〕々ぁぃぅぇぉっゃゅょァィゥェォッャュョ…"
"""Letters that may not begin a line (JIS X 4051, clause 8)."""


def printable(text: str) -> str:
    """The text in letters that have a picture: a nickname or a hint from central may hold a line break."""
    return text if text.isprintable() else "".join(letter if letter.isprintable() else " " for letter in text)


def fitted(text: str, room: int, width: Width) -> str:
    """The text, or as much of it as fits before an ellipsis."""
    if width(text) <= room:
        return text
    kept = _most(text, room - width(ELLIPSIS), width)
    return text[:kept] + ELLIPSIS


def broken(text: str, room: int, width: Width) -> tuple[str, str]:
    """Break at the last space that fits; where there is none (CJK), before a letter that may begin a line."""
    if width(text) <= room:
        return text, ""
    most = _most(text, room, width)
    space = text.rfind(" ", 0, most + 1)
    cut = space if space > 0 else most
    while space <= 0 and cut > 1 and text[cut] in NEVER_FIRST:
        cut -= 1
    return text[:cut], text[cut:].lstrip(" ")


def paragraph(text: str, room: int, width: Width) -> list[str]:
    """All lines of a text, where there is room for one letter at least; one empty line for no text."""
    first, rest = broken(text, room, width)
    lines = [first]
    while rest and first:
        first, rest = broken(rest, room, width)
        lines.append(first)
    return lines


def _most(text: str, room: int, width: Width) -> int:
    """How many leading letters fit into `room` pixels."""
    kept = 0
    while kept < len(text) and width(text[: kept + 1]) <= room:
        kept += 1
    return kept
