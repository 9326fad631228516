"""The wires' doubles refuse what a wire would."""

import pytest
from gpiozero.pins.mock import MockFactory

from tests.contracts.panels.sh1106 import Sh1106
from tests.contracts.panels.ssd1306 import Ssd1306
from tests.contracts.panels.wires import I2cBus, PanelMisused, SpiBus


def test_the_bus_refuses_long_blocks_and_nobody_answers_at_another_address() -> None:
    bus = I2cBus(Ssd1306())
    with pytest.raises(PanelMisused):
        bus.write_i2c_block_data(0x3C, 0x40, [0] * 33)
    with pytest.raises(OSError, match="acknowledges"):
        bus.write_i2c_block_data(0x3D, 0x00, [0xE3])
    bus.close()
    with pytest.raises(OSError, match="closed"):
        bus.write_i2c_block_data(0x3C, 0x00, [0xE3])


def spi() -> SpiBus:
    bus = SpiBus(Sh1106(), 2_000_000)
    bus.dc = MockFactory().pin(24)
    bus.dc.function = "output"
    bus.open(0, 0)
    return bus


def test_what_is_written_over_spi_is_what_the_line_says() -> None:
    bus = spi()
    bus.writebytes([0xB3])
    bus.dc.state = True
    bus.writebytes(b"\x55")
    assert isinstance(bus.panel, Sh1106)
    assert bus.panel.memory[3][0] == 0x55
    assert bus.sent == [("command", b"\xb3"), ("data", b"\x55")]


def test_spi_refuses_what_is_too_long_too_fast_closed_or_elsewhere() -> None:
    bus = spi()
    with pytest.raises(OSError, match="too long"):
        bus.writebytes(bytes(4097))
    bus.max_speed_hz = 4_000_000
    with pytest.raises(PanelMisused, match="4000000"):
        bus.writebytes(b"\xaf")
    with pytest.raises(FileNotFoundError):
        bus.open(0, 1)
    bus.close()
    with pytest.raises(OSError, match="gone"):
        bus.writebytes(b"\xaf")


def test_a_panel_that_was_not_reset_takes_nothing() -> None:
    bus = spi()
    bus.reset = MockFactory().pin(25)
    bus.reset.function = "output"
    with pytest.raises(PanelMisused, match="reset"):
        bus.writebytes(b"\xaf")
    bus.reset.state = True
    bus.writebytes(b"\xaf")
    bus.reset.state = False
    with pytest.raises(PanelMisused, match="held in reset"):
        bus.writebytes(b"\xaf")
