"""Scanner strings: what each opens, and why one is refused."""

import pytest

from firmware.drivers.device import DeviceNotOpened, DeviceUnknown
from firmware.drivers.scanners import open_scanner, scanner_opener
from firmware.drivers.scanners.none import NoScanner
from firmware.drivers.scanners.tcp import TcpScanner
from tests.contracts.rigs.scanners import Pty


def test_a_serial_string_opens_its_line() -> None:
    pty = Pty()
    with open_scanner(f"serial:{pty.path}?baud=19200") as scanner:
        assert scanner.read(0.0) is None
    pty.hang_up()


def test_none_opens_no_scanner() -> None:
    assert isinstance(open_scanner("none:"), NoScanner)
    assert isinstance(open_scanner("scanner:none:"), NoScanner)


def test_a_tcp_string_names_its_listener(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[object, ...]] = []
    monkeypatch.setattr(TcpScanner, "__init__", lambda self, *arguments: made.append(arguments))
    for device in ("tcp://127.0.0.1:4100", "tcp://[::1]:4100", "tcp://0.0.0.0:4100?from=192.0.2.7,2001:db8::1"):
        open_scanner(device)
    assert made == [
        ("127.0.0.1", 4100, []),
        ("::1", 4100, []),
        ("0.0.0.0", 4100, ["192.0.2.7", "2001:db8::1"]),  # noqa: S104 - what the string says
    ]


def test_a_device_that_is_not_there_is_told_when_it_is_opened() -> None:
    opener = scanner_opener("evdev:/dev/input/event999")
    with pytest.raises(DeviceNotOpened):
        opener()


@pytest.mark.parametrize(
    ("device", "fault"),
    [
        ("usb:1", "'usb' is no kind of scanner"),
        ("evdev:", "a path or a name"),
        ("evdev:x?layout=xx", "layout=xx is none of us, de, fr, jp"),
        ("evdev:x?numlock=0", "option 'numlock'"),
        ("tcp:127.0.0.1:4100", "//ADDRESS:PORT"),
        ("tcp://127.0.0.1", "//ADDRESS:PORT"),
        ("tcp://127.0.0.1:0", "//ADDRESS:PORT"),
        ("tcp://127.0.0.1:65536", "//ADDRESS:PORT"),
        ("tcp://localhost:4100", "'localhost' is no address"),
        ("tcp://0.0.0.0:4100", "from= must name the scanners"),
        ("tcp://192.0.2.1:4100?from=", "from= must name the scanners"),
        ("tcp://192.0.2.1:4100?from=till", "'till' is no address"),
        ("tcp://127.0.0.1:4100?to=1", "option 'to'"),
        ("none:x", "nothing may follow"),
        ("none:?a=1", "option 'a'"),
    ],
)
def test_a_string_that_names_no_scanner_is_refused(device: str, fault: str) -> None:
    with pytest.raises(DeviceUnknown, match=fault):
        scanner_opener(device)
