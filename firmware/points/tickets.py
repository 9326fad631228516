"""Tickets at a gate: admitted, let in again, or refused with when and where it was used first."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from firmware.entries import GatePassed, Instant, TicketSeen
from firmware.entries.fields import Code14

__all__ = ["EventTerms", "Passage", "Reentry", "Ticket", "TicketUses", "passed_on", "passing"]

Gate = Annotated[str, Meta(min_length=1, max_length=32)]


class Reentry(StrEnum):
    """Whether a ticket that was admitted comes in once more."""

    NEVER = "never"
    AFTER_LEAVING = "after_leaving"
    """Once it was shown on the way out."""
    ALWAYS = "always"


class EventTerms(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An event: gates are open from `opens` until before `closes`; raises ValueError where they never are."""

    name: Annotated[str, Meta(min_length=1, max_length=64)]
    opens: Instant
    closes: Instant
    reentry: Reentry = Reentry.NEVER

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError("an event needs `closes` later than `opens`")


class Ticket(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A ticket of an event; bound to one gate (None: any), it is used once whatever the network does."""

    ticket: Code14
    event: str
    gate: Gate | None = None


class TicketUses(Struct, frozen=True):
    """What is known here of a ticket that was admitted: when and where first, and whether it is inside now."""

    first: TicketSeen
    inside: bool = True


class Passage(Struct, frozen=True):
    """What a gate answers; `first` is the first use that it knows of, `refusal` a text's key."""

    passed: GatePassed
    first: TicketSeen | None = None
    refusal: str | None = None


def passing(terms: EventTerms, ticket: Ticket | None, uses: TicketUses | None, gate: str, at: Instant) -> Passage:
    """What a ticket on its way in is answered; `ticket` is None where none of that number was downloaded."""
    first = uses.first if uses else None
    if ticket is None:
        return _refused("ticket_unknown", first)
    if ticket.event != terms.name:
        return _refused("ticket_other_event", first)
    if not terms.opens <= at < terms.closes:
        return _refused("ticket_early" if at < terms.opens else "ticket_late", first)
    if ticket.gate not in {None, gate}:
        return _refused("ticket_other_gate", first)
    if uses is None:
        return Passage(GatePassed.ADMITTED)
    again = terms.reentry is Reentry.ALWAYS or (terms.reentry is Reentry.AFTER_LEAVING and not uses.inside)
    return Passage(GatePassed.AGAIN, first) if again else _refused("ticket_used", first)


def passed_on(uses: TicketUses | None, passed: GatePassed, gate: str, at: Instant) -> TicketUses | None:
    """What is known of a ticket after that answer; of two first uses, learnt of in any order, the earlier counts."""
    seen = TicketSeen(gate, at)
    if passed is GatePassed.REFUSED or (uses is None and passed is GatePassed.OUT):
        return uses
    first = seen if uses is None else min(uses.first, seen, key=lambda use: (use.at, use.gate))
    return TicketUses(first, passed is not GatePassed.OUT)


def _refused(reason: str, first: TicketSeen | None) -> Passage:
    return Passage(GatePassed.REFUSED, first, reason)
