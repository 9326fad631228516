"""The specification's page: its example is the program's own, and it names every key that rules may have."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import Struct

from firmware.entries import Scope
from firmware.points.promising import Premium, YearBonus
from firmware.points.redeeming import Redeeming
from firmware.points.reversal import Overdrawn
from firmware.score.expiry import FixedDate, MonthEnd, Never, RollingDays, YearEnd
from firmware.score.grades import Grade
from firmware.score.hints import Hint, Hints
from firmware.score.history import CATEGORY, KNOWN, PASSED_OVER
from firmware.score.measure import Counts, Measure
from firmware.score.points import Campaign, GradeRates, PointRules, Rounding
from firmware.score.rules import Certificate, Rules
from tests.firmware.score.vectors import FILE, POWERS

PAGE = (Path(__file__).parents[3] / "docs" / "spec" / "score.md").read_text("utf-8")
VECTORS: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
STRUCTS = [
    *[Rules, Certificate, Redeeming, Premium, YearBonus],
    *[Measure, Hints, Hint, PointRules, GradeRates, Campaign],
    *[RollingDays, MonthEnd, YearEnd, FixedDate],
]
KEYS = sorted({field.encode_name for struct in STRUCTS for field in msgspec.structs.fields(struct)})
WORDS = [*Counts, *Rounding, *Scope, *Grade, *Overdrawn]


@pytest.mark.parametrize("key", KEYS)
def test_every_key_of_the_rules_stands_on_the_page(key: str) -> None:
    assert f"`{key}`" in PAGE


@pytest.mark.parametrize("word", WORDS)
def test_every_word_that_rules_may_say_stands_on_the_page(word: str) -> None:
    assert f"`{word}`" in PAGE or f" {word}" in PAGE


@pytest.mark.parametrize("kind", [Never, RollingDays, MonthEnd, YearEnd, FixedDate])
def test_every_kind_of_expiry_stands_on_the_page(kind: type[Struct]) -> None:
    assert f"| `{kind.__struct_config__.tag}` |" in PAGE


@pytest.mark.parametrize("column", sorted({*KNOWN, *PASSED_OVER, f"{CATEGORY}NAME"}))
def test_every_column_of_a_history_stands_on_the_page(column: str) -> None:
    assert f"`{column}`" in PAGE.partition("## Histories")[2]


def test_the_worked_example_is_what_the_vectors_compute() -> None:
    *acts, read = VECTORS["worked"]
    rows = [
        [cell.strip() for cell in line.split("|")[2:-1]]
        for line in PAGE.splitlines()
        if re.match(r"\| (add|rem)", line)
    ]
    keys = ("at", "p", "epoch", "fraction", "power", "slope", "rest", "weight", "term", "f")
    assert rows == [[*(str(act[key]) for key in keys), f"`{act['score']}`"] for act in acts]
    assert f"epoch {read['epoch']}, f = {read['fraction']}" in PAGE
    assert f"= {read['weight']}:" in PAGE
    assert f"= {read['value']}\n" in PAGE


def test_the_tables_checksum_and_corners_stand_on_the_page() -> None:
    assert VECTORS["table"]["sha256"] in PAGE
    for entry in (0, 1, 128, 255, 256):
        assert f"T_{entry} = {POWERS[entry]}" in PAGE


@pytest.mark.parametrize("name", VECTORS)
def test_every_list_of_vectors_is_explained(name: str) -> None:
    assert f"`{name}`" in PAGE.partition("## Vectors")[2]
