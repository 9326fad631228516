"""Rules: one strict document, and an answer that names the bad key."""

import json
from contextlib import suppress
from copy import deepcopy
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis.strategies import binary, dictionaries, recursive, sampled_from
from hypothesis.strategies import integers as numbers
from hypothesis.strategies import lists as arrays
from hypothesis.strategies import text as texts

from firmware.points.redeeming import Redeeming
from firmware.score.errors import RulesInvalid, ScoreError
from firmware.score.points import Rounding
from firmware.score.rules import Certificate, Rules, default_rules, encode_rules, parse_rules
from tests.firmware.score.programme import document, rules

HINT = {"key": "h", "text": {"en": "Thank them"}}
CAMPAIGN = {"name": "c", "percent": 200, "starts": 0, "ends": 9}


def put(path: str, value: Any) -> dict[str, Any]:
    """The rules with one value replaced or added; a path is like `points.campaigns.0.ends`."""
    changed = deepcopy(
        document(
            hints={
                "recent": "recent",
                "continuity": "continuity",
                "table": {"A": {"A": HINT, "B": HINT}, "B": {"A": HINT}},
            },
            points={"rate": 20, "per": 1000, "campaigns": [CAMPAIGN, dict(CAMPAIGN)]},
        )
    )
    *parents, last = (int(step) if step.isdigit() else step for step in path.split("."))
    node: Any = changed
    for parent in parents:
        node = node[parent]
    node[last] = value
    return changed


def refused(changed: Any) -> RulesInvalid:
    with pytest.raises(RulesInvalid) as caught:
        parse_rules(json.dumps(changed).encode())
    return caught.value


def test_the_default_rules_are_those_of_the_specification() -> None:
    shipped = default_rules()
    assert (shipped.currency, shipped.timezone) == ("JPY", "Asia/Tokyo")
    assert (shipped.points.rate, shipped.points.per, shipped.points.rounding) == (20, 1000, Rounding.DOWN)
    assert shipped.certificate == Certificate(1000, 1000)
    assert [(measure.name, measure.counts, measure.half_life.days) for measure in shipped.measures] == [
        ("recent", "amount", 30),
        ("continuity", "visits", 365),
    ]


@pytest.mark.parametrize("some", [default_rules(), rules(), parse_rules(json.dumps(put("version", 0)).encode())])
def test_rules_read_back_as_they_were_written(some: Rules) -> None:
    assert parse_rules(encode_rules(some)) == some
    assert parse_rules(memoryview(encode_rules(some))) == some
    assert parse_rules(msgspec.Raw(encode_rules(some))) == some


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ("colour", "red", "colour"),
        ("points.colour", "red", "points.colour"),
        ("measures.1.colour", "red", "measures[1].colour"),
        ("points.campaigns.1.colour", "red", "points.campaigns[1].colour"),
        ("grades.continuity.F", 1, "grades.continuity.F"),
        ("hints.table.A.B", {"key": "h", "text": {"en": "x"}, "colour": 1}, "hints.table.A.B.colour"),
        ("hints.table.B.A", {"key": "h"}, "hints.table.B.A.text"),
        ("hints.table.B.A", {"key": "h", "text": {"ja": "x"}}, "hints.table.B.A"),
        ("hints.table.A.B", {"key": "h", "text": {"en": "x", "ja": ""}}, "hints.table.A.B.text.ja"),
        ("hints.table.F", {}, "hints.table"),
        ("version", -1, "version"),
        ("version", "1", "version"),
        ("currency", "yen", "currency"),
        ("grades.recent.A", 1.5, "grades.recent.A"),
        ("grades.continuity.A", 24, "grades.continuity"),
        ("measures.0.half_life", "P1Y", "measures[0].half_life"),
        ("measures.0.half_life", 30, "measures[0].half_life"),
        ("measures.0.half_life", "PT1S", "measures[0]"),
        ("measures.0.counts", "smiles", "measures[0].counts"),
        ("measures.0.name", "Recent!", "measures[0].name"),
        ("points.rate", True, "points.rate"),
        ("points.per", 0, "points.per"),
        ("points.rounding", "nearest", "points.rounding"),
        ("points.expiry", {"kind": "weeks", "weeks": 3}, "points.expiry.kind"),
        ("points.campaigns.1.percent", 100, "points.campaigns[1].percent"),
        ("points.campaigns.1.ends", 0, "points.campaigns[1]"),
        ("certificate", [], "certificate"),
        ("certificate", {"points": 1000}, "certificate.worth"),
        ("redeeming", {"points": 3, "worth": 2}, "redeeming"),
        ("redeeming", {"points": 1, "worth": 1, "most_percent": 101}, "redeeming.most_percent"),
        ("premiums", [{"name": "mug", "points": 500, "text": {"ja": "マグ"}}], "premiums[0]"),
        ("overdrawn", "forgive", "overdrawn"),
        ("bonus", [{"amount": 0, "points": 1}], "bonus[0].amount"),
        ("points.pending_days", 367, "points.pending_days"),
        ("points.expiry", {"kind": "fixed", "date": "2027-02-30"}, "points.expiry.date"),
        ("points.expiry", {"kind": "year_end", "years": 1, "month": 13}, "points.expiry.month"),
    ],
)
def test_the_bad_key_is_named(path: str, value: Any, key: str) -> None:
    assert refused(put(path, value)).key == key


