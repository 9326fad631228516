"""What the customer reads on a second display: the shop's greeting, the basket as it grows, the thanks."""

from enum import StrEnum

from msgspec import Struct

from firmware.flow.money import money, points, signed_points
from firmware.flow.screens import Phrase, Row, Screen, Style

__all__ = ["CustomerLine", "CustomerStage", "CustomerView", "customer_screen"]

Rows = tuple[Row, ...]
ON_NARROW, ON_WIDE = 2, 4
"""The newest lines that are in sight."""


class CustomerStage(StrEnum):
    """How far the customer is."""

    IDLE = "idle"
    SELLING = "selling"
    THANKS = "thanks"


class CustomerLine(Struct, frozen=True):
    """One line of the basket, or one deduction with its amount below 0; in minor units."""

    name: Phrase | str
    amount: int


class CustomerView(Struct, frozen=True, kw_only=True):
    """What may be shown to whoever stands before the counter: nothing that is the clerk's alone, no rank, no hint.

    `total` is what is to be paid, or was. `earned` and `balance` are None without a member.
    """

    stage: CustomerStage
    shop: str
    currency: str
    lines: tuple[CustomerLine, ...] = ()
    deductions: tuple[CustomerLine, ...] = ()
    total: int = 0
    member: str = ""
    """How the member is called, or nothing."""
    earned: int | None = None
    spent: int = 0
    balance: int | None = None


def customer_screen(view: CustomerView) -> Screen:
    """The screen for the customer; on a panel of twice the width, with more lines beside the total."""
    return STAGES[view.stage](view)


def _idle(view: CustomerView) -> Screen:
    rows = (Row(Phrase("welcome")), Row(view.shop, style=Style.PARAGRAPH), Row(Phrase("show_code")))
    return Screen("customer-idle", rows)


def _selling(view: CustomerView) -> Screen:
    amount = Row("", money(view.total, view.currency), style=Style.BIG)
    total = Screen("customer-total", (Row(view.member or view.shop), Row(Phrase("to_pay")), amount))
    basket = Screen("customer-basket", _newest(view, ON_WIDE))
    return Screen("customer-selling", (*_newest(view, ON_NARROW), amount), left=basket, right=total)


def _newest(view: CustomerView, count: int) -> Rows:
    """The last lines, deductions after what they are taken from; none is there before the first is scanned."""
    shown = (*view.lines, *view.deductions)[-count:]
    rows = tuple(Row(line.name, money(line.amount, view.currency)) for line in shown)
    return (*rows, *(Row() for _ in range(count - len(rows))))


def _thanks(view: CustomerView) -> Screen:
    paid = Row(Phrase("purchase"), money(view.total, view.currency))
    figures = (paid, *_points_of(view))
    thanks = Screen(
        "customer-thanked", (Row(Phrase("thank_you")), Row(view.member), Row(view.shop, style=Style.PARAGRAPH))
    )
    return Screen(
        "customer-thanks", (Row(Phrase("thank_you")), *figures), left=thanks, right=Screen("figures", figures)
    )


def _points_of(view: CustomerView) -> Rows:
    if view.earned is None or view.balance is None:
        return ()
    moved = signed_points(view.earned) + (f" {signed_points(-view.spent)}" if view.spent else "")
    return (
        Row(Phrase("points_moved"), moved),
        Row(Phrase("balance"), Phrase("points", (("points", points(view.balance)),))),
    )


STAGES = {CustomerStage.IDLE: _idle, CustomerStage.SELLING: _selling, CustomerStage.THANKS: _thanks}
