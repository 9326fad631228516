"""A bare MQTT client for tests: says and hears exact bytes under any identity, knows nothing of our messages."""

import queue
import socket
import ssl
import threading
from types import TracebackType
from typing import Any, NamedTuple, Self

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from provisioning.broker import Broker
from provisioning.ca import Stored

__all__ = ["Heard", "Speaker"]

PATIENCE = 10.0


class Heard(NamedTuple):
    topic: str
    payload: bytes
    retained: bool


class Speaker:
    """Connected while used as a context manager; QoS 1 throughout."""

    def __init__(self, broker: Broker, stored: Stored, *, will: tuple[str, bytes] | None = None) -> None:
        self._client = Client(CallbackAPIVersion.VERSION2, client_id="any", clean_session=True)
        self._client.tls_set(
            str(broker.authority.root), str(stored.certificate), str(stored.key), tls_version=ssl.PROTOCOL_TLS_CLIENT
        )
        if will:
            self._client.will_set(will[0], will[1], qos=1, retain=True)
        self._broker = broker
        self._heard: queue.Queue[Heard] = queue.Queue()
        self._connected = threading.Event()
        self._granted = threading.Event()
        self._client.on_connect = self._on_connect
        self._client.on_socket_open = _hurrying
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message

    def __enter__(self) -> Self:
        self._client.connect(self._broker.host, self._broker.port)
        self._client.loop_start()
        assert self._connected.wait(PATIENCE), f"no connection; the broker says {self._broker.log[-3:]}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        self._client.on_connect = self._client.on_subscribe = self._client.on_message = None  # its sockets close now

    def say(self, topic: str, payload: bytes, *, retain: bool = False, seconds: float = PATIENCE) -> bool:
        """Publish and tell whether the broker's PUBACK came, which does not mean that anybody may hear it."""
        said = self._client.publish(topic, payload, qos=1, retain=retain)
        said.wait_for_publish(seconds)
        return said.is_published()

    def vanish(self) -> None:
        """Break the connection without a goodbye, so that the broker publishes the will."""
        found = self._client.socket()
        assert isinstance(found, socket.socket)
        socket.socket.shutdown(found, socket.SHUT_RDWR)

    def listen(self, *topics: str) -> None:
        """Subscribe and wait for the broker's SUBACK."""
        self._granted.clear()
        self._client.subscribe([(topic, 1) for topic in topics])
        assert self._granted.wait(PATIENCE), "no SUBACK"

    def hear(self, seconds: float = PATIENCE) -> Heard:
        """The next message, in order of arrival; raises queue.Empty after so many seconds."""
        return self._heard.get(timeout=seconds)

    def hear_on(self, topic: str, seconds: float = PATIENCE) -> bytes:
        """The payload of the next message on one topic; others before it are passed over."""
        while True:
            heard = self.hear(seconds)
            if heard.topic == topic:
                return heard.payload

    def _on_connect(self, *_: Any) -> None:
        self._connected.set()

    def _on_subscribe(self, *_: Any) -> None:
        self._granted.set()

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish without waiting."""
        self._client.publish(topic, payload, qos=1, retain=retain)

    def _on_message(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        self._arrived(Heard(message.topic, bytes(message.payload), message.retain))

    def _arrived(self, heard: Heard) -> None:
        """Called in the network thread."""
        self._heard.put(heard)


def _hurrying(_client: Client, _userdata: object, found: Any) -> None:
    """As our own clients do: a short message does not wait for the one before it."""
    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
