"""Gift certificates: their right moves as a member's does, by serial, and by number with few tries."""

import pytest

from firmware.entries import CertificateIssued, CertificateUsed, HeldCertificate
from firmware.mqtt.messages import RightGrant, RightRecall, RightRefusal
from tests.central.records import BERT
from tests.central.rights.tills import Street, Till

SERIAL, NUMBER = "ab" * 8, "12345000009999"
CERTIFICATE = HeldCertificate(SERIAL, NUMBER, 500, "JPY", None)


def issued(till: Till, expires: int | None = None) -> None:
    """A certificate of nobody's is bought there with BERT's points, whose right it has."""
    till.sell(BERT, 10)
    till.ask(BERT)
    grant = till.take()
    life = till.record.life
    till.done(CertificateIssued(SERIAL, NUMBER, 500, "JPY", expires, None, life, 1, grant.right))


@pytest.mark.parametrize(("named", "name"), [("serial", SERIAL), ("number", NUMBER)])
def test_a_certificate_moves_to_the_shop_where_it_is_shown(street: Street, named: str, name: str) -> None:
    one, other = street.till("t-1"), street.till("t-2")
    issued(one)
    (recall,) = other.ask(seconds=60, **{named: name})
    assert isinstance(recall, RightRecall)
    assert (recall.to, recall.member, recall.serial) == ("t-1", None, SERIAL)
    (grant,) = one.give_back(certificates=[CERTIFICATE])
    assert isinstance(grant, RightGrant)
    assert (grant.to, grant.member, grant.certificates, grant.keys) == ("t-2", None, [CERTIFICATE], [])


def test_of_two_shops_that_are_shown_it_in_one_second_one_gets_it(street: Street) -> None:
    one, other, third = (street.till(f"t-{number}") for number in (1, 2, 3))
    issued(one)
    other.put(serial=SERIAL)
    third.put(serial=SERIAL)
    street.work()
    said = one.give_back(certificates=[CERTIFICATE])
    assert [(type(letter), letter.to) for letter in said] == [(RightGrant, "t-2"), (RightRefusal, "t-3")]
    other.take()
    other.done(CertificateUsed(SERIAL, 500, "JPY", other.record.life, 1))
    third.ask(serial=SERIAL)
    assert third.refused() == "used"


def test_an_expired_one_and_one_that_never_was_are_refused(street: Street) -> None:
    one, other = street.till("t-1"), street.till("t-2")
    issued(one, expires=street.office.now + 100)
    other.ask(serial="cd" * 8)
    assert other.refused() == "unknown"
    other.ask()
    assert other.refused() == "unknown"
    street.work(101.0)
    other.ask(serial=SERIAL)
    assert other.refused() == "expired"


def test_a_grant_that_was_not_recorded_is_said_again(street: Street) -> None:
    one, other = street.till("t-1"), street.till("t-2")
    issued(one)
    other.ask(serial=SERIAL)
    one.give_back(certificates=[CERTIFICATE])
    first = street.last(RightGrant, "t-2")
    other.ask(serial=SERIAL)
    again = street.last(RightGrant, "t-2")
    assert (again.right, again.certificates) == (first.right, [CERTIFICATE])
    assert again.id != first.id
    other.take()
    other.ask(serial=SERIAL)
    assert other.refused() == "nothing"


def test_numbers_are_tried_only_so_often_by_one_terminal(street: Street) -> None:
    one, other = street.till("t-1"), street.till("t-2")
    issued(one)
    for number in range(10):
        other.ask(number=f"12345{number:09d}")
        assert other.refused() == "unknown"
    other.ask(number=NUMBER)
    assert other.refused() == "attempts"
    assert street.office.alerts()["too many tries"] == "certificates"
    street.work(3601.0)
    other.ask(number=NUMBER)
    assert street.count(RightRecall, "t-1") == 1


def test_one_number_is_tried_only_so_often_by_all(street: Street) -> None:
    tills = [street.till(f"t-{number}") for number in range(1, 7)]
    for till in tills:
        till.ask(number=NUMBER)
    assert [till.refused() for till in tills] == ["unknown"] * 5 + ["attempts"]
