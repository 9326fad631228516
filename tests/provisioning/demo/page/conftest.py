"""A real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from tests.servers.browsers import chromium


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chrome]:
    """Chromium without a window, as fresh as after its installation."""
    with chromium(tmp_path / "profile") as chrome:
        yield chrome
