"""An SSD1322 panel of 256 x 64 pixels as its SPI wire sees it (Solomon Systech, SSD1322 data sheet, revision 1.2).

It knows nothing of luma. Its memory has 128 rows of 480 pixels of 4 bits, addressed in columns of four pixels: two
bytes. The glass is mounted as on the usual 3.12 inch module: SEG112 at the left (column 0x1C), SEG367 at the right,
COM63 at the top, two COM lines to a row. On this wire the arguments of a command are data.
"""

from PIL import Image

from tests.contracts.panels.wires import PanelMisused

__all__ = ["Ssd1322"]

COLUMNS, ROWS = 120, 128
LEFTMOST = 112
WIDTH, HEIGHT = 256, 64
ARGUMENTS = {
    **dict.fromkeys([0x00, 0x5C, 0xA4, 0xA5, 0xA6, 0xA7, 0xA9, 0xAE, 0xAF, 0xB9], 0),
    **dict.fromkeys([0xA1, 0xA2, 0xAB, 0xB1, 0xB3, 0xB5, 0xB6, 0xBB, 0xBE, 0xC1, 0xC7, 0xCA, 0xFD], 1),
    **dict.fromkeys([0x15, 0x75, 0xA0, 0xA8, 0xB4, 0xD1], 2),
    0xB8: 15,
}
WRITE, LOCK, NONE = 0x5C, 0xFD, 0xFF
LOCKED, UNLOCKED = 0x16, 0x12
DUAL_COM = 0x11
"""How this glass is wired."""
DARK, BRIGHT, MEMORY, INVERSE = 0xA4, 0xA5, 0xA6, 0xA7
LEVELS = 0xF


class Ssd1322:
    """The controller after reset (data sheet, table 9-1), and its glass."""

    def __init__(self) -> None:
        self.memory = [bytearray(2 * COLUMNS) for _ in range(ROWS)]
        """Two bytes a column, in the order in which the segments get them: the left pixel of two highest."""
        self.awake = self.locked = False
        self.mode = MEMORY
        self.remap, self.com = 0x00, 0x01
        self.columns, self.rows = (0, COLUMNS - 1), (0, ROWS - 1)
        self.column = self.row = 0
        self.start_line = self.offset = 0
        self.multiplex = ROWS
        self._command = NONE
        self._arguments: list[int] = []
        self._half: int | None = None

    def grey(self, x: int, y: int) -> int:
        """How bright a pixel of the glass is, from 0 to 15."""
        com = HEIGHT - 1 - y
        if not self.awake or com >= self.multiplex or self.mode == DARK:
            return 0
        if self.mode == BRIGHT:
            return LEVELS
        scanned = self.multiplex - 1 - com if self.remap & 0x10 else com
        row = (scanned + self.offset + self.start_line) % ROWS
        column, pixel = divmod(LEFTMOST + x, 4)
        if self.remap & 0x02:
            column = COLUMNS - 1 - column
        pair = self.memory[row][2 * column + pixel // 2]
        level = pair & LEVELS if pixel % 2 else pair >> 4
        return LEVELS - level if self.mode == INVERSE else level

    def picture(self) -> Image.Image:
        """What a person sees; a pixel that is neither dark nor at its brightest is misuse."""
        if self.com != DUAL_COM:
            raise PanelMisused(f"COM lines {self.com:#04x} are for another glass")
        picture = Image.new("1", (WIDTH, HEIGHT))
        for y in range(HEIGHT):
            for x in range(WIDTH):
                level = self.grey(x, y)
                if level not in (0, LEVELS):
                    raise PanelMisused(f"pixel {x}, {y} has grey level {level}")
                picture.putpixel((x, y), level == LEVELS)
        return picture

    def command(self, byte: int) -> None:
        """A command's first byte, which ends the command before."""
        if self._arguments or self._half is not None:
            raise PanelMisused(f"{byte:#04x} comes before {self._command:#04x} is complete")
        if byte not in ARGUMENTS:
            raise PanelMisused(f"no command {byte:#04x}")
        self._command = byte
        if not ARGUMENTS[byte]:
            self._done([])

    def data(self, byte: int) -> None:
        """An argument, or a byte for the memory."""
        if self._command == WRITE:
            self._write(byte)
        elif not ARGUMENTS.get(self._command):
            raise PanelMisused(f"data {byte:#04x} belongs to no command")
        else:
            self._arguments.append(byte)
            if len(self._arguments) == ARGUMENTS[self._command]:
                arguments, self._arguments = self._arguments, []
                self._done(arguments)

    def _write(self, byte: int) -> None:
        """Every second byte completes a column (clause 8.4); with the nibbles not turned, its pixels run backwards."""
        if self._half is None:
            self._half = byte
            return
        first, self._half = self._half, None
        pair = bytes([first, byte]) if self.remap & 0x04 else bytes([_turned(byte), _turned(first)])
        self.memory[self.row][2 * self.column : 2 * self.column + 2] = pair
        if self.remap & 0x01:
            self.row, wrapped = _next(self.row, self.rows)
            self.column = _next(self.column, self.columns)[0] if wrapped else self.column
        else:
            self.column, wrapped = _next(self.column, self.columns)
            self.row = _next(self.row, self.rows)[0] if wrapped else self.row

    def _done(self, arguments: list[int]) -> None:
        command = self._command
        if self.locked and command != LOCK:
            return
        match command, *arguments:
            case 0x15, first, last if first <= last < COLUMNS:
                self.columns, self.column = (first, last), first
            case 0x75, first, last if first <= last < ROWS:
                self.rows, self.row = (first, last), first
            case 0xA0, remap, com if not remap & ~0x37 and com & ~0x10 == 0x01:
                self.remap, self.com = remap, com
            case 0xA1, line if line < ROWS:
                self.start_line = line
            case 0xA2, offset if offset < ROWS:
                self.offset = offset
            case 0xCA, multiplex if 15 <= multiplex < ROWS:
                self.multiplex = multiplex + 1
            case 0xFD, lock if lock in (LOCKED, UNLOCKED):
                self.locked = lock == LOCKED
            case ((0xA4 | 0xA5 | 0xA6 | 0xA7) as mode,):
                self.mode = mode
            case ((0xAE | 0xAF) as power,):
                self.awake = power == 0xAF
            case ((0x15 | 0x75 | 0xA0 | 0xA1 | 0xA2 | 0xA8 | 0xCA | 0xFD), *_):
                raise PanelMisused(f"command {command:#04x} with {bytes(arguments).hex(' ')}")
            case _:
                pass  # timing, levels and the table of greys do not change which pixels are seen


def _turned(byte: int) -> int:
    return byte >> 4 | (byte & 0x0F) << 4


def _next(place: int, window: tuple[int, int]) -> tuple[int, bool]:
    return (window[0], True) if place == window[1] else (place + 1, False)
