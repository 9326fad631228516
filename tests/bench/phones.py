"""Photographs of phones, as the benches show them to a camera: with a member's own code, or with a rotating one."""

from PIL import ImageDraw

from firmware.codes import MemberCode, RotatingCode
from firmware.codes.symbols import picture
from firmware.vision import Frame
from provisioning.demo.phone import CODE_CENTRE, Phone, draw_phone
from provisioning.demo.scene import photograph

__all__ = ["member", "rotating_frame", "static_frame"]

SCALE = 3
"""Pixels to a module: a rotating code as wide as a member's own one at 4."""
CARD, LIFTED = (36, 190, 564, 500), 26


def member(number: int) -> MemberCode:
    """One of the benches' members."""
    return MemberCode.of("12345", f"{number:05d}00")


def static_frame(number: int) -> Frame:
    """That member's phone with the code that never changes."""
    return _taken(number, None)


def rotating_frame(number: int, value: str) -> Frame:
    """The same with a one-time value behind it."""
    return _taken(number, RotatingCode(member(number), value))


def _taken(number: int, code: RotatingCode | None) -> Frame:
    phone = draw_phone(Phone("Habitue", "", member(number)))
    if code is not None:
        middle, centre = CODE_CENTRE
        symbol = picture(code, scale=SCALE, caption=False).convert("RGB")
        ImageDraw.Draw(phone).rectangle(CARD, fill="#ffffff")
        phone.paste(symbol, (middle - symbol.width // 2, centre - LIFTED - symbol.height // 2))
    taken = photograph(phone, seed=number)
    return Frame(taken.width, taken.height, taken.convert("L").tobytes(), float(number))
