"""The display that faces the customer, fed from a thread of its own: what fails there keeps nobody waiting."""

from collections.abc import Callable, Iterator

from firmware.drawing_board import DrawingBoard
from firmware.drivers.display.opening import display_opener
from firmware.drivers.display.protocol import Display
from firmware.drivers.sink import Sink
from firmware.flow.customer import CustomerView, customer_screen
from firmware.flow.drawing import Face
from firmware.flow.texts import Texts

__all__ = ["KIND", "CustomerDisplay"]

KIND = "customer-display"
"""What it is called in news of devices."""


class CustomerDisplay:
    """Draws what the customer may see; news of the device goes to `post`. Raises DeviceUnknown for its string."""

    def __init__(self, device: str, face: Face, texts: Texts, *, post: Callable[[object], bool]) -> None:
        self._board = DrawingBoard(face, texts)
        self._sink: Sink[Display, CustomerView] = Sink(KIND, display_opener(device), self._draw, post)
        self._shown: CustomerView | None = None

    def start(self) -> None:
        """Open the display, in its thread."""
        self._sink.start()

    def show(self, view: CustomerView) -> None:
        """Draw the view soon, unless it is there already; used by the reactor's thread only."""
        if view != self._shown:
            self._shown = view
            self._sink.put(view)

    def stop(self) -> None:
        """Show what was put last and close the display; raises PumpStuck when it hangs."""
        self._sink.stop()

    def ailing(self, _now: float) -> Iterator[str]:
        """See Threads."""
        if not self._sink.alive:
            yield KIND

    def _draw(self, display: Display, view: CustomerView) -> None:
        self._board.show(display, customer_screen(view))
