"""Budgets of shops over HTTP."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from central.documents.budgets import Budget, budget_of, budgets_listed, pay_in, set_budget
from central.documents.dealing_out import deal_out
from central.documents.statement import month_of, stated
from central.http.models import In
from central.http.problems import Problem
from central.http.service import Operator, Reader, Using
from central.store.engine import reading, writing

__all__ = ["router"]

MOST = 10**12
router = APIRouter(prefix="/budgets", tags=["budgets"])
Shop = Annotated[str, Path(pattern="^[a-z0-9][a-z0-9-]{0,63}$", description="the shop's id")]
Month = Annotated[str, Query(pattern="^[0-9]{4}-[0-9]{2}$", description="such as 2026-10, of the programme's calendar")]


class BudgetIn(In):
    """A shop's budget; without `paid`, points are paid for later."""

    paid: Annotated[int | None, Field(ge=0, le=MOST)] = None
    warn_below: Annotated[int, Field(ge=0, le=MOST)] = 0


class PaymentIn(In):
    """Points paid for in advance, beyond those before."""

    points: Annotated[int, Field(ge=1, le=MOST)]


class BudgetOut(BaseModel):
    """A shop's budget in points: paid for in all, given in all, left."""

    shop: str
    paid: int | None
    issued: int
    left: int | None
    warn_below: int


class IssueOut(BaseModel):
    """What one terminal gave in a month, and took back of it."""

    terminal: str
    given: int
    taken_back: int
    net: int


@router.get("")
def list_budgets(service: Using, _: Reader) -> list[BudgetOut]:
    """All budgets, by shop."""
    with reading(service.engine) as connection:
        return [_out(one) for one in budgets_listed(connection)]


@router.put("/{shop}")
def put_budget(service: Using, _: Operator, shop: Shop, wanted: BudgetIn) -> BudgetOut:
    """Let a shop give so many points in all, or as many as are earned."""
    now = service.clock()
    with writing(service.engine) as connection:
        set_budget(connection, shop, wanted.paid, wanted.warn_below, now)
        deal_out(connection, now)
        budget = _out(budget_of(connection, shop))
    service.changed()
    return budget


@router.post("/{shop}/payments")
def post_payment(service: Using, _: Operator, shop: Shop, wanted: PaymentIn) -> BudgetOut:
    """Add to the points that a shop has paid for in advance."""
    now = service.clock()
    with writing(service.engine) as connection:
        pay_in(connection, shop, wanted.points, now)
        deal_out(connection, now)
        budget = _out(budget_of(connection, shop))
    service.changed()
    return budget


@router.get("/{shop}/statement")
def get_statement(service: Using, _: Reader, shop: Shop, month: Month) -> list[IssueOut]:
    """What a shop gave in a month, terminal by terminal, from its entries."""
    with reading(service.engine) as connection:
        try:
            begins, ends = month_of(month, service.rules.load(connection).rules.zone)
        except ValueError:
            detail = "there is no such month; nothing was looked up; write one like 2026-10"
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail) from None
        issues = stated(connection, shop, begins, ends)
    return [IssueOut(terminal=one.terminal, given=one.given, taken_back=one.taken_back, net=one.net) for one in issues]


def _out(one: Budget) -> BudgetOut:
    return BudgetOut(shop=one.shop, paid=one.paid, issued=one.issued, left=one.left, warn_below=one.warn_below)
