"""Clerks over HTTP; a PIN goes in and never comes out."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from central.documents.clerks import ALL_SHOPS, Listed, NewClerk, add_clerk, clerks_listed, remove_clerk, set_pin
from central.http.models import In
from central.http.service import Operator, Reader, Using
from central.store.engine import reading, writing
from firmware.points.clerks import Role

__all__ = ["router"]

NUMBER, PIN, SHOP = "^[0-9]{1,8}$", "^[0-9]{4,12}$", "^([a-z0-9][a-z0-9-]{0,63})?$"
router = APIRouter(prefix="/clerks", tags=["clerks"])
Number = Annotated[str, Path(pattern=NUMBER, description="the clerk's number")]
Shop = Annotated[str, Query(pattern=SHOP, description="the shop; empty for a clerk of all shops")]
Pin = Annotated[str, Field(pattern=PIN)]


class ClerkIn(In):
    """A clerk to be; without a shop, of all shops."""

    number: Annotated[str, Field(pattern=NUMBER)]
    shop: Annotated[str, Field(pattern=SHOP)] = ALL_SHOPS
    role: Annotated[Role, Field(strict=False)] = Role.CLERK
    pin: Pin


class PinIn(In):
    """A clerk's new PIN."""

    pin: Pin


class ClerkOut(BaseModel):
    """A clerk; nothing of the PIN but when it was set."""

    number: str
    shop: str
    role: Role
    pin_set_at: int


@router.get("")
def list_clerks(service: Using, _: Reader) -> list[ClerkOut]:
    """All clerks, by shop and number."""
    with reading(service.engine) as connection:
        return [_out(one) for one in clerks_listed(connection)]


@router.post("", status_code=HTTPStatus.CREATED)
def post_clerk(service: Using, _: Operator, wanted: ClerkIn) -> ClerkOut:
    """Give a shop, or all of them, a clerk."""
    now = service.clock()
    with writing(service.engine) as connection:
        add_clerk(connection, NewClerk(wanted.number, wanted.shop, wanted.role), wanted.pin, now)
    service.changed()
    return ClerkOut(number=wanted.number, shop=wanted.shop, role=wanted.role, pin_set_at=now)


@router.put("/{number}/pin", status_code=HTTPStatus.NO_CONTENT)
def put_pin(service: Using, _: Operator, number: Number, wanted: PinIn, shop: Shop = ALL_SHOPS) -> Response:
    """Give a clerk another PIN."""
    with writing(service.engine) as connection:
        set_pin(connection, number, shop, wanted.pin, service.clock())
    service.changed()
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.delete("/{number}", status_code=HTTPStatus.NO_CONTENT)
def delete_clerk(service: Using, _: Operator, number: Number, shop: Shop = ALL_SHOPS) -> Response:
    """Take a clerk off the list."""
    with writing(service.engine) as connection:
        remove_clerk(connection, number, shop)
    service.changed()
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _out(one: Listed) -> ClerkOut:
    return ClerkOut(number=one.number, shop=one.shop, role=one.role, pin_set_at=one.pin_set_at)
