"""`evdev:`: a USB numeric keypad or keyboard."""

from collections import deque
from collections.abc import Mapping
from typing import Any

from firmware.drivers.device import DeviceClosed, DeviceLost
from firmware.drivers.input_device import PRESSED, InputDevice, evdev_package, key_codes
from firmware.drivers.keys.keypad import KEYPAD
from firmware.drivers.keys.protocol import KeyDropped, Keys, KeysLost
from firmware.flow.keys import Key

__all__ = ["EvdevKeys"]


class EvdevKeys(Keys):
    """The keypad at a path, or the only one whose name matches a pattern, grabbed (see InputDevice).

    `extra` gives meanings to keys by their kernel name in lower case without `key_`, over the table's. `inputs` is the
    evdev package, or what stands for it.
    """

    def __init__(self, name: str, extra: Mapping[str, Key] | None = None, inputs: Any = None) -> None:
        """Raises DeviceNotOpened."""
        inputs = inputs or evdev_package()
        self._device = f"evdev:{name}"
        self._waiting: deque[Key] = deque()
        self._dropped = False
        self._closed = False
        names = {**KEYPAD, **{f"KEY_{key.upper()}": meaning for key, meaning in (extra or {}).items()}}
        codes = key_codes(self._device, names, inputs)
        self._meanings = {codes[key]: meaning for key, meaning in names.items()}
        self._input = InputDevice(name, inputs)

    def read(self, timeout: float) -> Key | None:
        """See Keys."""
        if self._closed:
            raise DeviceClosed(self._device)
        if not self._waiting:
            self._take(timeout)
        if self._dropped:
            self._dropped = False
            raise KeyDropped(self._device, "keys came faster than they were read")
        return self._waiting.popleft() if self._waiting else None

    def close(self) -> None:
        """See Keys."""
        if not self._closed:
            self._closed = True
            self._input.close()

    def _take(self, timeout: float) -> None:
        """Sort out what the device has; raises KeysLost once it is unplugged."""
        try:
            for moved in self._input.keys(timeout):
                self._note(moved)
        except DeviceLost as error:
            raise KeysLost(error.device, error.fault) from None

    def _note(self, moved: tuple[int, int] | None) -> None:
        if moved is None:
            self._dropped = True
        elif moved[1] == PRESSED and (key := self._meanings.get(moved[0])) is not None:
            self._waiting.append(key)
