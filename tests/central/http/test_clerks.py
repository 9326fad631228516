"""Clerks over HTTP."""

from tests.central.api import Api, problem
from tests.central.office import Office
from tests.central.records import NOW

SEVEN = {"number": "7", "shop": "bakery-2", "pin": "2580"}


def test_clerks_are_added_shown_without_pins_and_taken_off(operator: Api, office: Office) -> None:
    answer = operator.post("/clerks", SEVEN)
    shown = {"number": "7", "shop": "bakery-2", "role": "clerk", "pin_set_at": NOW}
    assert (answer.status_code, answer.json()) == (201, shown)
    assert operator.post("/clerks", {"number": "1", "role": "manager", "pin": "1470"}).status_code == 201
    assert [one["number"] for one in operator.get("/clerks").json()] == ["1", "7"]
    assert "argon" not in operator.get("/clerks").text
    office.now += 60
    assert operator.put("/clerks/7/pin?shop=bakery-2", {"pin": "1111"}).status_code == 204
    assert operator.get("/clerks").json()[1]["pin_set_at"] == NOW + 60
    assert operator.delete("/clerks/7?shop=bakery-2").status_code == 204
    assert [one["number"] for one in operator.get("/clerks").json()] == ["1"]
    assert office.changes == 4


def test_what_cannot_be_is_refused_with_its_reason(operator: Api, office: Office) -> None:
    operator.post("/clerks", SEVEN)
    assert problem(operator.post("/clerks", SEVEN))[0] == 409
    assert problem(operator.post("/clerks", {**SEVEN, "number": "8", "pin": "12"}))[0] == 422
    assert problem(operator.post("/clerks", {**SEVEN, "number": "8", "role": "owner"}))[0] == 422
    assert problem(operator.put("/clerks/7/pin", {"pin": "1111"}))[0] == 404
    assert problem(operator.delete("/clerks/7"))[0] == 404
    assert office.changes == 1


def test_a_refused_pin_is_not_repeated(operator: Api) -> None:
    answer = operator.post("/clerks", {**SEVEN, "pin": "98765432101234"})
    assert answer.status_code == 422
    assert "98765432101234" not in answer.text


def test_a_reader_sees_clerks_and_changes_none(reader: Api, office: Office) -> None:
    assert reader.get("/clerks").json() == []
    assert problem(reader.post("/clerks", SEVEN))[0] == 403
    assert problem(reader.delete("/clerks/7"))[0] == 403
    assert problem(reader.put("/clerks/7/pin", {"pin": "1111"}))[0] == 403
    assert office.changes == 0
