"""The camera's thread: frames in, presentations of codes out."""

from collections.abc import Callable

from firmware.codes import MemberCode
from firmware.codes.rotating import RotatingCode
from firmware.entries import EntryId, Identified
from firmware.flow.events import CodeDamaged, CodeSeen, ReceiptSeen
from firmware.vision import Frame, Reading, accepted, read, receipt_accepted
from firmware.vision.presence import Finding, Presentations

__all__ = ["Eye"]

PATIENCE = 2.0
"""Seconds after which a decoder counts as hung."""


class Eye:
    """Decodes each frame and posts one event a presentation; called from one thread only."""

    def __init__(self, post: Callable[[CodeSeen | CodeDamaged | ReceiptSeen], object]) -> None:
        self._post = post
        self._presentations = Presentations()
        self._looking_since: float | None = None

    def look(self, frame: Frame) -> None:
        """Take one frame."""
        self._looking_since = frame.taken
        self._decode(frame)
        self._looking_since = None

    def stuck(self, now: float) -> bool:
        """Whether one frame has kept the decoders for longer than any frame should; `now` in monotonic seconds."""
        since = self._looking_since
        return since is not None and now - since > PATIENCE

    def _decode(self, frame: Frame) -> None:
        self._presentations, found = self._presentations.seen(read(frame), frame.taken, _accepted)
        for finding in found:
            if isinstance(finding, RotatingCode):
                self._post(CodeSeen(str(finding), Identified.ROTATING))
            elif isinstance(finding, MemberCode):
                self._post(CodeSeen(str(finding), Identified.STATIC))
            elif isinstance(finding, EntryId):
                self._post(ReceiptSeen(finding))
            else:
                self._post(CodeDamaged())


def _accepted(reading: Reading) -> Finding | None:
    return accepted(reading) or receipt_accepted(reading)