@pytest.mark.parametrize("key", ["version", "currency", "timezone", "measures", "grades", "hints", "points"])
def test_a_missing_key_is_named(key: str) -> None:
    changed = document()
    del changed[key]
    error = refused(changed)
    assert error.faults == [(key, "missing, add it")]


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ("measures.1.name", "recent", "measures[1].name"),
        ("grades.loyalty", {"A": 4, "B": 3, "C": 2, "D": 1}, "grades.loyalty"),
        ("hints.recent", "loyalty", "hints.recent"),
        ("hints.continuity", "loyalty", "hints.continuity"),
        ("points.by_grade", {"measure": "loyalty", "rates": {}}, "points.by_grade.measure"),
        ("points.campaigns.1", CAMPAIGN | {"measure": "loyalty", "grades": ["A"]}, "points.campaigns[1].measure"),
        ("timezone", "Asia/Edo", "timezone"),
        ("timezone", "Asia", "timezone"),
        ("timezone", "../etc/passwd", "timezone"),
        ("timezone", "\0", "timezone"),
        ("timezone", "localtime", "timezone"),
        ("timezone", "posixrules", "timezone"),
        ("timezone", "right/Asia/Tokyo", "timezone"),
    ],
)
def test_parts_that_do_not_fit_each_other_are_refused(path: str, value: Any, key: str) -> None:
    assert key in [name for name, _ in refused(put(path, value)).faults]


def test_a_premium_has_a_name_of_its_own() -> None:
    mug = {"name": "mug", "points": 500, "text": {"en": "Mug"}}
    assert [key for key, _ in refused(put("premiums", [mug, mug])).faults] == ["premiums[1].name"]


def test_the_faults_of_every_key_are_told_at_once() -> None:
    changed = put("points.rate", True) | {"currency": "yen", "colour": "red"}
    del changed["grades"]
    assert dict(refused(changed).faults).keys() == {"currency", "grades", "points.rate", "colour"}


def test_what_rules_do_not_say_about_spending_is_not_written() -> None:
    assert encode_rules(default_rules()).startswith(b'{"version":1,"currency":"JPY"')
    assert not {"redeeming", "premiums", "overdrawn", "bonus"} & json.loads(encode_rules(rules())).keys()


def test_points_have_the_price_of_the_discount_or_else_of_the_certificate() -> None:
    assert rules().price == Redeeming(1000, 1000, 1000)
    assert rules(redeeming={"points": 2, "worth": 1, "step": 2}).price == Redeeming(2, 1, 2)
    assert rules(certificate=None).price is None


def test_every_misfit_is_told_at_once() -> None:
    changed = put("hints.recent", "loyalty")
    changed["timezone"] = "Asia/Edo"
    assert [key for key, _ in refused(changed).faults] == ["hints.recent", "timezone"]


def test_a_refusal_says_what_happened_what_was_left_and_what_to_do() -> None:
    error = refused(put("points.colour", "red"))
    assert isinstance(error, ScoreError)
    assert str(error) == (
        "rules not taken: `points.colour`: not a key that rules have, remove it; "
        "the rules in force were left as they are, correct this and retry"
    )


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b'"\xff"', b"\xff", b"{}{}", b"1e9", b"[" * 10**6])
def test_what_is_no_rules_document_at_all_is_refused(text: bytes) -> None:
    with pytest.raises(RulesInvalid):
        parse_rules(text)


@given(binary(max_size=200))
def test_no_bytes_are_answered_with_another_error(some: bytes) -> None:
    with pytest.raises(RulesInvalid):
        parse_rules(some)


PATHS = ["measures", "measures.0", "grades", "grades.recent", "hints", "hints.table", "hints.table.A", "points"]
anything = recursive(
    numbers() | texts(max_size=3) | sampled_from([None, True, 1.5]),
    lambda inner: arrays(inner, max_size=3) | dictionaries(sampled_from(["A", "text", "key", "x"]), inner, max_size=3),
    max_leaves=5,
)


@given(sampled_from(PATHS), anything)
def test_whatever_stands_somewhere_is_taken_or_refused_by_name(path: str, value: Any) -> None:
    changed = json.dumps(put(path, value)).encode()
    with suppress(RulesInvalid):
        assert parse_rules(encode_rules(parse_rules(changed)))


def test_rules_made_in_code_are_held_to_the_same() -> None:
    with pytest.raises(RulesInvalid, match="no measure has this name"):
        msgspec.structs.replace(rules(), measures=[])
