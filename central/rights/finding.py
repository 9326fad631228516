"""What a question is about, and who holds that."""

from msgspec import Struct
from sqlalchemy import Connection, select

from central.ledger.granting import OpenRight, certificate_right, open_rights
from central.ledger.merging import resolved
from central.ledger.vouchers import serial_of
from central.rights.proving import ATTEMPTS, UNKNOWN, Proving
from central.store.points import certificates
from central.store.schema import members
from firmware.mqtt.messages import RightRequest

__all__ = [
    "EXPIRED",
    "NOTHING",
    "QUARANTINED",
    "USED",
    "WAITING",
    "Found",
    "elsewhere",
    "fault_of",
    "found",
    "held_of",
    "of_certificate",
]

NOTHING, QUARANTINED, WAITING, USED, EXPIRED = "nothing", "quarantined", "waiting", "used", "expired"
"""Reasons of a refusal."""
SERIAL_LENGTH = 16


class Found(Struct, frozen=True):
    """A right by the member's own code or the certificate's serial, and by what the terminal calls it."""

    about: str
    whose: str


def of_certificate(about: str) -> bool:
    """Whether a right is a single certificate's: serials are longer than member codes."""
    return len(about) == SERIAL_LENGTH


def found(connection: Connection, proving: Proving, request: RightRequest, now: int) -> Found | str:
    """What a request is about, or why that is nothing."""
    if request.member is not None:
        code = resolved(connection, int(request.member))
        removed = connection.execute(select(members.c.removed).where(members.c.code == code)).scalar()
        return UNKNOWN if removed is not False else Found(f"{code:014d}", request.member)
    named = request.serial or request.number
    if named is None:
        return UNKNOWN
    if not proving.may_search(request.terminal, named, now):
        return ATTEMPTS
    serial = named if of_certificate(named) else serial_of(connection, int(named))
    fault = UNKNOWN if serial is None else fault_of(connection, serial, now)
    if fault == UNKNOWN:
        proving.searched_in_vain(connection, request.terminal, named, now)
    return Found(serial, serial) if serial is not None and fault is None else fault or UNKNOWN


def fault_of(connection: Connection, serial: str, now: int) -> str | None:
    """Why a certificate is good for nothing, wherever it is; None where it may be."""
    row = connection.execute(select(certificates).where(certificates.c.serial == serial)).first()
    if row is None or row.worth is None:
        return UNKNOWN
    if row.spent > 0 or row.voided > 0:
        return USED
    return EXPIRED if row.expires is not None and row.expires <= now else None


def held_of(connection: Connection, about: str) -> list[OpenRight]:
    """Who holds rights of that member, or the certificate."""
    if of_certificate(about):
        held = certificate_right(connection, about)
        return [] if held is None else [held]
    return open_rights(connection, int(about))


def elsewhere(connection: Connection, about: str, terminal: str) -> list[OpenRight]:
    """What other terminals hold of it."""
    return [one for one in held_of(connection, about) if one.terminal != terminal]
