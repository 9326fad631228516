"""The clerks of each shop, by number; their PINs are kept as Argon2id."""

import secrets

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, delete, insert, or_, select, update

from central.documents.errors import ClerkKnown, ClerkUnknown, ClerkUnusable, PinUnusable
from central.documents.versions import EVERYBODY, changed_for, move_on, of_shop
from central.store.documents import clerks
from firmware.entries.fields import ClerkId, Where
from firmware.points.clerks import Clerk, ClerkList, Role
from firmware.points.pins import SALT, Pin, pin_hash

__all__ = [
    "ALL_SHOPS",
    "Listed",
    "NewClerk",
    "add_clerk",
    "changed_at",
    "clerk_body",
    "clerks_listed",
    "remove_clerk",
    "set_pin",
]

ALL_SHOPS = ""
encode = msgspec.json.Encoder().encode


class Listed(Struct, frozen=True):
    """A clerk as they may be shown: nothing of the PIN but when it was set."""

    number: str
    shop: str
    role: Role
    pin_set_at: int


class NewClerk(Struct, frozen=True):
    """A clerk to be; shop empty for one of all shops."""

    number: ClerkId
    shop: Where
    role: Role


def add_clerk(connection: Connection, wanted: NewClerk, pin: str, now: int) -> None:
    """Give a shop, or all of them, a clerk; raises ClerkKnown, ClerkUnusable, PinUnusable."""
    _check(pin)
    try:
        msgspec.convert(msgspec.to_builtins(wanted), NewClerk)
    except msgspec.ValidationError:
        raise ClerkUnusable from None
    same = clerks.c.number == wanted.number
    if wanted.shop != ALL_SHOPS:
        same &= clerks.c.shop.in_([ALL_SHOPS, wanted.shop])
    if connection.execute(select(clerks.c.number).where(same)).first() is not None:
        raise ClerkKnown(wanted.number)
    row = {"shop": wanted.shop, "number": wanted.number, "role": str(wanted.role)}
    connection.execute(insert(clerks).values(**row, pin=_hashed(pin), pin_set_at=now))
    _changed(connection, wanted.shop)


def set_pin(connection: Connection, number: str, shop: str, pin: str, now: int) -> None:
    """Give a clerk another PIN; raises ClerkUnknown, PinUnusable."""
    _check(pin)
    same = (clerks.c.shop == shop, clerks.c.number == number)
    if not connection.execute(update(clerks).where(*same).values(pin=_hashed(pin), pin_set_at=now)).rowcount:
        raise ClerkUnknown(number)
    _changed(connection, shop)


def remove_clerk(connection: Connection, number: str, shop: str) -> None:
    """Take a clerk off the list; what they did stays in the entries. Raises ClerkUnknown."""
    same = (clerks.c.shop == shop, clerks.c.number == number)
    if not connection.execute(delete(clerks).where(*same)).rowcount:
        raise ClerkUnknown(number)
    _changed(connection, shop)


def clerks_listed(connection: Connection) -> list[Listed]:
    """All clerks, by shop and number."""
    rows = connection.execute(select(clerks).order_by(clerks.c.shop, clerks.c.number))
    return [Listed(row.number, row.shop, Role(row.role), row.pin_set_at) for row in rows]


def changed_at(connection: Connection, shop: str, _terminal: str) -> int:
    """The version that last changed what a terminal is told."""
    return changed_for(connection, "clerks", [EVERYBODY, of_shop(shop)])


def clerk_body(connection: Connection, shop: str, _terminal: str) -> bytes:
    """The document as a shop's terminals get it."""
    there = or_(clerks.c.shop == ALL_SHOPS, clerks.c.shop == shop)
    rows = connection.execute(select(clerks).where(there).order_by(clerks.c.number))
    return encode(ClerkList([Clerk(row.number, Role(row.role), row.pin) for row in rows]))


def _changed(connection: Connection, shop: str) -> None:
    move_on(connection, "clerks", [of_shop(shop) if shop != ALL_SHOPS else EVERYBODY])


def _check(pin: str) -> None:
    try:
        msgspec.convert(pin, Pin)
    except msgspec.ValidationError:
        raise PinUnusable("this is no PIN") from None


def _hashed(pin: str) -> str:
    return pin_hash(pin, secrets.token_bytes(SALT))
