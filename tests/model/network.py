"""A broker at its worst: it delays, drops, duplicates, reorders, and cuts terminals off."""

from msgspec import Struct

__all__ = ["Message", "Network"]


class Message(Struct, frozen=True):
    """One publish on its way."""

    topic: str
    payload: bytes


class Network:
    """What is on its way, up and down; the example decides what becomes of it."""

    def __init__(self, terminals: tuple[str, ...]) -> None:
        self.up: list[Message] = []
        self.down: dict[str, list[Message]] = {name: [] for name in terminals}
        self.away: set[str] = set()

    def rise(self, terminal: str, topic: str, payload: bytes) -> bool:
        """A terminal publishes; False where it is cut off."""
        if terminal in self.away:
            return False
        self.up.append(Message(topic, payload))
        return True

    def fall(self, terminal: str, topic: str, payload: bytes) -> bool:
        """Central publishes; what nobody listens to is gone."""
        if terminal not in self.away:
            self.down[terminal].append(Message(topic, payload))
        return True

    def drop(self, terminal: str) -> None:
        """The oldest message on its way up, and the oldest one down to that terminal, are gone."""
        del self.up[:1]
        del self.down[terminal][:1]

    def cut(self, terminal: str) -> None:
        """A terminal is cut off: what was on its way down to it is lost."""
        self.away.add(terminal)
        self.down[terminal].clear()

    def heal(self, terminal: str) -> None:
        """It is back."""
        self.away.discard(terminal)
