"""What a script of a trading day may say: every verb with its own keys, and what is to be seen after a line."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated

import msgspec
from msgspec import Meta, Struct, field

__all__ = [
    "Asks",
    "AtShop",
    "BringsBack",
    "Buys",
    "Closing",
    "DeclaredLost",
    "Expected",
    "Line",
    "LineBack",
    "LineCut",
    "OfMember",
    "Pays",
    "PaysWithPoints",
    "PowerBack",
    "PowerGoes",
    "Script",
    "ScriptWrong",
    "Stolen",
    "read",
]

Amount = Annotated[int, Meta(ge=1)]
TimeOfDay = Annotated[str, Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class ScriptWrong(Exception):
    """A script says what nobody understands; nothing of it was played."""


class Pays(Struct, frozen=True, forbid_unknown_fields=True):
    """A line of the clearing statement: `shop` pays `to` for points that it gave and that were spent there."""

    shop: str
    to: str
    points: int
    yen: int


class Expected(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What must be seen after a line; what is left out is not looked at, but a refusal always is."""

    refused: str = ""
    """The words on the clerk's display."""
    balance: int | None = None
    """Points of the customer in central's books."""
    owed: int | None = None
    """Points that the customer owes, in central's books."""
    spendable: int | None = None
    """Points that this counter lets the customer spend now."""
    gets: int | None = None
    """Points that the purchase gave; those taken back, below 0."""
    written_off: int | None = None
    """Points that a lost terminal had in its hands."""
    spent_twice: int | None = None
    """Points that the programme bears, over all."""
    clearing: list[Pays] | None = None
    """What the shops pay each other."""


class Line(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="what", kw_only=True):
    """One line of the day."""

    at: TimeOfDay
    expect: Expected = field(default_factory=Expected)


class AtShop(Line, frozen=True, kw_only=True):
    """Something happens in a shop."""

    where: str


class OfMember(AtShop, frozen=True, kw_only=True):
    """A customer does something in a shop."""

    who: str


class Buys(OfMember, frozen=True, kw_only=True, tag="buys"):
    yen: Amount
    called: str = ""
    """A name for the purchase, by which a later line speaks of it."""


class PaysWithPoints(OfMember, frozen=True, kw_only=True, tag="buys and pays with points"):
    yen: Amount
    points: Amount


class Asks(OfMember, frozen=True, kw_only=True, tag="asks for the points"):
    pass


class BringsBack(OfMember, frozen=True, kw_only=True, tag="brings back a part"):
    bought: str
    yen: Amount


class LineCut(AtShop, frozen=True, kw_only=True, tag="line to central is cut"):
    pass


class LineBack(AtShop, frozen=True, kw_only=True, tag="line to central is back"):
    pass


class PowerGoes(AtShop, frozen=True, kw_only=True, tag="power goes"):
    pass


class PowerBack(AtShop, frozen=True, kw_only=True, tag="power is back"):
    pass


class Stolen(AtShop, frozen=True, kw_only=True, tag="terminal is stolen"):
    pass


class DeclaredLost(AtShop, frozen=True, kw_only=True, tag="operator declares the terminal lost"):
    pass


class Closing(Line, frozen=True, kw_only=True, tag="closing"):
    pass


AnyLine = (
    Buys
    | PaysWithPoints
    | Asks
    | BringsBack
    | LineCut
    | LineBack
    | PowerGoes
    | PowerBack
    | Stolen
    | DeclaredLost
    | Closing
)


class Script(Struct, frozen=True, forbid_unknown_fields=True):
    """Two days of three shops; the second ends with the closing."""

    title: str
    shops: Annotated[list[str], Meta(min_length=3, max_length=3)]
    customers: Annotated[list[str], Meta(min_length=2, max_length=2)]
    yesterday: list[AnyLine]
    today: Annotated[list[AnyLine], Meta(min_length=1)]


def read(text: str) -> Script:
    """A script; raises ScriptWrong, which names what is wrong and where."""
    try:
        script = msgspec.toml.decode(text, type=Script)
    except msgspec.DecodeError as error:
        raise ScriptWrong(str(error)) from error
    if problems := list(_problems(script)):
        raise ScriptWrong("; ".join(problems))
    return script


def _problems(script: Script) -> Iterator[str]:
    """Who and where nobody has heard of, what goes back in time, and a day without its end."""
    bought: set[str] = set()
    for line in (*script.yesterday, *script.today):
        if isinstance(line, AtShop) and line.where not in script.shops:
            yield f"{line.at}: there is no shop `{line.where}`"
        if isinstance(line, OfMember) and line.who not in script.customers:
            yield f"{line.at}: there is no customer `{line.who}`"
        if isinstance(line, BringsBack) and line.bought not in bought:
            yield f"{line.at}: nobody bought `{line.bought}` before"
        if isinstance(line, Buys):
            bought.add(line.called)
    for day in (script.yesterday, script.today):
        yield from (f"{after.at}: comes after {before.at}" for before, after in pairwise(day) if after.at < before.at)
    closings = [line for line in (*script.yesterday, *script.today) if isinstance(line, Closing)]
    if closings != [script.today[-1]]:
        yield "the last line of `today`, and no other, is the closing"
