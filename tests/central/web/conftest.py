"""Fixtures: central behind a socket, and a phone."""

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome

from tests.central.office import Office
from tests.central.web.phone import Phone
from tests.central.web.serving import Served, served
from tests.servers.browsers import chromium


@pytest.fixture
def central(office: Office) -> Iterator[Served]:
    """Central as phones reach it."""
    with served(office) as there:
        yield there


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """One browser for many tests: what it keeps, it keeps by address, and every central here has its own."""
    with chromium(tmp_path_factory.mktemp("browser") / "profile") as browser:
        yield browser


@pytest.fixture
def phone(browser: Chrome) -> Iterator[Phone]:
    """A phone that has never seen the page."""
    first = browser.current_window_handle
    browser.switch_to.new_window("tab")
    yield Phone(browser)
    browser.close()
    browser.switch_to.window(first)
