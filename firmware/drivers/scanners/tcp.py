"""`tcp:`: frames pushed by a scanner on the network, a line each."""

import selectors
import socket
from collections import deque
from collections.abc import Collection

from firmware.codes import Scan
from firmware.drivers.device import DeviceClosed, DeviceNotOpened
from firmware.drivers.pace import REAL_PACE, Pace
from firmware.drivers.scanners.lines import Lines
from firmware.drivers.scanners.protocol import ScanDropped, Scanner, ScannerLost

__all__ = ["TcpScanner"]

MOST_PEERS = 8
CHUNK = 4096
SILENCE = 7200.0
"""Monotonic seconds after which a peer that says nothing is let go: it is not there any more, or has nothing to say."""


class Peer:
    """One scanner that is connected."""

    def __init__(self, connection: socket.socket, address: str, now: float) -> None:
        self.connection = connection
        self.address = address
        self.lines = Lines()
        self.heard = now


class TcpScanner(Scanner):
    """Listens, and takes scans from any peer that is `allowed` (any at all where none is named: on loopback only).

    An address holds one connection: a newer one ends the one before, as after a scanner lost its power. What comes is
    taken, nothing is ever sent.
    """

    def __init__(self, host: str, port: int, allowed: Collection[str] = (), pace: Pace = REAL_PACE) -> None:
        """Raises DeviceNotOpened."""
        self._device = f"tcp://{host}:{port}"
        self._allowed = frozenset(allowed)
        self._pace = pace
        self._peers: dict[str, Peer] = {}
        self._news: deque[Scan | str] = deque()
        self._closed = False
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            self._listener = socket.create_server((host, port), family=family, backlog=MOST_PEERS)
        except OSError as error:
            raise DeviceNotOpened(self._device, str(error)) from None
        self._listener.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._listener.getsockname()[1])

    def read(self, timeout: float) -> Scan | None:
        """See Scanner."""
        if self._closed:
            raise DeviceClosed(self._device)
        if not self._news:
            self._serve(timeout)
        if not self._news:
            return None
        found = self._news.popleft()
        if isinstance(found, str):
            raise ScanDropped(self._device, found)
        return found

    def close(self) -> None:
        """See Scanner."""
        if not self._closed:
            self._closed = True
            for peer in list(self._peers.values()):
                self._let_go(peer)
            self._selector.close()
            self._listener.close()

    def _serve(self, timeout: float) -> None:
        ready: list[Peer | None] = [key.data for key, _ in self._selector.select(timeout)]
        now = self._pace.now()
        for peer in ready:
            if peer is None:
                self._accept(now)
            elif self._peers.get(peer.address) is peer:
                self._hear(peer, now)
        for peer in list(self._peers.values()):
            peer.lines.settle(now)
            self._collect(peer)
            if now - peer.heard >= SILENCE:
                self._let_go(peer)

    def _accept(self, now: float) -> None:
        try:
            connection, (address, *_) = self._listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError as error:
            raise ScannerLost(self._device, str(error)) from None
        before = self._peers.get(address)
        if self._allowed and address not in self._allowed:
            connection.close()
            self._say("a connection from an address that is not named after from=")
        elif before is None and len(self._peers) >= MOST_PEERS:
            connection.close()
            self._say(f"a connection beyond {MOST_PEERS}")
        else:
            if before is not None:
                self._let_go(before)
            self._take_on(Peer(connection, address, now))

    def _take_on(self, peer: Peer) -> None:
        peer.connection.setblocking(False)
        peer.connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._selector.register(peer.connection, selectors.EVENT_READ, peer)
        self._peers[peer.address] = peer

    def _hear(self, peer: Peer, now: float) -> None:
        try:
            data = peer.connection.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        peer.heard = now
        peer.lines.take(data, now)
        if not data:
            self._let_go(peer)

    def _let_go(self, peer: Peer) -> None:
        """End a connection; what it had sent whole still counts."""
        peer.lines.finish()
        self._collect(peer)
        self._selector.unregister(peer.connection)
        peer.connection.close()
        del self._peers[peer.address]

    def _collect(self, peer: Peer) -> None:
        while (found := peer.lines.next()) is not None:
            self._news.append(found)

    def _say(self, fault: str) -> None:
        if not self._news or self._news[-1] != fault:
            self._news.append(fault)
