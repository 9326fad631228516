"""A real browser: Chromium without a window."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

__all__ = ["ELSEWHERE", "chromium", "on_phone"]

ELSEWHERE = "shop.example"
"""This machine under a name that is no loopback address to a browser."""
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--window-size=1400,1143"),
    f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1",
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
)


@contextmanager
def chromium(profile: Path, language: str = "en-US") -> Iterator[Chrome]:
    """As fresh as after its installation, with its profile in this folder."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    assert program, "apt-get install chromium"
    assert driver, "apt-get install chromium-driver"
    options = ChromeOptions()
    options.binary_location = program
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    options.add_experimental_option("prefs", {"intl.accept_languages": language})
    for flag in (*FLAGS, f"--user-data-dir={profile}", f"--lang={language}"):
        options.add_argument(flag)
    chrome = Chrome(options, Service(driver))
    try:
        yield chrome
    finally:
        chrome.quit()


def on_phone(browser: Chrome, width: int = 390, height: int = 844, density: float = 2, *, dark: bool = False) -> None:
    """A phone's screen, in width and height of CSS pixels."""
    screen = {"width": width, "height": height, "deviceScaleFactor": density, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    browser.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
