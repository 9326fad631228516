"""Coupons as an operator writes them, in JSON or TOML; pure."""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from central.documents.errors import DefinitionsUnreadable
from firmware.points.coupons import CouponTerms
from firmware.score.faults import all_located

__all__ = ["coupons_defined", "coupons_in"]

MOMENTS = ("starts", "ends")


def coupons_in(data: bytes, name: str, zone: ZoneInfo) -> list[CouponTerms]:
    """The coupons of a file; raises DefinitionsUnreadable, which tells all faults.

    `starts` and `ends` are instants, or dates and times: in the programme's zone where they name none.
    """
    try:
        text = data.decode("utf-8-sig")
        plain = tomllib.loads(text) if name.lower().endswith(".toml") else msgspec.json.decode(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.DecodeError, RecursionError) as error:
        raise DefinitionsUnreadable(name, [f"it is neither: {error}"]) from None
    return coupons_defined(plain, name, zone)


def coupons_defined(plain: Any, name: str, zone: ZoneInfo) -> list[CouponTerms]:
    """The same of what was read already."""
    listed = plain.get("coupons") if isinstance(plain, dict) and len(plain) == 1 else None
    if not isinstance(listed, list):
        raise DefinitionsUnreadable(name, ["a list `coupons`, and nothing else, is due"])
    found: list[CouponTerms] = []
    faults: list[str] = []
    for place, one in enumerate(listed):
        try:
            found.append(_read(one, zone))
        except _Faulty as faulty:
            faults += [f"coupons[{place}]{fault}" for fault in faulty.faults]
    if faults:
        raise DefinitionsUnreadable(name, faults)
    return found


class _Faulty(Exception):
    def __init__(self, faults: list[str]) -> None:
        super().__init__()
        self.faults = faults


def _read(plain: Any, zone: ZoneInfo) -> CouponTerms:
    dated = dict(_dated(plain, zone)) if isinstance(plain, dict) else plain
    try:
        return msgspec.convert(dated, CouponTerms)
    except msgspec.ValidationError as error:
        located = all_located(dated, CouponTerms, error)
        raise _Faulty([f": {fault}" if key == "$" else f".{key}: {fault}" for key, fault in located]) from None


def _dated(plain: dict[str, Any], zone: ZoneInfo) -> Iterator[tuple[str, Any]]:
    """The definition with its dates as instants; what is no date stays, to be told of."""
    for key, value in plain.items():
        moment = _moment(value) if key in MOMENTS else None
        if moment is not None:
            yield key, int((moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp())
        else:
            yield key, value


def _moment(value: Any) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return value
    return datetime.combine(value, time()) if isinstance(value, date) else None
