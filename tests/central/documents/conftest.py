"""Fixtures: a terminal of shop-1 that asks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.central.documents.asking import Asking
from tests.central.office import Office


@pytest.fixture
def asking(office: Office, tmp_path: Path) -> Iterator[Asking]:
    folder = tmp_path / "terminal"
    folder.mkdir()
    asking = Asking(office, folder)
    yield asking
    asking.papers.close()
