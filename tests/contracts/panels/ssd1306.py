"""An SSD1306 panel of 128 x 64 pixels as its wire sees it (Solomon Systech, SSD1306 data sheet, revision 1.5).

It knows nothing of luma: it takes bytes, keeps the controller's registers and memory, and tells what the glass shows.
The glass is mounted as on the usual 0.96 inch module: SEG127 at the left, COM63 at the top.
"""

from collections.abc import Callable, Iterable

from PIL import Image

from tests.contracts.panels.wires import PanelMisused

__all__ = ["Ssd1306"]

COLUMNS, PAGES, ROWS = 128, 8, 64
ARGUMENTS = {
    0x20: 1,  # memory addressing mode
    0x21: 2,  # column window
    0x22: 2,  # page window
    0x26: 6,  # horizontal scroll right
    0x27: 6,  # and left
    0x29: 5,  # vertical and right scroll
    0x2A: 5,  # and left
    0x81: 1,  # contrast
    0x8D: 1,  # charge pump
    0xA3: 2,  # vertical scroll area
    0xA8: 1,  # multiplex ratio
    0xD3: 1,  # display offset
    0xD5: 1,  # clock
    0xD9: 1,  # pre-charge
    0xDA: 1,  # COM pins
    0xDB: 1,  # VCOMH
}
HORIZONTAL, VERTICAL, PAGE = 0, 1, 2
ALTERNATIVE_COM_PINS = 0x12
"""How this glass is wired (data sheet, table 10-3)."""


class Ssd1306:
    """The controller after reset (data sheet, clause 8.5), and its glass."""

    def __init__(self) -> None:
        self.memory = [bytearray(COLUMNS) for _ in range(PAGES)]
        self.lit = self.inverse = self.all_on = self.remapped = self.upside_down = self.pump = self.scrolling = False
        self.mode = PAGE
        self.columns = (0, COLUMNS - 1)
        self.pages = (0, PAGES - 1)
        self.column = self.page = 0
        self.start_line = self.offset = 0
        self.multiplex = ROWS
        self.com_pins = ALTERNATIVE_COM_PINS
        self.contrast = 0x7F
        self._pending: list[int] = []

    def picture(self) -> Image.Image:
        """What a person sees."""
        if self.com_pins != ALTERNATIVE_COM_PINS:
            raise PanelMisused(f"COM pins {self.com_pins:#04x} are for another glass")
        if self.scrolling:
            raise PanelMisused("the picture runs")
        picture = Image.new("1", (COLUMNS, ROWS))
        if self.lit and self.pump:
            for y in range(ROWS):
                for x in range(COLUMNS):
                    picture.putpixel((x, y), self._shines(COLUMNS - 1 - x, ROWS - 1 - y))
        return picture

    def _shines(self, segment: int, com: int) -> int:
        if com >= self.multiplex:
            return 0
        if self.all_on:
            return 1
        scanned = self.multiplex - 1 - com if self.upside_down else com
        row = (scanned + self.offset + self.start_line) % ROWS
        return (self.memory[row // 8][segment] >> row % 8 & 1) ^ self.inverse

    def data(self, byte: int) -> None:
        segment = COLUMNS - 1 - self.column if self.remapped else self.column
        self.memory[self.page][segment] = byte
        if self.mode == VERTICAL:
            self.page, wrapped = _next(self.page, self.pages)
            if wrapped:
                self.column, _ = _next(self.column, self.columns)
            return
        window = self.columns if self.mode == HORIZONTAL else (0, COLUMNS - 1)
        self.column, wrapped = _next(self.column, window)
        if wrapped and self.mode == HORIZONTAL:
            self.page, _ = _next(self.page, self.pages)

    def command(self, byte: int) -> None:
        self._pending.append(byte)
        command, *arguments = self._pending
        if len(arguments) < ARGUMENTS.get(command, 0):
            return
        self._pending.clear()
        if arguments:
            self._with_arguments(command, arguments)
        else:
            self._alone(command)

    def _alone(self, command: int) -> None:
        for first, last, do in self._single():
            if first <= command <= last:
                do(command - first)
                return
        raise PanelMisused(f"no command {command:#04x}")

    def _single(self) -> Iterable[tuple[int, int, Callable[[int], None]]]:
        return (
            (0x00, 0x0F, lambda low: self._set(column=self.column & 0xF0 | low)),
            (0x10, 0x17, lambda high: self._set(column=high << 4 | self.column & 0x0F)),
            (0x2E, 0x2F, lambda on: self._set(scrolling=bool(on))),
            (0x40, 0x7F, lambda line: self._set(start_line=line)),
            (0xA0, 0xA1, lambda on: self._set(remapped=bool(on))),
            (0xA4, 0xA5, lambda on: self._set(all_on=bool(on))),
            (0xA6, 0xA7, lambda on: self._set(inverse=bool(on))),
            (0xAE, 0xAF, lambda on: self._set(lit=bool(on))),
            (0xB0, 0xB7, lambda page: self._set(page=page)),
            (0xC0, 0xC7, lambda _: self._set(upside_down=False)),
            (0xC8, 0xCF, lambda _: self._set(upside_down=True)),
            (0xE3, 0xE3, lambda _: None),
        )

    def _with_arguments(self, command: int, arguments: list[int]) -> None:
        first, last = arguments[0], arguments[-1]
        match command:
            case 0x20 if first <= PAGE:
                self.mode = first
            case 0x21 if first <= last < COLUMNS:
                self._set(columns=(first, last), column=first)
            case 0x22 if first <= last < PAGES:
                self._set(pages=(first, last), page=first)
            case 0x81:
                self.contrast = first
            case 0x8D if first in (0x10, 0x14):
                self.pump = first == 0x14
            case 0xA8 if 15 <= first < ROWS:
                self.multiplex = first + 1
            case 0xD3 if first < ROWS:
                self.offset = first
            case 0xDA if first & ~0x30 == 0x02:
                self.com_pins = first
            case 0xD5 | 0xD9 | 0xDB | 0x26 | 0x27 | 0x29 | 0x2A | 0xA3:
                pass  # timing and levels do not change what is seen; a scroll is seen once it is started
            case _:
                raise PanelMisused(f"command {command:#04x} with {bytes(arguments).hex(' ')}")

    def _set(self, **registers: object) -> None:
        for name, value in registers.items():
            setattr(self, name, value)


def _next(place: int, window: tuple[int, int]) -> tuple[int, bool]:
    return (window[0], True) if place == window[1] else (place + 1, False)
