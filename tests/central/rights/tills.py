"""Terminals before central's desk of rights, without a broker: they record what they are told, or do not."""

from collections.abc import Iterable
from typing import Any, TypeVar

from central.ledger.keys import make_key
from central.ledger.programme import begin_epoch, programme_of
from central.ledger.rules import RulesShelf
from central.publish.post import OfRights
from central.store.engine import reading, writing
from firmware.codes import MemberCode
from firmware.codes.rotating import RotatingCode, day_key, day_of_step, step_at
from firmware.entries import (
    Act,
    GivenLot,
    HeldCertificate,
    Identified,
    LotPart,
    Purchase,
    Purpose,
    Redeemed,
    ReturnCause,
    RightReceived,
    RightReturned,
    Scope,
)
from firmware.mqtt import topics
from firmware.mqtt.messages import Presence, RightGrant, RightRecall, RightRefusal, RightRequest, RightStanding, encode
from provisioning.ca import ThrowAway
from tests.central.office import Office
from tests.central.records import Record, signer_for

__all__ = ["Street", "Till"]

M = TypeVar("M", bound=OfRights)


class Street:
    """An office, its clock that counts seconds, and the terminals before it."""

    def __init__(self, office: Office, authority: ThrowAway) -> None:
        self.office = office
        self.authority = authority
        self.moment = 1000.0
        self.said: list[OfRights] = []
        self._ids = 0

    def till(self, name: str, *, online: bool = True) -> "Till":
        """A terminal whose opening is recorded, and which is there if it is to be."""
        till = Till(self, name)
        till.send()
        if online:
            till.appear()
        self.said.clear()
        return till

    def work(self, seconds: float = 0.0) -> list[OfRights]:
        """What the desk says once so many seconds have passed."""
        self.moment += seconds
        self.office.now += int(seconds)
        self.office.sent.clear()
        self.office.rights.work(self.office.now, self.moment)
        said = [one.message for one in self.office.sent if one.topic.endswith("/right")]
        self.said += said  # type: ignore[arg-type]
        return said  # type: ignore[return-value]

    def enrol(self, member: str) -> None:
        """Put the member's key on a phone."""
        with writing(self.office.engine) as connection:
            make_key(connection, int(member), self.office.now)

    def value(self, member: str, steps: int = 0) -> str:
        """What that phone shows now, or so many steps later."""
        with writing(self.office.engine) as connection:
            key = make_key(connection, int(member), self.office.now)
            zone = RulesShelf().load(connection).rules.zone
        step = step_at(self.office.now) + steps
        return RotatingCode.of(MemberCode.parse(member), day_key(key, day_of_step(step, zone)), step).value

    def restore(self) -> None:
        """As a backup is brought back: a higher epoch, and nobody is known to be there."""
        with writing(self.office.engine) as connection:
            begin_epoch(connection, 0)

    def new_id(self) -> str:
        self._ids += 1
        return f"{self._ids:016x}"

    def last(self, kind: type[M], to: str) -> M:
        """The newest message of that kind to a terminal."""
        found = [one for one in self.said if isinstance(one, kind) and one.to == to]
        assert found, f"no {kind.__name__} to {to}: {self.said}"
        return found[-1]

    def count(self, kind: type[OfRights], to: str | None = None) -> int:
        return sum(isinstance(one, kind) and to in (None, one.to) for one in self.said)


class Till:
    """One terminal: its record, and how much of that central has."""

    def __init__(self, street: Street, name: str) -> None:
        self.street = street
        self.name = name
        self.record = Record(name, signer_for(street.authority, name), f"shop-{name}")
        self._sent: dict[int, int] = {}

    def add(self, act: Act) -> None:
        """Record something, and keep it back."""
        self.record.add(act, at=self.street.office.now)

    def send(self) -> list[OfRights]:
        """Send everything that central does not have; returns what the desk says then."""
        office, batches = self.street.office, []
        for number, life in enumerate(self.record.lives):
            first = self._sent.get(number, 0) + 1
            if first <= len(life.sealed):
                batches.append((self.name, self.record.batch(first, life=number)))
            self._sent[number] = len(life.sealed)
        done = office.take(*batches)
        office.rights.recorded(done.answers)
        return self.street.work()

    def done(self, act: Act) -> list[OfRights]:
        """Record something and send it."""
        self.add(act)
        return self.send()

    def sell(
        self, member: str, points: int, right: int | None = None, scope: Scope = Scope.PROGRAMME
    ) -> list[OfRights]:
        """A purchase that gives so many points for ever, if any."""
        return self.done(self.sale(member, points, right, scope))

    def sale(self, member: str, points: int, right: int | None = None, scope: Scope = Scope.PROGRAMME) -> Purchase:
        lots = [GivenLot(points, scope, None, right=right)] if points else []
        return Purchase(member, Identified.STATIC, points * 100, "JPY", {}, lots, 1)

    def spend(self, member: str, parts: Iterable[LotPart]) -> list[OfRights]:
        return self.done(Redeemed(member, Identified.CARD, list(parts), Purpose.PREMIUM, 0, "JPY", premium="mug"))

    def appear(self, state: Any = "online", epoch: int | None = None) -> list[OfRights]:
        """Say that it is there, or gone."""
        office, head = self.street.office, self.record.head
        with reading(office.engine) as connection:
            known = programme_of(connection).epoch
        presence = Presence(
            terminal=self.name,
            state=state,
            birth="ab" * 8,
            at=office.now,
            epoch=known if epoch is None else epoch,
            head=head,
        )
        office.desk.hear([(self.name, topics.PRESENCE, encode(presence))], office.now)
        return self.street.work()

    def ask(
        self, member: str | None = None, code: str | None = None, *, seconds: int = 60, **named: str
    ) -> list[OfRights]:
        """Ask for a right; returns what the desk says at once."""
        self.put(member, code, seconds=seconds, **named)
        return self.street.work()

    def put(self, member: str | None = None, code: str | None = None, *, seconds: int = 60, **named: str) -> str:
        """Ask for a right, which the desk has not looked at yet; returns the question's id."""
        office = self.street.office
        request = RightRequest(
            id=self.street.new_id(),
            terminal=self.name,
            expires=office.now + seconds,
            member=member,
            code=code,
            **named,  # type: ignore[arg-type]
        )
        office.desk.hear([(self.name, topics.REQUEST, encode(request))], office.now)
        return request.id

    def take(self) -> RightGrant:
        """Record the newest grant and say so."""
        grant = self.street.last(RightGrant, self.name)
        self.done(RightReceived(grant.right, grant.member, grant.lots, grant.coupons, grant.certificates))
        return grant

    def give_back(self, lots: Iterable[LotPart] = (), certificates: Iterable[HeldCertificate] = ()) -> list[OfRights]:
        """Answer the newest recall; returns what the desk says then."""
        recall = self.street.last(RightRecall, self.name)
        cause = ReturnCause.RECALLED
        held = list(certificates)
        return self.done(
            RightReturned(recall.right, recall.member, list(lots), cause, certificates=held, serial=recall.serial)
        )

    def refused(self) -> str:
        """Why the newest refusal refuses."""
        return self.street.last(RightRefusal, self.name).reason

    def standing(self) -> tuple[str | None, str]:
        """What it was told last of its rights."""
        told = self.street.last(RightStanding, self.name)
        return told.confirmed, told.reason
