"""Fixtures: the shim, compiled once, and a stage in memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cuts.harness import in_memory
from tests.cuts.recording import compiled

__all__ = ["shim", "stage"]


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shim, made from its source."""
    return compiled(tmp_path_factory.mktemp("shim"))


@pytest.fixture
def stage() -> Iterator[Path]:
    """A folder for one trial."""
    with in_memory() as folder:
        yield Path(folder) / "stage"
