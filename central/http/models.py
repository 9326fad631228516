"""What the API takes and gives, as its OpenAPI page describes it. Instants are whole UTC seconds."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "Alert",
    "EntryList",
    "EntryOut",
    "FaultOut",
    "Fork",
    "HealthOut",
    "HoldingOut",
    "In",
    "Member",
    "MemberList",
    "MemberPatch",
    "NewMember",
    "ProblemDetails",
    "Review",
    "RulesDone",
    "Terminal",
    "TerminalLife",
]

Code = Annotated[str, Field(pattern="^[0-9]{14}$")]


class In(BaseModel):
    """Unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", strict=True)


class NewMember(In):
    """A membership to open; without a code, the company's next free one is given."""

    nickname: Annotated[str | None, Field(min_length=1, max_length=32)] = None
    company: Annotated[str | None, Field(pattern="^[0-9]{5}$")] = None
    code: Code | None = None


class MemberPatch(In):
    """What of a membership is to change."""

    nickname: Annotated[str | None, Field(min_length=1, max_length=32)]


class HoldingOut(BaseModel):
    """Points of one scope that expire together."""

    points: int
    scope: str
    expires: int | None


class Member(BaseModel):
    """A member as they stand now."""

    code: Code
    nickname: str | None
    grades: dict[str, str]
    hint: str | None
    scores: dict[str, str]
    bits: dict[str, tuple[int, int, int]]
    """The stored scores as epoch, whole and part (docs/spec/score.md); a terminal that knows all has the same."""
    visits: int
    amount: int
    mean_amount: int | None
    mean_interval: int | None
    first: int | None
    last: int | None
    balance: int
    expiring: int
    expiring_at: int | None
    certificates: int
    holdings: list[HoldingOut]


class MemberList(BaseModel):
    """Members in the order of their codes; `next` is what to ask for after."""

    members: list[Member]
    next: Code | None


class EntryOut(BaseModel):
    """An entry as its terminal recorded it; `counted_at` is when it counts, null while no clock can be trusted."""

    id: str
    terminal: str
    life: str
    seq: int
    at: int
    counted_at: int | None
    clock: str
    shop: str
    clerk: str | None
    kind: str
    member: Code | None
    act: Any


class EntryList(BaseModel):
    """Entries, the newest first; `next` is what to ask for before."""

    entries: list[EntryOut]
    next: int | None


class TerminalLife(BaseModel):
    """How far a life of a terminal is recorded."""

    life: str
    seq: int
    hash: str
    previous: str | None


class Terminal(BaseModel):
    """A terminal as central knows it."""

    id: str
    shop: str | None
    state: str
    first_seen: int
    last_seen: int
    release: str | None
    pending: int | None
    problems: list[str]
    entries: int
    held: int
    keys: list[str]
    lives: list[TerminalLife]


class Alert(BaseModel):
    """Something an operator must know of."""

    id: int
    kind: str
    terminal: str
    subject: str
    detail: str
    raised_at: int
    last_at: int
    times: int
    settled_at: int | None


class Review(BaseModel):
    """An entry that is recorded, but that a person should look at."""

    id: int
    entry: str
    reason: str
    detail: str
    found_at: int
    settled_at: int | None


class Fork(BaseModel):
    """Other content that was sent under an entry's id; kept, and never part of the ledger."""

    entry: str
    hash: str
    seen_at: int
    body: str


class HealthOut(BaseModel):
    """Whether central works: `ok`, `degraded` without a link to the broker, or `failing`."""

    status: str
    database: bool
    worker: bool
    link: bool


class FaultOut(BaseModel):
    """One value at fault."""

    where: str
    fault: str


class ProblemDetails(BaseModel):
    """A refusal (RFC 9457): what happened, what was left untouched and what to do."""

    type: str
    title: str
    status: int
    detail: str
    faults: list[FaultOut] | None = None


class RulesDone(BaseModel):
    """What setting rules did, or would do."""

    version: int
    measures_changed: bool
    dry_run: bool
