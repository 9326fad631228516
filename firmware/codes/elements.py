"""GS1 element strings, as DataBar Expanded and GS1-128 carry them: identifiers and values, end to end."""

from firmware.codes.element_forms import GROUP_SEPARATOR, Form, forms
from firmware.codes.gtin import Gtin
from firmware.codes.pack_errors import ElementMalformed, ElementRepeated, ElementUnknown, PackError

__all__ = ["elements_in"]

NUMBERS = ("01", "02", "03")
"""What announces a GTIN-14."""


def elements_in(text: str) -> dict[str, str]:
    """Every value by its application identifier, in order; a separator in front or at the end is passed over.

    Raises ElementUnknown, ElementMalformed or ElementRepeated: a symbol is understood whole or not at all.
    """
    found: dict[str, str] = {}
    place = 1 if text.startswith(GROUP_SEPARATOR) else 0
    while place < len(text):
        form, ai = _identifier(text, place)
        place += len(ai)
        end = _end(text, place, form)
        value = text[place:end]
        if not form.value.fullmatch(value) or (ai in NUMBERS and not _is_gtin(value)):
            raise ElementMalformed(ai)
        if found.setdefault(ai, value) != value:
            raise ElementRepeated(ai)
        place = end + (text[end : end + 1] == GROUP_SEPARATOR)
    return found


def _identifier(text: str, place: int) -> tuple[Form, str]:
    for form in forms():
        if ai := form.ai.match(text, place):
            return form, ai[0]
    raise ElementUnknown(place + 1)


def _end(text: str, place: int, form: Form) -> int:
    if form.length is not None:
        return min(place + form.length, len(text))
    end = text.find(GROUP_SEPARATOR, place)
    return len(text) if end < 0 else end


def _is_gtin(value: str) -> bool:
    try:
        Gtin(value)
    except PackError:
        return False
    return True
