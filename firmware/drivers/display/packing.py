"""1-bit pictures as the memories of panels hold them."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["nibbles", "pages"]


def pages(image: "Image") -> bytes:
    """For SSD1306 and SH1106: page by page, a byte a column, the topmost of its 8 pixels lowest."""
    from PIL.Image import Transpose

    columns = image.transpose(Transpose.TRANSPOSE).tobytes("raw", "1;R")
    height = image.height // 8
    return b"".join(columns[page::height] for page in range(height))


def nibbles(image: "Image") -> bytes:
    """For SSD1322: row by row, 4 bits of grey a pixel, the left one of two highest; lit is the brightest."""
    return b"".join(map(_four_bytes().__getitem__, image.tobytes()))


@cache
def _four_bytes() -> list[bytes]:
    """For each byte of eight pixels, the leftmost highest, four bytes of two grey pixels each."""
    pair = (0x00, 0x0F, 0xF0, 0xFF)
    return [bytes(pair[byte >> at & 3] for at in (6, 4, 2, 0)) for byte in range(256)]
