"""The picture of a phone for the docs: the real page in a real browser, at a time and with a key that stay."""

import hashlib
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import structs
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from central.store.engine import writing
from central.store.schema import member_keys
from central.web.shell import shell
from firmware.codes import MemberCode, RotatingCode
from firmware.codes.rotating import day_key, day_of_step, step_at
from firmware.entries import GivenLot, Scope
from provisioning.ca import ThrowAway
from tests.central.office import Office
from tests.central.records import HANA, Record, sale, signer_for
from tests.central.web.phone import Phone
from tests.central.web.serving import Served, served
from tests.servers.browsers import chromium, on_phone

__all__ = ["LOOKS", "PICTURE", "code_shown", "look_of_today", "write_picture"]

PICTURE = "docs/pictures/wallet.png"
LOOKS = "looks"
"""What in the picture's file says of which page it is."""
KEY = bytes(range(32))
AT = int(datetime(2026, 11, 22, 10, 30, 9, tzinfo=ZoneInfo("Asia/Tokyo")).timestamp())
EXPIRIES = {34: (2026, 12, 1), 1200: (2027, 10, 1)}
SIZE, DENSITY = (390, 800), 1.5
EDGE, GAP, ROUND = 10, 34, 54
PAPER, BODY = (226, 220, 208), (22, 24, 28)


def code_shown() -> str:
    """The rotating code that the picture shows."""
    step = step_at(AT)
    key = day_key(KEY, day_of_step(step, ZoneInfo("Asia/Tokyo")))
    return str(RotatingCode.of(MemberCode.parse(HANA), key, step))


def look_of_today() -> str:
    """Changes with everything that changes how the page looks."""
    looks = b"".join(shell()[name].body for name in ("", "wallet.css", "texts.js"))
    return hashlib.sha256(looks).hexdigest()[:16]


def write_picture(path: Path) -> None:
    """Take the screens and write them side by side."""
    with tempfile.TemporaryDirectory() as folder:
        screens = _screens(Path(folder))
    width = sum(screen.width for screen in screens) + GAP * (len(screens) + 1)
    sheet = Image.new("RGB", (width, screens[0].height + 2 * GAP), PAPER)
    left = GAP
    for screen in screens:
        sheet.paste(screen, (left, GAP), _rounded(screen.size, ROUND))
        left += screen.width + GAP
    told = PngInfo()
    told.add_text(LOOKS, look_of_today())
    sheet.save(path, optimize=True, pnginfo=told)


def _screens(folder: Path) -> list[Image.Image]:
    for name in ("ca", "office"):
        (folder / name).mkdir()
    authority = ThrowAway(folder / "ca", datetime.now(UTC))
    office = Office(folder / "office", authority)
    with served(office) as central, chromium(folder / "profile") as browser:
        office.now = AT
        _furnish(central, office, authority)
        phone = Phone(browser)
        phone.inject(f"Date.now = () => {AT * 1000 + 500};")
        screens = [_screen(phone, central, "en", "spend"), _screen(phone, central, "ja", "earn", dark=True)]
    office.close()
    return screens


def _furnish(central: Served, office: Office, authority: ThrowAway) -> None:
    central.register(HANA, "Hana")
    with writing(office.engine) as connection:
        connection.execute(member_keys.insert().values(member=int(HANA), key=KEY, created_at=AT))
    record = Record("t-1", signer_for(authority, "t-1"))
    for points, day in EXPIRIES.items():
        expires = int(datetime(*day, tzinfo=ZoneInfo("Asia/Tokyo")).timestamp())
        record.add(structs.replace(sale(), lots=[GivenLot(points, Scope.PROGRAMME, expires)]), at=AT - 3600)
    office.take(("t-1", record.batch()))


def _screen(phone: Phone, central: Served, language: str, kind: str, *, dark: bool = False) -> Image.Image:
    agent = {"userAgent": phone.run("return navigator.userAgent"), "acceptLanguage": language}
    phone.browser.execute_cdp_cmd("Emulation.setUserAgentOverride", agent)
    on_phone(phone.browser, *SIZE, DENSITY, dark=dark)
    phone.take(central.link(HANA))
    phone.choose(kind)
    screen = phone.screen()
    framed = Image.new("RGB", (screen.width + 2 * EDGE, screen.height + 2 * EDGE), BODY)
    framed.paste(screen, (EDGE, EDGE), _rounded(screen.size, ROUND - EDGE))
    return framed


def _rounded(size: tuple[int, int], radius: int) -> Image.Image:
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), radius, fill=255)
    return mask
