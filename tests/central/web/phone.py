"""A member's phone: what is seen on its screen, and done there."""

import io
from collections.abc import Callable
from typing import Any

import zxingcpp
from PIL import Image
from selenium.webdriver import Chrome
from selenium.webdriver.support.ui import WebDriverWait

from tests.servers.browsers import on_phone

__all__ = ["Phone"]

PATIENCE = 30
CLOCK = "const real = Date.now; window.ahead = %d; Date.now = () => real.call(Date) + 1000 * window.ahead;"


def codes_in(screen: Image.Image) -> list[tuple[str, str]]:
    """What a reader of codes makes of a picture."""
    return [(found.symbology.name, found.text) for found in zxingcpp.read_barcodes(screen)]


class Phone:
    """A browser on a phone's screen."""

    def __init__(self, browser: Chrome) -> None:
        self.browser = browser
        on_phone(browser)

    def open(self, address: str) -> None:
        """Visit, and wait until the page is at work."""
        self.browser.get("about:blank")  # else another fragment of the same page would load nothing
        self.browser.get(address)
        self.until(lambda: self.run("return document.documentElement.dataset.ready === 'yes'"))

    def inject(self, script: str) -> None:
        """Run a script before the page's own at every visit from now on."""
        self.browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": script})

    def set_clock(self, ahead: int) -> None:
        """Have the phone's clock wrong by so many seconds, from the next visit on; see `pass_time`."""
        self.inject(CLOCK % ahead)

    def pass_time(self, seconds: int) -> None:
        """Let time pass on a phone whose clock was set."""
        self.run("window.ahead += arguments[0]", seconds)

    def run(self, script: str, *arguments: object) -> Any:
        return self.browser.execute_script(script, *arguments)

    def told(self, script: str, *arguments: object) -> Any:
        """What a promise brings."""
        waiting = f"const end = [...arguments].at(-1); (async () => {{ {script} }})().then(end, (e) => end(`${{e}}`));"
        return self.browser.execute_async_script(waiting, *arguments)

    def until(self, what: Callable[[], object]) -> Any:
        return WebDriverWait(self.browser, PATIENCE, 0.05).until(lambda _: what())

    def text(self, css: str) -> str:
        return str(self.run("return document.querySelector(arguments[0])?.innerText ?? ''", css))

    def sees(self, css: str) -> bool:
        return bool(self.run("return document.querySelector(arguments[0])?.checkVisibility() ?? false", css))

    def press(self, css: str) -> None:
        self.browser.find_element("css selector", css).click()

    def choose(self, kind: str) -> str:
        """`spend` or `earn`; the digits that are drawn then."""
        self.press(f'[data-kind="{kind}"]')
        return str(
            self.until(lambda: (found := self.drawn()) and len(found) == {"spend": 22, "earn": 14}[kind] and found)
        )

    def drawn(self) -> str:
        """The digits whose bars are on the page."""
        return str(self.run("return document.querySelector('#code').dataset.drawn ?? ''"))

    def notice(self, name: str) -> str:
        return self.text(f'[data-notice="{name}"]')

    def take(self, link: str) -> str:
        """Open a link and put the card here; the digits that are drawn then."""
        self.open(link)
        self.press("#accept")
        return str(self.until(lambda: not self.sees("#offer") and self.sees("#account") and self.drawn()))

    def keep_page(self) -> None:
        """Wait until the page would open without a network."""
        self.until(lambda: self.run("return navigator.serviceWorker.controller !== null"))

    def screen(self) -> Image.Image:
        return Image.open(io.BytesIO(self.browser.get_screenshot_as_png())).convert("RGB")

    def look(self) -> tuple[str, Image.Image]:
        """The screen, and the digits whose bars are on it."""
        before, screen = self.drawn(), self.screen()
        return (before, screen) if self.drawn() == before else self.look()

    def read(self) -> list[tuple[str, str]]:
        """What a reader of codes makes of the screen."""
        return codes_in(self.screen())

    def read_back(self) -> str:
        """The digits on the page, once a reader of codes reads just them: a new code may come in between."""
        code, screen = self.look()
        assert codes_in(screen) == [("Code128", code)]
        return code

    def complaints(self) -> list[str]:
        """What the browser's console holds, but for addresses that did not answer."""
        log = self.browser.get_log("browser")  # type: ignore[no-untyped-call]
        return [line["message"] for line in log if "ERR_CONNECTION_REFUSED" not in line["message"]]
