"""`terminal prices`: a list is loaded whole or not at all, and a running terminal sees it."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from firmware.codes import Gtin
from firmware.commands import app
from firmware.prices import PriceStore
from tests.firmware.commands.terminals import ALONE, configured

BREAD, CHEESE = "4006381333931", "2112345000008"
LIST = f"gtin,price,category,name,per\n{BREAD},250,bakery,Bread,each\n{CHEESE},1999,dairy,Cheese,kg\n"
DEARER = f"gtin,price,category,name\n{BREAD},280,bakery,Bread\n"


@pytest.fixture(autouse=True)
def back() -> Iterator[None]:
    """Commands go to the configuration's folder; tests come back from it."""
    before = Path.cwd()
    yield
    os.chdir(before)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["prices", *arguments])


def listed(folder: Path, text: str, name: str = "prices.csv") -> str:
    (folder / name).write_text(text)
    return str(folder / name)


def test_a_list_is_loaded_and_each_item_is_told_with_its_price(tmp_path: Path) -> None:
    config = str(configured(tmp_path))
    loaded = run("load", listed(tmp_path, LIST), "--config", config)
    assert (loaded.exit_code, loaded.stdout) == (0, "2 items are in force\n")
    assert run("find", BREAD, "--config", config).stdout == "Bread (bakery): ¥250\n"
    assert run("find", CHEESE, "--config", config).stdout == "Cheese (dairy): ¥1,999 a kilogram\n"
    unknown = run("find", "96385074", "--config", config)
    assert (unknown.exit_code, unknown.stderr) == (1, "not on the list\n")


def test_a_terminal_that_runs_has_the_new_prices_at_once(tmp_path: Path) -> None:
    config = str(configured(tmp_path))
    run("load", listed(tmp_path, LIST), "--config", config)
    with closing(PriceStore.open(tmp_path / "data" / "prices.sqlite")) as running:
        bread, cheese = Gtin.parse(BREAD), Gtin.parse(CHEESE)
        for price in (280, 250, 280):
            run("load", listed(tmp_path, DEARER.replace("280", str(price))), "--config", config)
            assert [found and found.price for found in (running.find(bread), running.find(cheese))] == [price, None]


def test_a_dry_run_tells_what_is_wrong_and_loads_nothing(tmp_path: Path) -> None:
    config = str(configured(tmp_path))
    told = run("load", listed(tmp_path, LIST), "--config", config, "--dry-run")
    assert (told.exit_code, told.stdout) == (0, "2 items, nothing is wrong; nothing was loaded\n")
    assert not (tmp_path / "data").exists()


def test_a_list_with_faults_is_refused_whole_and_all_of_them_are_told(tmp_path: Path) -> None:
    config = str(configured(tmp_path))
    run("load", listed(tmp_path, LIST), "--config", config)
    bad = LIST + f"{BREAD},300,bakery,Bread again,each\n96385074,-1,dairy,Milk,each\n"
    told = run("load", listed(tmp_path, bad), "--config", config)
    assert told.exit_code == 1
    assert told.stderr.splitlines() == [
        "line 4: gtin: it stands in line 2 already",
        "line 5: price: it is negative",
        "2 faults: nothing was loaded, the list before stays in force",
    ]
    assert run("find", BREAD, "--config", config).stdout == "Bread (bakery): ¥250\n"


def test_a_terminal_of_a_central_takes_no_list_from_a_file(tmp_path: Path) -> None:
    files = 'host = "c"\nca = "ca.pem"\ncertificate = "t.pem"\nkey = "t.key"\nsigning_certificate = "s.pem"\n'
    config = str(configured(tmp_path, ALONE.replace('central = "none"\n', "") + f"[central]\n{files}"))
    told = run("load", listed(tmp_path, LIST), "--config", config)
    assert (told.exit_code, "publish the list there" in told.stderr) == (1, True)


def test_a_number_that_is_none_and_a_file_that_is_no_list_are_told(tmp_path: Path) -> None:
    config = str(configured(tmp_path))
    assert "check digit" in run("find", "4006381333930", "--config", config).stderr
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "prices.sqlite").write_text("rot" * 999)
    told = run("find", BREAD, "--config", config)
    assert (told.exit_code, "price list" in told.stderr) == (1, True)
