"""How often something may be tried in a while, for each who tries; bounded, in memory."""

from collections import OrderedDict

__all__ = ["Attempts"]

MOST_NAMES = 10_000
"""Names remembered; beyond it the one that began longest ago is forgotten."""


class Attempts:
    """Counts tries by name, each name's anew a while after its first; times are whole seconds, passed in."""

    def __init__(self, most: int, seconds: int) -> None:
        self._most = most
        self._seconds = seconds
        self._tried: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def spent(self, name: str, now: int) -> bool:
        """Whether that name has no try left for now."""
        return self._count(name, now)[1] >= self._most

    def count(self, name: str, now: int) -> bool:
        """Count a try; True where it was the last one."""
        since, times = self._count(name, now)
        self._tried[name] = (since, times + 1)
        if len(self._tried) > MOST_NAMES:
            self._tried.popitem(last=False)
        return times + 1 == self._most

    def forgive(self, name: str) -> None:
        """Forget its tries."""
        self._tried.pop(name, None)

    def _count(self, name: str, now: int) -> tuple[int, int]:
        since, times = self._tried.get(name, (now, 0))
        if now < since or now - since >= self._seconds:
            self._tried.pop(name, None)
            return now, 0
        return since, times
