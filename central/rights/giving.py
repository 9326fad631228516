"""Granting what is free to a terminal that nobody else stands in the way of, or saying again what was granted."""

from sqlalchemy import Connection

from central.errors import CertificateNotFree
from central.ledger.granting import Asked, certificate_right, grant, grant_certificate, open_rights, unreceived
from central.ledger.lots import free_lots
from central.ledger.merging import resolved
from central.ledger.terminals import shop_of
from central.ledger.vouchers import free_certificates, free_coupons
from central.rights.finding import NOTHING, fault_of, of_certificate
from central.rights.letters import Letters
from central.rights.waiting import Waiter
from firmware.entries import LotPart, Scope

__all__ = ["given", "grantable"]


def given(connection: Connection, letters: Letters, waiter: Waiter, now: int) -> str | None:
    """Give a waiter what is free; a reason where that is nothing.

    What was granted to it before and is not recorded yet is said again instead, under the same number.
    """
    if of_certificate(waiter.about):
        return _certificate(connection, letters, waiter, now)
    return _points(connection, letters, waiter, now)


def grantable(connection: Connection, terminal: str, member: int, now: int) -> list[LotPart]:
    """The member's free lots that count in the terminal's shop."""
    shop = shop_of(connection, terminal)
    lots = free_lots(connection, member, now)
    return [part for part in lots if part.scope is not Scope.SHOP or part.where == shop]


def _points(connection: Connection, letters: Letters, waiter: Waiter, now: int) -> str | None:
    member = resolved(connection, int(waiter.whose))
    pending = [act for act in unreceived(connection, waiter.terminal) if act.member == waiter.whose]
    proved = waiter.proved and not waiter.told
    for act in pending[:-1]:
        letters.grant(act)
    if _anything(connection, waiter.terminal, member, now):
        for act in pending[-1:]:
            letters.grant(act)
        act = grant(connection, waiter.terminal, waiter.whose, Asked(waiter.answers, proved), now)
        letters.grant(act, waiter.answers, proved=proved)
        return None
    if pending:
        letters.grant(pending[-1], waiter.answers, proved=proved)
        return None
    ours = [one for one in open_rights(connection, member) if one.terminal == waiter.terminal]
    if not ours:
        return NOTHING
    letters.renew(ours[0], waiter.answers, proved=proved)
    return None


def _anything(connection: Connection, terminal: str, member: int, now: int) -> bool:
    free = (free_coupons(connection, member), free_certificates(connection, member, now))
    return any(free) or bool(grantable(connection, terminal, member, now))


def _certificate(connection: Connection, letters: Letters, waiter: Waiter, now: int) -> str | None:
    serial = waiter.about
    for act in unreceived(connection, waiter.terminal):
        if any(one.serial == serial for one in act.certificates):
            letters.grant(act, waiter.answers)
            return None
    if certificate_right(connection, serial) is not None:
        return NOTHING
    try:
        act = grant_certificate(connection, waiter.terminal, serial, Asked(waiter.answers), now)
    except CertificateNotFree:
        return fault_of(connection, serial, now) or NOTHING
    letters.grant(act, waiter.answers)
    return None
