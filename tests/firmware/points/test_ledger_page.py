"""The ledger's page: it names every reason, policy and kind, and the checks that it points to are there."""

import re
from pathlib import Path

import pytest

from firmware.points.certificates import LONGEST
from firmware.points.coupons import REASONS
from firmware.points.lots import LotState, Sums
from firmware.points.pins import LOCKED_SECONDS, MOST_TRIES
from firmware.points.reversal import Overdrawn
from firmware.points.spending import MOST_PARTS
from firmware.points.tickets import Reentry

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "spec" / "ledger.md").read_text("utf-8")
TOLD = [reason for reason, _ in REASONS] + ["coupon_item_missing", "coupon_nothing_to_pay"]
REFUSED = [
    *(f"certificate_{why}" for why in ("not_here", "expired", "other_currency")),
    *(f"ticket_{why}" for why in ("unknown", "other_event", "early", "late", "other_gate", "used")),
]


@pytest.mark.parametrize("word", [*TOLD, *REFUSED, *Overdrawn, *Reentry, *LotState.__struct_fields__])
def test_every_reason_policy_and_sum_stands_on_the_page(word: str) -> None:
    assert f"`{word}`" in PAGE


def test_the_reasons_stand_in_the_order_in_which_they_are_told() -> None:
    places = [PAGE.index(f"`{reason}`") for reason in TOLD]
    assert places == sorted(places)


def test_the_page_tells_the_programs_own_numbers() -> None:
    assert f"at most {MOST_PARTS} parts" in PAGE
    assert f"of at most {LONGEST} characters" in PAGE
    assert (MOST_TRIES, LOCKED_SECONDS) == (5, 5 * 60)
    assert "five wrong ones in a row lock the number for five minutes" in PAGE


def test_the_identity_on_the_page_is_the_programs() -> None:
    came, _, went = PAGE.partition("given + covered + loss  =  spent + reversed + gone + balance")[1].partition("  =  ")
    terms = {name: place + 2 for place, name in enumerate(("given", "covered", "loss", "spent", "reversed", "gone"))}
    sums = Sums(**terms, left=sum(terms[name] for name in came.split(" + ")))
    left = sums.left - sum(terms[name] for name in went.split(" + ") if name != "balance")
    assert Sums(**terms, left=left).conserved


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:tests|firmware|central)/[a-z_/.]+)`", PAGE))))
def test_what_the_page_says_checks_an_invariant_is_there(path: str) -> None:
    assert (ROOT / path).exists()
