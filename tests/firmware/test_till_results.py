"""A result says what a receipt needs: when, by whom, what came off it and why, and the sale that was taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from firmware.entries import (
    Act,
    CertificateUsed,
    CouponUsed,
    EntryId,
    Identified,
    Joining,
    LotPart,
    Purpose,
    Redeemed,
    Scope,
)
from firmware.flow.effects import CommitRefund, CommitVoid
from firmware.goods import Deduction, DeductionKind
from firmware.journal import Journal
from firmware.score.expiry import RollingDays
from firmware.till import Till
from firmware.till.errors import NothingToVoidHere, SaleElsewhere, SaleTakenBack, SaleTooOld, SaleUnknown
from firmware.till.results import off_by
from tests.firmware.shop import HANA, NOON, PLACE, bought, moment, opened
from tests.firmware.test_till_spending import RULES, spending

POINTS_OFF = (Deduction(DeductionKind.POINTS, 600),)
LIFE = "00000000000000aa"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal, _ = opened(tmp_path, alone=True)
    yield journal
    journal.close()


@pytest.fixture
def counter(journal: Journal) -> Till:
    rules = replace(RULES, points=replace(RULES.points, expiry=RollingDays(30)))
    return Till(journal, lambda: rules, PLACE, "en")


def test_a_sale_says_when_it_was_who_sold_and_what_points_took_off(counter: Till) -> None:
    counter.sell(bought(50_000), moment())
    result = counter.sell(spending(600), moment(2))
    assert (result.at, result.clerk, result.off, result.sale) == (NOON + 2, "7", POINTS_OFF, None)
    shown = counter.last(moment(3))
    assert shown is not None
    assert (shown.at, shown.clerk, shown.off) == (NOON + 2, "7", POINTS_OFF)


def test_after_a_restart_the_same_is_said(counter: Till) -> None:
    counter.sell(bought(50_000), moment())
    sold = counter.sell(spending(600), moment(2))
    again = counter.unshown(moment(100))
    assert again is not None
    assert (again.at, again.clerk, again.off, again.spent) == (sold.at, sold.clerk, sold.off, 600)


def test_what_is_taken_back_names_its_sale_and_its_own_time(counter: Till) -> None:
    sold = counter.sell(bought(5000, member=None), moment())
    part = counter.refund(CommitRefund(sold.entry, 1000, "8", "3"), moment(60))
    assert (part.sale, part.at, part.clerk, part.off) == (sold.entry, NOON + 60, "8", ())
    rest = counter.void(CommitVoid(sold.entry, "7"), moment(90))
    assert (rest.sale, rest.at) == (sold.entry, NOON + 90)


def test_a_member_is_told_what_expires_first(counter: Till) -> None:
    result = counter.sell(bought(5000), moment())
    assert result.profile is not None
    assert result.profile.expiring == 100
    assert result.profile.expires is not None
    assert result.profile.expires > NOON


def test_each_act_that_took_money_off_is_named_and_one_that_took_none_is_not() -> None:
    acts: list[Act] = [
        Joining(HANA, Identified.STATIC),
        CouponUsed(HANA, "spring", 150, LIFE, 9),
        CouponUsed(HANA, "double", 0, LIFE, 9),
        CertificateUsed("0" * 32, 1000, "JPY", LIFE, 9),
        Redeemed(
            HANA,
            Identified.CARD,
            [LotPart(f"t-1/{LIFE}/3/0", 40, Scope.PROGRAMME, None)],
            Purpose.DISCOUNT,
            20,
            "JPY",
            LIFE,
            9,
        ),
    ]
    assert off_by(acts) == (
        Deduction(DeductionKind.COUPON, 150, "spring"),
        Deduction(DeductionKind.CERTIFICATE, 1000),
        Deduction(DeductionKind.POINTS, 20),
    )


def test_a_receipt_leads_to_its_sale_the_newest_or_an_earlier_one(counter: Till) -> None:
    first, second = (counter.sell(bought(amount), moment(amount)) for amount in (1000, 2000))
    assert [counter.named(sold.entry, moment(3000)).last for sold in (first, second)] == [False, True]
    assert counter.named(first.entry, moment(3000)).amount == 1000
    assert counter.named(second.entry, moment(3000)) == counter.last(moment(3000))


def test_of_a_sale_taken_back_in_part_the_rest_is_found_and_of_the_whole_nothing(counter: Till) -> None:
    sold = counter.sell(bought(5000), moment())
    counter.refund(CommitRefund(sold.entry, 1000, "7", "3"), moment(60))
    assert counter.named(sold.entry, moment(90)).amount == 4000
    counter.void(CommitVoid(sold.entry, "7"), moment(120))
    with pytest.raises(SaleTakenBack):
        counter.named(sold.entry, moment(150))


def refused(counter: Till, entry: EntryId, seconds: int = 60) -> str:
    with pytest.raises(NothingToVoidHere) as told:
        counter.named(entry, moment(seconds))
    return told.value.text


def test_a_receipt_that_leads_nowhere_says_why(counter: Till) -> None:
    sold = counter.sell(bought(1000), moment()).entry
    assert refused(counter, sold._replace(terminal="t-9")) == SaleElsewhere.text
    for other in (sold._replace(seq=99), sold._replace(seq=1), sold._replace(life="f" * 16)):
        assert refused(counter, other) == SaleUnknown.text  # never made; an opening; another terminal's life
    assert refused(counter, sold, 35 * 86_400 + 1) == SaleTooOld.text
