"""Which of the kernel's USB printers has a maker's and a product's number (sysfs: class usbmisc)."""

from pathlib import Path

from firmware.drivers.device import DeviceNotOpened

__all__ = ["usb_printer"]

CLASS = Path("/sys/class/usbmisc")
NODES = Path("/dev/usb")


def usb_printer(device: str, vendor: str, product: str, sysfs: Path = CLASS, nodes: Path = NODES) -> Path:
    """The device file of the one printer with these numbers (four hexadecimal digits); raises DeviceNotOpened."""
    found = {path.name: _numbers(path) for path in sorted(sysfs.glob("lp*"))}
    fitting = [name for name, numbers in found.items() if numbers == (vendor, product)]
    if len(fitting) == 1:
        return nodes / fitting[0]
    there = ", ".join(f"{':'.join(numbers)} at {nodes / name}" for name, numbers in found.items())
    raise DeviceNotOpened(
        device, f"{len(fitting)} USB printers have that number, one is due; there are {there or 'no USB printers'}"
    )


def _numbers(path: Path) -> tuple[str, ...]:
    """The maker's and the product's number: they stand with the device, one above the interface that prints."""
    usb = (path / "device").resolve().parent
    try:
        return tuple((usb / name).read_text("ascii").strip() for name in ("idVendor", "idProduct"))
    except OSError:
        return ("?", "?")
