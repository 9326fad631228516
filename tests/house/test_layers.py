"""Imports go downward only; each rule is proved on a planted tree before the real one is believed."""

from pathlib import Path

import pytest

from tests.house.layers import RULES
from tests.house.tree import ROOT, read_modules
from tests.house.verdict import expect_none

REAL = read_modules(ROOT)

BROKEN: dict[str, tuple[str, dict[str, str]]] = {
    "a score that looks up to the flow": (
        "downward",
        {"firmware/score/a.py": "from firmware.flow.b import c", "firmware/flow/b.py": "c = 1"},
    ),
    "an upward import hidden in a function": (
        "downward",
        {"firmware/flow/a.py": "def f():\n    import firmware.journal", "firmware/journal/__init__.py": ""},
    ),
    "an upward import by name": (
        "downward",
        {
            "firmware/flow/a.py": "import importlib\nimportlib.import_module('firmware.runner')",
            "firmware/runner.py": "",
        },
    ),
    "a module taken from its package": (
        "downward",
        {"firmware/flow/a.py": "from firmware import runner", "firmware/runner.py": "", "firmware/__init__.py": ""},
    ),
    "two parts of one row": (
        "downward",
        {"firmware/journal/a.py": "import firmware.drivers.b", "firmware/drivers/b.py": ""},
    ),
    "an adapter that knows the composition root": (
        "downward",
        {"firmware/drivers/camera/a.py": "from firmware.app import run", "firmware/app.py": "def run(): ..."},
    ),
    "messages that know the client": (
        "downward",
        {"firmware/mqtt/messages.py": "import firmware.mqtt.client", "firmware/mqtt/client.py": ""},
    ),
    "central using the journal": (
        "guests",
        {"central/a.py": "from firmware.journal import Journal", "firmware/journal/__init__.py": ""},
    ),
    "central using the flow": ("guests", {"central/a.py": "import firmware.flow.b", "firmware/flow/b.py": ""}),
    "central using provisioning": (
        "guests",
        {"central/a.py": "def f():\n    from provisioning.ca import x", "provisioning/ca.py": ""},
    ),
    "provisioning using central": ("guests", {"provisioning/a.py": "import central", "central/__init__.py": ""}),
    "firmware using central": ("guests", {"firmware/app.py": "import central.b", "central/b.py": ""}),
    "the enrolment using the client that only simulate may": (
        "guests",
        {"provisioning/enrol.py": "import firmware.mqtt.client", "firmware/mqtt/client.py": ""},
    ),
    "a camera that knows a display": (
        "driver_kinds",
        {
            "firmware/drivers/camera/a.py": "from firmware.drivers.display.b import c",
            "firmware/drivers/display/b.py": "c = 1",
        },
    ),
    "a second place for gpiozero": (
        "devices",
        {"firmware/drivers/keys/evdev.py": "def f():\n    import gpiozero.pins"},
    ),
    "a device package imported before it is opened": (
        "devices",
        {"firmware/drivers/input_device.py": "from evdev import InputDevice"},
    ),
    "two modules that need each other": (
        "cycles",
        {"central/a.py": "import central.b", "central/b.py": "def f():\n    import central.a"},
    ),
    "a clock in the score": ("purity", {"firmware/score/a.py": "import time"}),
    "a present moment without a clock's import": (
        "purity",
        {"firmware/score/a.py": "from datetime import datetime\nx = datetime.now()"},
    ),
    "the environment in the codes": ("purity", {"firmware/codes/a.py": "from os import environ"}),
    "the network in the messages": ("purity", {"firmware/mqtt/messages.py": "def f():\n    import socket"}),
    "threads in the flow": ("purity", {"firmware/flow/a.py": "import threading"}),
    "chance in the entries": ("purity", {"firmware/entries/a.py": "import random"}),
    "a path in the score": ("purity", {"firmware/score/a.py": "from pathlib import Path"}),
    "a file opened in vision": ("purity", {"firmware/vision/a.py": "x = open('frame')"}),
    "importing by name in the flow": ("purity", {"firmware/flow/a.py": "from importlib import import_module"}),
}

SOUND = {
    "firmware/__init__.py": "",
    "firmware/app.py": "from firmware.runner import r\nimport firmware.drivers.camera.v4l2",
    "firmware/runner.py": "from firmware.flow.step import r",
    "firmware/flow/step.py": "from firmware.score.measure import r\nfrom importlib.resources import files",
    "firmware/score/measure.py": "from datetime import datetime, timedelta\nr = 1",
    "firmware/mqtt/sync.py": "import firmware.journal\nfrom firmware.mqtt import messages",
    "firmware/mqtt/messages.py": "from firmware.mqtt.errors import E",
    "firmware/mqtt/errors.py": "E = 1",
    "firmware/journal/__init__.py": "import firmware.mqtt.messages, sqlite3",
    "firmware/drivers/pump.py": "import threading",
    "firmware/drivers/input_device.py": "from firmware.drivers import pump\ndef f():\n    import evdev.device",
    "central/a.py": "import firmware.score.measure, firmware.mqtt.messages, central.b",
    "central/b.py": "",
    "provisioning/simulate/a.py": "import firmware.mqtt.sync, firmware.score.measure",
}


def planted(root: Path, files: dict[str, str]) -> Path:
    for name, source in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source + "\n")
    return root


@pytest.mark.parametrize("rule", RULES)
def test_the_project_keeps_the_rule(rule: str) -> None:
    expect_none(RULES[rule](REAL))


@pytest.mark.parametrize(("rule", "files"), BROKEN.values(), ids=BROKEN.keys())
def test_a_breach_is_found_and_named(tmp_path: Path, rule: str, files: dict[str, str]) -> None:
    found = list(RULES[rule](read_modules(planted(tmp_path, files))))
    assert len(found) == 1, found
    assert any(part in found[0] for part in files) or "a cycle" in found[0]


@pytest.mark.parametrize("rule", RULES)
def test_a_tree_as_it_should_be_passes(tmp_path: Path, rule: str) -> None:
    expect_none(RULES[rule](read_modules(planted(tmp_path, SOUND))))


def test_every_rule_was_proved_on_a_planted_tree() -> None:
    assert {rule for rule, _ in BROKEN.values()} == RULES.keys()


def test_the_tree_that_is_read_is_the_project() -> None:
    assert {"firmware.entries.entry", "firmware.mqtt.messages"} <= REAL.keys()
