"""Printing a receipt once more, or at all where the shop prints them only when asked."""

from firmware.flow.effects import PrintLast
from firmware.flow.events import NothingToPrint, ReceiptPrinted
from firmware.flow.keys import Signal
from firmware.flow.turn import Step, Turn, noticed

__all__ = ["ask", "none", "printed"]


def ask(turn: Turn) -> Step:
    """The receipt key: the newest receipt, whoever stands there now."""
    if not turn.settings.receipts:
        return noticed(turn, "no_printer")
    return turn.session, [PrintLast()]


def printed(turn: Turn, _event: ReceiptPrinted) -> Step:
    """It waits for the printer, and nobody for it."""
    return noticed(turn, "receipt_printed", Signal.DONE)


def none(turn: Turn, event: NothingToPrint) -> Step:
    """There is none."""
    return noticed(turn, event.reason)
