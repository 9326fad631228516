"""The pictures in the docs are the screens as they are drawn today."""

import pytest
import zxingcpp
from PIL import Image, ImageChops

from tests.central.records import HANA
from tests.central.web.picture import LOOKS, PICTURE, code_shown, look_of_today
from tests.house.pages import pages
from tests.pictures import PICTURES, ROOT, drawn


@pytest.mark.parametrize("path", PICTURES)
def test_a_picture_in_the_docs_shows_the_screens_as_they_are(path: str) -> None:
    with Image.open(ROOT / path) as picture:
        difference = ImageChops.difference(drawn(PICTURES[path]), picture.convert("RGB")).getbbox()
    assert difference is None, "run `python -m tests.pictures` and look at what changed"


def test_every_picture_of_the_docs_is_shown_on_a_page() -> None:
    shown = {((ROOT / page.path).parent / link).resolve() for page in pages() for link in page.links}
    there = set((ROOT / "docs" / "pictures").resolve().glob("*.png"))
    assert there
    assert there <= shown


def test_the_picture_of_the_phone_shows_todays_page_and_its_codes_read() -> None:
    with Image.open(ROOT / PICTURE) as picture:
        assert picture.info[LOOKS] == look_of_today(), "run `python -m tests.pictures wallet` and look at what changed"
        codes = {found.text for found in zxingcpp.read_barcodes(picture.convert("RGB"))}
    assert codes == {code_shown(), HANA}
