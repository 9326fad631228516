"""Refusing large bodies before they are read into memory, and callers who were refused too often."""

from collections import Counter, deque
from http import HTTPStatus
from threading import Lock

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from central.http.problems import Problem, problem

__all__ = ["BodyLimit", "Refusals"]

MOST = 256 * 2**10
"""Bytes of a request's body; rules are the largest thing anybody sends."""


MOST_REFUSALS = 20
"""From one address within a minute; then it waits for the next one."""
MOST_ADDRESSES = 10_000
"""Remembered at a time; those beyond count as one."""
MINUTE = 60


class Refusals:
    """How often each address was refused within the present minute, for what is asked without an account."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._minute = 0
        self._times: Counter[str] = Counter()

    def check(self, address: str, now: int) -> None:
        """Raise Problem 429 for an address that was refused too often."""
        with self._lock:
            self._turn(now)
            if self._times[self._name(address)] >= MOST_REFUSALS:
                detail = "too many refusals; nothing was looked at; wait a minute, then try again"
                raise Problem(HTTPStatus.TOO_MANY_REQUESTS, detail)

    def count(self, address: str, now: int) -> None:
        """An address was refused."""
        with self._lock:
            self._turn(now)
            self._times[self._name(address)] += 1

    def _turn(self, now: int) -> None:
        if now // MINUTE != self._minute:
            self._minute = now // MINUTE
            self._times.clear()

    def _name(self, address: str) -> str:
        return address if address in self._times or len(self._times) < MOST_ADDRESSES else ""


class BodyLimit:
    """ASGI middleware: 413 for bodies that say or turn out to be too large; others are read whole, then passed on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = dict(scope["headers"]).get(b"content-length", b"0")
        read = await _read(receive) if length.isdigit() and int(length) <= MOST else None
        if read is None:
            await _refusal(scope, receive, send)
            return

        async def again() -> Message:
            return read.popleft() if read else await receive()

        await self._app(scope, again, send)


async def _read(receive: Receive) -> deque[Message] | None:
    """The messages up to the end of the body; None where it goes past the limit."""
    read: deque[Message] = deque()
    seen = 0
    while not read or read[-1].get("more_body"):
        read.append(await receive())
        seen += len(read[-1].get("body", b""))
        if seen > MOST:
            return None
    return read


async def _refusal(scope: Scope, receive: Receive, send: Send) -> None:
    detail = f"the body is larger than {MOST} bytes; it was not read, nothing was changed; send less at a time"
    await problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)(scope, receive, send)
