"""`evdev:`: a USB scanner that types as a keyboard (HID)."""

from typing import Any

from firmware.codes import Scan
from firmware.drivers.device import DeviceClosed, DeviceLost
from firmware.drivers.input_device import PRESSED, RELEASED, InputDevice, evdev_package, key_codes
from firmware.drivers.pace import REAL_PACE, Pace
from firmware.drivers.scanners.layouts import ALT_GR, CONTROL, ENDS, IGNORED, LAYOUTS, NOTHING, SHIFT
from firmware.drivers.scanners.lines import Lines
from firmware.drivers.scanners.protocol import ScanDropped, Scanner, ScannerLost

__all__ = ["EvdevScanner"]

UNKNOWN = b"\x00"
"""Stands in a line for a key that types nothing, so that the line is dropped."""


class EvdevScanner(Scanner):
    """The keyboard at a path, or the only one whose name matches a pattern, grabbed (see InputDevice).

    `layout` is the country to which the scanner is set. Enter and Tab end a scan; Ctrl with ] is the separator of GS1
    elements. `inputs` is the evdev package, or what stands for it.
    """

    def __init__(self, name: str, layout: str = "us", inputs: Any = None, pace: Pace = REAL_PACE) -> None:
        """Raises DeviceNotOpened."""
        inputs = inputs or evdev_package()
        self._device = f"evdev:{name}"
        self._pace = pace
        self._lines = Lines()
        self._held: set[int] = set()
        self._closed = False
        typed = LAYOUTS[layout]
        codes = key_codes(self._device, (*typed, *SHIFT, *CONTROL, *ALT_GR, *ENDS, *IGNORED), inputs)
        self._typed = {codes[key]: characters for key, characters in typed.items()}
        self._shift, self._control, self._alt_gr, self._ends, self._ignored = (
            {codes[key] for key in keys} for keys in (SHIFT, CONTROL, ALT_GR, ENDS, IGNORED)
        )
        self._input = InputDevice(name, inputs)

    def read(self, timeout: float) -> Scan | None:
        """See Scanner."""
        if self._closed:
            raise DeviceClosed(self._device)
        found = self._lines.next()
        if found is None:
            self._take(timeout)
            found = self._lines.next()
        if isinstance(found, str):
            raise ScanDropped(self._device, found)
        return found

    def close(self) -> None:
        """See Scanner."""
        if not self._closed:
            self._closed = True
            self._input.close()

    def _take(self, timeout: float) -> None:
        """Type what the device has; raises ScannerLost once it is unplugged."""
        try:
            for moved in self._input.keys(timeout):
                self._note(moved)
        except DeviceLost as error:
            raise ScannerLost(error.device, error.fault) from None
        self._lines.settle(self._pace.now())

    def _note(self, moved: tuple[int, int] | None) -> None:
        now = self._pace.now()
        if moved is None:
            self._held.clear()
            self._lines.spoil("keys that came faster than they were read")
            return
        code, value = moved
        if code in self._shift | self._control | self._alt_gr:
            (self._held.discard if value == RELEASED else self._held.add)(code)
        elif value == PRESSED and code not in self._ignored:
            self._lines.take(b"\r" if code in self._ends else self._byte(code), now)

    def _byte(self, code: int) -> bytes:
        characters = self._typed.get(code, NOTHING)
        layer = 2 if self._held & self._alt_gr else 1 if self._held & self._shift else 0
        character = characters[layer : layer + 1] or NOTHING
        if layer == 1 and len(characters) == 1:
            character = characters  # keys of the pad type the same with Shift
        if character == NOTHING:
            return UNKNOWN
        return bytes([ord(character) & 0x1F]) if self._held & self._control else character.encode("ascii")
