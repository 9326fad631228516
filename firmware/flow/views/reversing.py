"""Screens of taking a sale back."""

from firmware.flow.money import money, signed_points
from firmware.flow.screens import Phrase, Row, Screen
from firmware.flow.session import Session, Settings
from firmware.flow.views.naming import name_of

__all__ = ["approving", "voiding"]


def voiding(_settings: Settings, session: Session) -> Screen:
    sale = session.result
    assert sale is not None  # the table reaches this state with the purchase only
    taken = Phrase("points", (("points", signed_points(-sale.points)),))
    part = f"{money(int(session.second), sale.currency)}_" if session.second else ""
    rows = (
        Row(Phrase("void_last" if sale.last else "void_earlier")),
        Row(name_of(sale.profile) if sale.profile else Phrase("no_member")),
        Row(money(sale.amount, sale.currency), taken if sale.profile else ""),
        Row(Phrase("refund_part"), part, inverse=True) if part else Row(Phrase("enter_to_void"), inverse=True),
    )
    return Screen("voiding", rows)


def approving(_settings: Settings, session: Session) -> Screen:
    keyed = ("*" * len(session.digits) if session.approver else session.digits) + "_"
    sale = session.result
    amount = int(session.second) if session.second else sale.amount if sale else 0
    rows = (
        Row(Phrase("manager_must_approve")),
        Row(Phrase("refund_of"), money(amount, sale.currency) if sale else ""),
        Row(Phrase("manager"), f"#{session.approver}" if session.approver else keyed, inverse=not session.approver),
        Row(Phrase("pin"), keyed, inverse=True) if session.approver else Row(),
    )
    return Screen("approving", rows)
