"""A statement as PDF: the same bytes for the same statement, for ever."""

import io
from collections.abc import Iterable, Sequence

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from central.clearing.statement import Statement
from central.clearing.tabular import party
from firmware.entries.currency import in_major_units

__all__ = ["as_pdf"]

MARGIN, LINE = 56.0, 14.0
"""In points of 1/72 inch."""
BODY, BOLD = "Helvetica", "Helvetica-Bold"
ITEMS = (0.0, 150.0, 300.0, 390.0)
BALANCES = (0.0, 150.0, 270.0, 390.0)
RUNS = (0.0, 110.0, 230.0, 300.0)


def as_pdf(statement: Statement) -> bytes:
    """The statement on A4, as many pages as it takes."""
    file = io.BytesIO()
    page = _Pages(Canvas(file, pagesize=A4, invariant=1))
    page.heading(f"Clearing statement {statement.number}: {statement.label}")
    page.table("Points given by one shop and spent at another", ITEMS, _items(statement))
    page.table("What that leaves to pay", BALANCES, _balances(statement))
    page.table("Entries included for the first time", RUNS, _runs(statement))
    if statement.waiting:
        page.table("Left for a later statement", (0.0,), [("entry",), *((name,) for name in statement.waiting)])
    page.close()
    return file.getvalue()


def _items(statement: Statement) -> Iterable[Sequence[str]]:
    yield ("given by", "spent at", "points", "amount")
    for item in statement.items:
        worth = _money(item.worth, item.currency)
        yield (party(item.giver), party(item.spender), f"{item.points:,}", worth)


def _balances(statement: Statement) -> Iterable[Sequence[str]]:
    yield ("shop", "gets", "pays", "net")
    for balance in statement.balances:
        amounts = (balance.gets, balance.pays, balance.net)
        yield (party(balance.shop), *(_money(amount, balance.currency) for amount in amounts))
    for currency in sorted({balance.currency for balance in statement.balances}):
        net = sum(balance.net for balance in statement.balances if balance.currency == currency)
        yield ("all shops", "", "", _money(net, currency))


def _runs(statement: Statement) -> Iterable[Sequence[str]]:
    yield ("terminal", "life", "from", "to, with the hash of the last")
    for run in statement.runs:
        yield (run.terminal, run.life, str(run.first), f"{run.last}  {run.hash[:24]}…")


def _money(minor: int, currency: str) -> str:
    return f"{in_major_units(minor, currency)} {currency}"


class _Pages:
    """Writes from top to bottom and turns the page when it is full."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._top = A4[1] - MARGIN

    def heading(self, text: str) -> None:
        """One big line."""
        self._write(BOLD, 15, (0.0,), (text,))
        self._top -= LINE

    def table(self, title: str, places: Sequence[float], rows: Iterable[Sequence[str]]) -> None:
        """A title, and rows of which the first names the columns."""
        self._write(BOLD, 11, (0.0,), (title,))
        for number, row in enumerate(rows):
            self._write(BODY if number else BOLD, 9, places, row)
        self._top -= LINE

    def close(self) -> None:
        """Finish the file."""
        self._canvas.save()

    def _write(self, font: str, size: int, places: Sequence[float], cells: Sequence[str]) -> None:
        if self._top < MARGIN:
            self._canvas.showPage()
            self._top = A4[1] - MARGIN
        self._canvas.setFont(font, size)
        ends = [*places[1:], A4[0] - 2 * MARGIN]
        for place, end, cell in zip(places, ends, cells, strict=False):
            self._canvas.drawString(MARGIN + place, self._top, _cut(cell, font, size, end - place - 4))
        self._top -= LINE


def _cut(text: str, font: str, size: int, room: float) -> str:
    """As much of a text as fits; what the font has no letter for becomes a question mark."""
    text = text.encode("cp1252", "replace").decode("cp1252")
    while text and stringWidth(text, font, size) > room:
        text = text[:-1]
    return text
