"""The acts of coupons, gift certificates and tickets."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from firmware.entries.fields import (
    Amount,
    CertificateSerial,
    Code14,
    Count,
    CouponName,
    Currency,
    EntryName,
    Instant,
    LifeId,
    Sequence,
)

__all__ = [
    "CertificateIssued",
    "CertificateUsed",
    "CouponIssued",
    "CouponUsed",
    "Gate",
    "GatePassed",
    "TicketSeen",
    "TicketUse",
]

Gate = Annotated[str, Meta(min_length=1, max_length=32)]
Event = Annotated[str, Meta(min_length=1, max_length=64)]


class CouponIssued(
    Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind", tag="coupon-issued"
):
    """A coupon handed to a member on the result of the purchase that is named; `right` as in a given lot."""

    member: Code14
    coupon: CouponName
    life: LifeId
    seq: Sequence
    right: Count | None = None


class CouponUsed(
    Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind", tag="coupon-used"
):
    """A coupon redeemed on the purchase that is named, which took `worth` off its amount (none for double points).

    `issue` names the entry that issued a single-use coupon; null for one that everybody may use.
    """

    member: Code14 | None
    coupon: CouponName
    worth: Amount
    life: LifeId
    seq: Sequence
    issue: EntryName | None = None


class CertificateIssued(
    Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind", tag="certificate-issued"
):
    """A gift certificate bought with the points of the redemption that is named; this terminal holds its right."""

    serial: CertificateSerial
    number: Code14
    worth: Amount
    currency: Currency
    expires: Instant | None
    member: Code14 | None
    life: LifeId
    seq: Sequence
    right: Count


class CertificateUsed(
    Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind", tag="certificate-used"
):
    """A gift certificate taken in payment on the purchase that is named: `used` of it, and it is used up."""

    serial: CertificateSerial
    used: Amount
    currency: Currency
    life: LifeId
    seq: Sequence
    member: Code14 | None = None


class GatePassed(StrEnum):
    """What a gate said to a ticket."""

    ADMITTED = "admitted"
    AGAIN = "again"
    """Let in once more, as the event's policy allows."""
    REFUSED = "refused"
    OUT = "out"
    """Left, so that it may come in once more."""


class TicketSeen(Struct, frozen=True, forbid_unknown_fields=True):
    """When and where a ticket was used first."""

    gate: Gate
    at: Instant


class TicketUse(
    Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind", tag="ticket-use"
):
    """A ticket presented at a gate, and what came of it."""

    ticket: Code14
    event: Event
    gate: Gate
    passed: GatePassed
    first: TicketSeen | None = None
