"""What paho-mqtt lacks: a bound on what it reads, and an end that comes when asked for."""

import socket
import ssl
import threading
from contextlib import suppress
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from firmware.mqtt.signing import MAX_SIGNED

__all__ = ["MAX_PACKET", "BoundedSocket", "Paho"]

MAX_PACKET = MAX_SIGNED + 2**16
"""The longest MQTT packet that is read, in bytes: the longest message and its topic."""


class BoundedSocket(ssl.SSLSocket):
    """Refuses a packet by the length it announces: paho asks for all that remains of a packet at once."""

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        if buflen > MAX_PACKET:
            raise OSError(f"the broker announced a packet of {buflen} bytes, {MAX_PACKET} are read at most")
        return super().recv(buflen, flags)

    def do_handshake(self, block: bool = False) -> None:
        try:
            # A short message behind another one would wait some 40 ms for the broker's word on that (RFC 896, 1122).
            self.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            super().do_handshake(block)
        except OSError:
            self.close()
            raise

    def cut(self) -> None:
        """End it from another thread: whoever reads or writes finds it ended, and closes it."""
        with suppress(OSError):  # it was ended already
            socket.socket.shutdown(self, socket.SHUT_RDWR)


class Paho(Client):
    """Tells when its thread ends, for whatever reason."""

    def __init__(self, identity: str) -> None:
        super().__init__(
            CallbackAPIVersion.VERSION2,
            client_id=identity,
            clean_session=True,
            protocol=MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
        )
        self.ended = threading.Event()
        self._runner: threading.Thread | None = None

    def loop_forever(self, *arguments: Any, **options: Any) -> Any:
        self._runner = threading.current_thread()
        try:
            return super().loop_forever(*arguments, **options)
        finally:
            self.ended.set()

    def stop(self, seconds: float) -> None:
        """End the thread, whatever the broker does; `loop_stop` would wait for acknowledgements."""
        self.disconnect()
        if not self.ended.wait(seconds) and isinstance(found := self.socket(), BoundedSocket):
            found.cut()
        self.ended.wait()
        if self._runner is not None:
            self._runner.join()
        # Without these it is in no cycle, so that its sockets are closed as soon as nobody holds it any more.
        self.on_connect = self.on_subscribe = self.on_disconnect = self.on_message = self.on_log = None
