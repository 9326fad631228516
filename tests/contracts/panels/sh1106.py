"""An SH1106 panel of 128 x 64 pixels as its wire sees it (Sino Wealth, SH1106 data sheet, version 2.3).

It knows nothing of luma. Its memory has 132 columns, of which the glass, mounted as on the usual 1.3 inch module, shows
the middle 128: SEG129 at the left, SEG2 at the right, COM63 at the top. It has page addressing and nothing else.
"""

from PIL import Image

from tests.contracts.panels.wires import PanelMisused

__all__ = ["Sh1106"]

COLUMNS, PAGES, ROWS = 132, 8, 64
LEFTMOST = 129
WIDTH = 128
ARGUMENTS = (0x81, 0xA8, 0xAD, 0xD3, 0xD5, 0xD9, 0xDA, 0xDB)
"""Commands of two bytes; there are none of three."""
FOREIGN = (0x20, 0x8D)
"""Commands of the SSD1306 that drivers send to this one too: they are not in its data sheet, it passes over them and
takes what was meant as their argument for a command."""
ALTERNATIVE_COM_PINS = 0x12


class Sh1106:
    """The controller after reset, and its glass."""

    def __init__(self) -> None:
        self.memory = [bytearray(COLUMNS) for _ in range(PAGES)]
        self.lit = self.inverse = self.all_on = self.remapped = self.upside_down = False
        self.pump = True
        self.column = self.page = self.start_line = self.offset = 0
        self.multiplex = ROWS
        self.com_pins = ALTERNATIVE_COM_PINS
        self._pending: int | None = None

    def picture(self) -> Image.Image:
        """What a person sees."""
        if self.com_pins != ALTERNATIVE_COM_PINS:
            raise PanelMisused(f"COM pins {self.com_pins:#04x} are for another glass")
        picture = Image.new("1", (WIDTH, ROWS))
        if self.lit and self.pump:
            for y in range(ROWS):
                for x in range(WIDTH):
                    picture.putpixel((x, y), self._shines(LEFTMOST - x, ROWS - 1 - y))
        return picture

    def data(self, byte: int) -> None:
        """The column goes on by itself and stops at the last; no driver should reach for more."""
        if self.column >= COLUMNS:
            raise PanelMisused(f"data beyond column {COLUMNS - 1}")
        self.memory[self.page][self.column] = byte
        self.column += 1

    def command(self, byte: int) -> None:
        """One byte of a command."""
        if self._pending is not None:
            pending, self._pending = self._pending, None
            self._double(pending, byte)
        elif byte in ARGUMENTS:
            self._pending = byte
        elif byte not in FOREIGN:
            self._single(byte)

    def _shines(self, segment: int, com: int) -> int:
        if com >= self.multiplex:
            return 0
        if self.all_on:
            return 1
        scanned = self.multiplex - 1 - com if self.upside_down else com
        row = (scanned + self.offset + self.start_line) % ROWS
        column = COLUMNS - 1 - segment if self.remapped else segment
        return (self.memory[row // 8][column] >> row % 8 & 1) ^ self.inverse

    def _single(self, command: int) -> None:
        low = command & 0x0F
        match command & 0xF0, low:
            case 0x00, _:
                self.column = self.column & 0xF0 | low
            case 0x10, _:
                self.column = low << 4 | self.column & 0x0F
            case (0x30, 0 | 1 | 2 | 3) | (0xE0, 0x3):
                pass  # the pump's voltage; nothing
            case ((0x40 | 0x50 | 0x60 | 0x70), _):
                self.start_line = command & 0x3F
            case 0xA0, 0 | 1:
                self.remapped = bool(low)
            case 0xA0, 4 | 5:
                self.all_on = low == 5
            case 0xA0, 6 | 7:
                self.inverse = low == 7
            case 0xA0, 0xE | 0xF:
                self.lit = low == 0xF
            case 0xB0, _ if low < PAGES:
                self.page = low
            case 0xC0, _:
                self.upside_down = low >= 8
            case _:
                raise PanelMisused(f"no command {command:#04x}")

    def _double(self, command: int, argument: int) -> None:
        match command:
            case 0xA8 if argument < ROWS:
                self.multiplex = argument + 1
            case 0xAD if argument in (0x8A, 0x8B):
                self.pump = argument == 0x8B
            case 0xD3 if argument < ROWS:
                self.offset = argument
            case 0xDA if argument in (0x02, 0x12):
                self.com_pins = argument
            case 0x81 | 0xD5 | 0xD9 | 0xDB:
                pass  # contrast, timing and levels do not change which pixels are seen
            case _:
                raise PanelMisused(f"command {command:#04x} with {argument:#04x}")
