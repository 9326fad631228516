"""The trading day goes as its script says, and a script that says otherwise fails with the line that does."""

from pathlib import Path

import pytest

from tests.model.proving import quiet
from tests.model.templates import Templates
from tests.scenarios.days.playing import NotAsExpected, play
from tests.scenarios.days.reading import ScriptWrong, read

SCRIPT = Path(__file__).parents[1].joinpath("trading_day.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("days"))


def played(text: str, templates: Templates, folder: Path) -> None:
    with quiet():
        play(read(text), templates, folder)


def altered(old: str, new: str) -> str:
    assert SCRIPT.count(old) == 1, f"`{old}` is not in the script once"
    return SCRIPT.replace(old, new)


def test_a_trading_day_goes_as_its_script_says(templates: Templates, tmp_path: Path) -> None:
    played(SCRIPT, templates, tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('refused = "Points are held elsewhere", ', "", "09:10, the teacher buys and pays with points (florist): "),
        ("owed = 100", "owed = 0", "10:30, the teacher brings back a part (bakery): expected owed 0, saw 100"),
        ("spent_twice = 500", "spent_twice = 0", "19:00, closing: expected spent_twice 0, saw 500"),
        ("yen = 700 }", "yen = 699 }", "19:00, closing: expected clearing"),
    ],
)
def test_a_wrong_expectation_fails_with_its_line_named(
    templates: Templates, tmp_path: Path, old: str, new: str, said: str
) -> None:
    with pytest.raises(NotAsExpected) as failed:
        played(altered(old, new), templates, tmp_path)
    assert str(failed.value).startswith(f"today at {said}")


def test_what_a_line_does_not_show_cannot_be_expected_of_it(templates: Templates, tmp_path: Path) -> None:
    wrong = altered("expect = { written_off = 500 }", "expect = { balance = 500 }")
    with pytest.raises(NotAsExpected, match=r"at 12:20.*expected balance 500, saw nothing"):
        played(wrong, templates, tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('what = "power goes"', 'what = "roof flies off"', "roof flies off"),
        ("written_off = 500", "writen_off = 500", "writen_off"),
        ("yen = 1000", "yen = 1000\nyenn = 1000", "yenn"),
        ('what = "power goes"', 'what = "power goes"\nyen = 5', "yen"),
        ('called = "the birthday cake"', 'called = "the cake"', "10:30: nobody bought `the birthday cake` before"),
        ('at = "14:20"', 'at = "13:20"', "13:20: comes after 14:00"),
        ('at = "14:20"', 'at = "24:20"', "today"),
        ('what = "closing"', 'what = "power goes"\nwhere = "bakery"', "the closing"),
        (
            'who = "the teacher"\nwhat = "brings',
            'who = "the thief"\nwhat = "brings',
            "there is no customer `the thief`",
        ),
        ('what = "power goes"\nwhere = "bakery"', 'what = "power goes"\nwhere = "bank"', "there is no shop `bank`"),
    ],
)
def test_a_script_that_nobody_understands_is_refused_by_name(old: str, new: str, said: str) -> None:
    with pytest.raises(ScriptWrong, match=said):
        read(altered(old, new))
