"""A statement as CSV (RFC 4180): what shops owe each other, then what that leaves each to pay or to get."""

import csv
import io

from central.clearing.claims import PROGRAMME
from central.clearing.statement import Statement

__all__ = ["as_csv", "party"]


def as_csv(statement: Statement) -> str:
    """The statement's items and balances; amounts in minor units."""
    file = io.StringIO(newline="")
    rows = csv.writer(file, lineterminator="\r\n")
    rows.writerow(("statement", "row", "currency", "given by", "spent at", "points", "amount"))
    for item in statement.items:
        parties = (party(item.giver), party(item.spender))
        rows.writerow((statement.number, "item", item.currency, *parties, item.points, item.worth))
    for balance in statement.balances:
        shop = party(balance.shop)
        rows.writerow((statement.number, "gets", balance.currency, "", shop, "", balance.gets))
        rows.writerow((statement.number, "pays", balance.currency, shop, "", "", balance.pays))
        rows.writerow((statement.number, "net", balance.currency, "", shop, "", balance.net))
    for run in statement.runs:
        rows.writerow((statement.number, "includes", "", f"{run.terminal}/{run.life}", run.hash, run.first, run.last))
    return file.getvalue()


def party(shop: str) -> str:
    """A shop's id, or the programme."""
    return "(programme)" if shop == PROGRAMME else shop
