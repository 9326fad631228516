"""Pictures that stay as they are, one folder of tests/vectors for each size of panel.

HABITUE_DRAW_VECTORS=1 draws them anew; look at each before it is kept.
"""

import os
from pathlib import Path

from PIL import Image, ImageChops

from firmware.config.terminal import FONT, JAPANESE_FONT
from firmware.flow.drawing import Face, Painter
from firmware.flow.texts import load_texts

__all__ = ["PANELS", "VECTORS", "expect_as_before", "face", "painter"]

VECTORS = Path(__file__).parents[2] / "vectors"
PANELS = {"screens": (128, 64), "screens-256x64": (256, 64)}
"""Every screen is drawn for each of these."""


def face(language: str) -> Face:
    return Face(Path(JAPANESE_FONT if language == "ja" else FONT))


def painter(panel: str, language: str) -> Painter:
    return Painter(PANELS[panel], face(language), load_texts(language))


def expect_as_before(drawn: Image.Image, golden: Path) -> None:
    """Fails where the picture differs from the one that is kept."""
    if os.environ.get("HABITUE_DRAW_VECTORS"):
        golden.parent.mkdir(exist_ok=True)
        drawn.save(golden)
    with Image.open(golden) as expected:
        assert drawn.size == expected.size, golden.name
        difference = ImageChops.difference(drawn.convert("L"), expected.convert("L")).getbbox()
    assert difference is None, f"{golden.name} differs within {difference}"
