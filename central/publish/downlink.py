"""What central says to terminals, built from one view of the database; pure but for that view."""

from msgspec import UNSET, Raw
from sqlalchemy import Connection

from central.documents.answering import table_document
from central.documents.versions import newest_versions
from central.ingest.answer import Answer
from central.ledger.lives import heads_of, heads_with
from central.ledger.programme import programme_of
from central.ledger.records import changes_after, record_of
from central.ledger.rules import RulesShelf
from central.ledger.terminals import shop_of
from firmware.mqtt.messages import (
    Acknowledgement,
    Document,
    DocumentRequest,
    Head,
    Mark,
    MemberChanges,
    MemberRequest,
    MemberResponse,
    Versions,
    encode,
)

__all__ = ["acknowledgement", "document", "everything_acknowledged", "member_response", "versions"]

MOST_RECORDS = 500
MOST_BYTES = 2**20
"""A part of a document stays well below the longest signed message."""


def acknowledgement(answer: Answer, epoch: int, now: int) -> Acknowledgement:
    """What one transaction made durable of a terminal's entries, and what it refused."""
    return Acknowledgement(
        to=answer.terminal,
        epoch=epoch,
        time=now,
        heads=list(answer.heads.values()),
        refused=answer.refused,
        resend=answer.resend,
    )


def everything_acknowledged(connection: Connection, terminal: str, now: int) -> Acknowledgement:
    """Every life of a terminal that is recorded; what it has beyond that, it sends again."""
    epoch = programme_of(connection).epoch
    return Acknowledgement(to=terminal, epoch=epoch, time=now, heads=heads_of(connection, terminal), complete=True)


def versions(connection: Connection, rules: RulesShelf, now: int) -> Versions:
    """The newest version of each document."""
    programme = programme_of(connection)
    in_force = rules.load(connection)
    return Versions(
        to="*",
        epoch=programme.epoch,
        time=now,
        rules=in_force.rules.version,
        members=programme.change,
        tables=newest_versions(connection) or UNSET,
    )


def document(connection: Connection, rules: RulesShelf, request: DocumentRequest, now: int) -> Document:
    """A document whole, or what is newer than the terminal has."""
    if request.name == "rules":
        return _rules_document(connection, rules, request, now)
    if request.name == "members":
        return _members_document(connection, request, now)
    return table_document(connection, request, now)


def member_response(connection: Connection, request: MemberRequest, now: int) -> MemberResponse:
    """One member, as seen from the terminal that asks."""
    shop = shop_of(connection, request.terminal) or ""
    return MemberResponse(
        to=request.terminal,
        epoch=programme_of(connection).epoch,
        time=now,
        id=request.id,
        expires=request.expires,
        member=request.member,
        record=record_of(connection, int(request.member), shop, now),
        through=_through(heads_with(connection, request.terminal, int(request.member))),
    )


def _rules_document(connection: Connection, rules: RulesShelf, request: DocumentRequest, now: int) -> Document:
    in_force = rules.load(connection)
    return Document(
        to=request.terminal,
        epoch=programme_of(connection).epoch,
        time=now,
        id=request.id,
        name="rules",
        base=0,
        version=in_force.rules.version,
        more=False,
        body=Raw(in_force.body),
    )


def _members_document(connection: Connection, request: DocumentRequest, now: int) -> Document:
    programme = programme_of(connection)
    base = request.have if programme.first_change <= request.have <= programme.change else 0
    shop = shop_of(connection, request.terminal) or ""
    most, through = MOST_RECORDS, _through(heads_of(connection, request.terminal))
    while True:
        changes = changes_after(connection, base, shop, now, most)
        body = encode(MemberChanges(changes.changed, changes.removed, through))
        if len(body) <= MOST_BYTES or most == 1:
            break
        most = max(most // 5, 1)
    return Document(
        to=request.terminal,
        epoch=programme.epoch,
        time=now,
        id=request.id,
        name="members",
        base=base,
        version=changes.version if changes.more else programme.change,
        more=changes.more,
        body=Raw(body),
    )


def _through(heads: list[Head]) -> list[Mark]:
    return [Mark(life=head.life, seq=head.seq) for head in heads]
