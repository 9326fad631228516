"""Screens drawn for whatever size a display turns out to have."""

from firmware.drivers.display.protocol import Display
from firmware.flow.drawing import Face, Painter
from firmware.flow.screens import Screen
from firmware.flow.texts import Texts

__all__ = ["DrawingBoard"]


class DrawingBoard:
    """One display's; used by its sink's thread only."""

    def __init__(self, face: Face, texts: Texts) -> None:
        self._face = face
        self._texts = texts
        self._painter: Painter | None = None

    def show(self, display: Display, screen: Screen) -> None:
        """Draw the screen and show it; raises DriverError."""
        if self._painter is None or self._painter.size != display.size:
            self._painter = Painter(display.size, self._face, self._texts)
        display.show(self._painter.drawn(screen))
