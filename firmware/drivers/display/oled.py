"""`oled:`: OLED panels on I2C or SPI, through luma.oled."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from firmware.drivers.device import DeviceClosed, DeviceNotOpened
from firmware.drivers.display.packing import nibbles, pages
from firmware.drivers.display.protocol import Display, DisplayLost, Size, check_screen
from firmware.drivers.display.wires import Wire

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["PANELS", "OledDisplay"]


class OledDisplay(Display):
    """The panel of that name on an opened wire, which is let go with it; raises DeviceNotOpened."""

    def __init__(self, panel: str, wire: Wire) -> None:
        self._wire = wire
        self._closed = False
        try:
            self._panel = PANELS[panel](wire.serial)
        except wire.errors as error:
            wire.close()
            raise DeviceNotOpened(wire.device, str(error)) from None

    @property
    def size(self) -> Size:
        """See Display."""
        width, height = self._panel.size
        return width, height

    def show(self, image: "Image") -> None:
        """See Display."""
        if self._closed:
            raise DeviceClosed(self._wire.device)
        check_screen(self._wire.device, self.size, image)
        try:
            self._panel.display(image)
        except self._wire.errors as error:
            raise DisplayLost(self._wire.device, str(error)) from None

    def close(self) -> None:
        """See Display; a panel that is gone goes dark by itself."""
        if self._closed:
            return
        self._closed = True
        try:
            self._panel.hide()
        except self._wire.errors:
            return
        finally:
            self._wire.close()
            vars(self._panel).clear()  # luma holds on to each panel until the process ends: let it hold nothing


# The panels are initialised by luma's own sequences. Only the packing of pixels is ours: luma's loops over single
# pixels call what Pillow has deprecated, and its comparison with the screen before saves nothing that matters here.


def _ssd1306(serial: object) -> Any:
    from luma.oled.device import ssd1306

    class Panel(ssd1306):  # type: ignore[misc]
        def display(self, image: "Image") -> None:
            self.command(self._const.COLUMNADDR, 0, image.width - 1, self._const.PAGEADDR, 0, image.height // 8 - 1)
            self.data(pages(image))

    return Panel(serial, 128, 64)


def _sh1106(serial: object) -> Any:
    """Of its 132 columns the glass shows those from the third on, and there is no other way in than page by page."""
    from luma.oled.device import sh1106

    class Panel(sh1106):  # type: ignore[misc]
        def display(self, image: "Image") -> None:
            memory = pages(image)
            for page in range(image.height // 8):
                self.command(0xB0 | page, self._page_address_offset, self._const.SETHIGHCOLUMN)
                self.data(memory[page * image.width : (page + 1) * image.width])

    return Panel(serial, 128, 64)


def _ssd1322(serial: object) -> Any:
    from luma.oled.device import ssd1322

    class Panel(ssd1322):  # type: ignore[misc]
        def display(self, image: "Image") -> None:
            self._set_position(0, image.width, image.height, 0)
            self.data(nibbles(image))

    return Panel(serial, 256, 64, mode="1")


PANELS: dict[str, Callable[[object], Any]] = {
    "ssd1306": _ssd1306,
    "ssd1309": _ssd1306,  # takes the same commands, and passes over the charge pump that it lacks
    "sh1106": _sh1106,
    "ssd1322": _ssd1322,
}
