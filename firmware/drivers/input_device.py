"""A Linux input device, grabbed, through evdev: keypads, and scanners that type."""

import select
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from importlib import import_module
from typing import Any

from firmware.drivers.device import DeviceLost, DeviceNotOpened

__all__ = ["HELD", "PRESSED", "RELEASED", "InputDevice", "evdev_package", "key_codes"]

RELEASED, PRESSED, HELD = 0, 1, 2
"""An event's value: up, down, and the kernel's repetition of a held key."""


def evdev_package() -> Any:
    """The package itself, loaded when a device is opened."""
    return import_module("evdev")


def key_codes(device: str, names: Iterable[str], inputs: Any) -> dict[str, int]:
    """The kernel's number of each key by its name (KEY_A); raises DeviceNotOpened for a name it does not know."""
    known = inputs.ecodes.ecodes
    wanted = list(names)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise DeviceNotOpened(device, f"the kernel knows no {' and no '.join(unknown)}")
    return {name: known[name] for name in wanted}


class InputDevice:
    """The input device at a path, or the only one with an Enter key whose name matches a pattern (`*` and `?`).

    It is grabbed, so that what is typed reaches nobody else. `inputs` is the evdev package, or what stands for it.
    """

    def __init__(self, name: str, inputs: Any) -> None:
        """Raises DeviceNotOpened."""
        self.device = f"evdev:{name}"
        self._codes = inputs.ecodes
        self._skipping = False
        try:
            self._input = inputs.InputDevice(name) if name.startswith("/") else self._found(name, inputs)
            self._grab()
        except OSError as error:
            raise DeviceNotOpened(self.device, str(error)) from None
        self._poll = select.poll()
        self._poll.register(self._input.fileno(), select.POLLIN)

    def keys(self, timeout: float) -> Iterator[tuple[int, int] | None]:
        """What keys did, as code and value, once something comes or `timeout` seconds have passed.

        None stands where events were lost: they came faster than they were read. Raises DeviceLost.
        """
        if not self._poll.poll(timeout * 1000):
            return
        try:
            events = list(self._input.read())
        except BlockingIOError:
            return
        except OSError as error:
            raise DeviceLost(self.device, str(error)) from None
        if not events:
            raise DeviceLost(self.device, "it gives no more events")
        for event in events:
            yield from self._meant(event)

    def close(self) -> None:
        """Let the device go."""
        self._input.close()

    def _meant(self, event: Any) -> Iterator[tuple[int, int] | None]:
        """After SYN_DROPPED all is void up to the next SYN_REPORT (kernel: Documentation/input/event-codes.rst)."""
        if event.type == self._codes.EV_SYN:
            if event.code == self._codes.SYN_DROPPED:
                self._skipping = True
                yield None
            elif event.code == self._codes.SYN_REPORT:
                self._skipping = False
        elif event.type == self._codes.EV_KEY and not self._skipping:
            yield event.code, event.value

    def _grab(self) -> None:
        try:
            self._input.grab()
        except OSError:
            self._input.close()
            raise

    def _found(self, pattern: str, inputs: Any) -> Any:
        """The one device with an Enter key whose name matches; all others are closed again."""
        found, names = [], []
        for path in sorted(inputs.list_devices()):
            candidate = inputs.InputDevice(path)
            names.append(f"{candidate.name!r} at {path}")
            if self._fits(candidate, pattern):
                found.append(candidate)
            else:
                candidate.close()
        if len(found) == 1:
            return found[0]
        for candidate in found:
            candidate.close()
        there = ", ".join(names) or "no input devices"
        raise DeviceNotOpened(self.device, f"{len(found)} keyboards match that name, one is due; there are {there}")

    def _fits(self, candidate: Any, pattern: str) -> bool:
        keys = candidate.capabilities().get(self._codes.EV_KEY, [])
        enters = {self._codes.KEY_ENTER, self._codes.KEY_KPENTER}
        return fnmatchcase(candidate.name.lower(), pattern.lower()) and not enters.isdisjoint(keys)
