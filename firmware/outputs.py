"""Display, LEDs and buzzer, each fed from its own thread so that none makes the counter wait."""

from collections.abc import Callable, Iterator

from firmware.drawing_board import DrawingBoard
from firmware.drivers.display.opening import display_opener
from firmware.drivers.display.protocol import Display
from firmware.drivers.signals.opening import signals_opener
from firmware.drivers.signals.protocol import Signals
from firmware.drivers.sink import Sink
from firmware.flow.drawing import Face
from firmware.flow.effects import Show
from firmware.flow.events import ResultSeen
from firmware.flow.keys import Signal
from firmware.flow.texts import Texts

__all__ = ["Outputs"]


class Outputs:
    """Draws screens and gives signals; a result that was drawn is told to `post` as ResultSeen.

    Raises DeviceUnknown for device strings that are not understood.
    """

    def __init__(self, display: str, signals: str, face: Face, texts: Texts, *, post: Callable[[object], bool]) -> None:
        self._board = DrawingBoard(face, texts)
        self._post = post
        self._display: Sink[Display, Show] = Sink("display", display_opener(display), self._draw, post)
        self._signals: Sink[Signals, Signal] = Sink("signals", signals_opener(signals), _give, post)

    def start(self) -> None:
        """Open the devices, each in its thread."""
        self._display.start()
        self._signals.start()

    def show(self, what: Show) -> None:
        """Draw the screen soon."""
        self._display.put(what)

    def give(self, signal: Signal) -> None:
        """Give the signal soon."""
        self._signals.put(signal)

    def stop(self) -> None:
        """Show what was put last and close both; raises PumpStuck when one hangs."""
        try:
            self._display.stop()
        finally:
            self._signals.stop()

    def ailing(self, _now: float) -> Iterator[str]:
        """See Threads; they run from `start` on."""
        if not self._display.alive:
            yield "display"
        if not self._signals.alive:
            yield "signals"

    def _draw(self, display: Display, what: Show) -> None:
        self._board.show(display, what.screen)
        if what.result is not None:
            self._post(ResultSeen(what.result))


def _give(signals: Signals, signal: Signal) -> None:
    signals.give(signal)
