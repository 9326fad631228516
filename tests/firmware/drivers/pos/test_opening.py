"""POS strings: what each opens, and why one is refused."""

import pytest

from firmware.drivers.device import DeviceUnknown
from firmware.drivers.pos import pos_port
from firmware.drivers.pos.none import NoPos
from firmware.pos import Finished, Result, Total
from tests.contracts.rigs.scanners import Pty


def test_a_serial_string_opens_its_line_with_a_session_of_its_own() -> None:
    pty = Pty()
    ports = [pos_port(f"serial:{pty.path}?baud=19200", "t-1", "JPY") for _ in range(2)]
    hellos = []
    for port in ports:
        hellos.append(port.desk.opened())
        with port.opener() as pos:
            assert pos.read(0.0) is None
        port.desk.close()
    assert hellos[0][3:11] != hellos[1][3:11]
    pty.hang_up()


def test_none_opens_no_line() -> None:
    port = pos_port("none:", "t-1", "JPY")
    assert isinstance(port.opener(), NoPos)
    port.desk.close()


def test_sales_of_before_are_answered_for() -> None:
    total = Total("17", 5, "JPY")
    finished = Finished(total, (Result("17", 5, 5, booked="t-1/1f0e9d8c7b6a5948/3"),), 0.0)
    port = pos_port("pos:none:", "t-1", "JPY", [finished])
    assert port.desk._session.finished == (finished,)
    port.desk.close()


@pytest.mark.parametrize(
    ("device", "fault"),
    [
        ("usb:1", "'usb' is no kind of pos"),
        ("serial:", "a path such as"),
        ("serial:/dev/ttyUSB1?format=7E1", "8 data bits are due"),
        ("serial:/dev/ttyUSB1?speed=1", "option 'speed'"),
        ("none:x", "nothing may follow"),
        ("none:?a=1", "option 'a'"),
    ],
)
def test_a_string_that_names_no_pos_is_refused(device: str, fault: str) -> None:
    with pytest.raises(DeviceUnknown, match=fault):
        pos_port(device, "t-1", "JPY")
