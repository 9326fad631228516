"""The wallet page as phones reach it: central's whole application behind a socket, which can go away and come back."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import uvicorn
from fastapi import FastAPI

from central.ledger.members import register_code
from central.ledger.rules import RulesShelf
from central.ledger.wallets import new_link
from central.store.engine import writing
from firmware.codes import MemberCode
from tests.central.office import Office

__all__ = ["Served", "present", "served"]

LOOPBACK = "127.0.0.1"


def present() -> int:
    """The machine's own time, which the browser has too."""
    return int(datetime.now(UTC).timestamp())


class Served:
    """Central at one address."""

    def __init__(self, app: FastAPI, office: Office) -> None:
        self.office = office
        self._app = app
        self._port = 0
        self.start()

    @property
    def address(self) -> str:
        """The page's."""
        return f"http://{LOOPBACK}:{self._port}/wallet/"

    def start(self) -> None:
        """Serve, on the same port as before."""
        listener = socket.create_server((LOOPBACK, self._port))
        self._port = listener.getsockname()[1]
        self._server = uvicorn.Server(uvicorn.Config(self._app, log_config=None, access_log=False, lifespan="off"))
        self._thread = threading.Thread(target=self._server.run, args=([listener],))
        self._thread.start()

    def stop(self) -> None:
        """Go away, as a network does."""
        self._server.should_exit = self._server.force_exit = True
        self._thread.join()

    def link(self, member: str) -> str:
        """A fresh link for a member, who is registered first if need be."""
        with writing(self.office.engine) as connection:
            return f"{self.address}#{new_link(connection, int(member), self.office.now)}"

    def register(self, member: str, nickname: str | None = None) -> None:
        """Open a membership."""
        with writing(self.office.engine) as connection:
            register_code(connection, MemberCode.parse(member), nickname, RulesShelf().load(connection))


@contextmanager
def served(office: Office) -> Iterator[Served]:
    """Central behind a socket, its clock the machine's."""
    office.now = present()
    there = Served(office.application(), office)
    try:
        yield there
    finally:
        there.stop()
