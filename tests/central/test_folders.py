"""Folders that are there after a power cut."""

import os
from pathlib import Path

import pytest

from central.folders import make_folder


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of what was synced, in order."""
    names: list[str] = []
    real = os.fsync

    def noted(descriptor: int) -> None:
        names.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    return names


def test_each_folder_that_is_made_is_synced_in_the_one_above(tmp_path: Path, synced: list[str]) -> None:
    make_folder(tmp_path / "var" / "central")
    assert (tmp_path / "var" / "central").is_dir()
    assert synced == [tmp_path.name, "var"]


def test_a_folder_that_is_there_is_left_as_it_is(tmp_path: Path, synced: list[str]) -> None:
    make_folder(tmp_path)
    assert synced == []
