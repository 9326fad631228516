"""Each screen in three languages, pixel by pixel against the pictures in tests/vectors/screens."""

import string
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, strategies

from firmware.flow.breaking import ELLIPSIS
from firmware.flow.drawing import Face, FontMissing
from firmware.flow.screens import Phrase, Row, Screen, Style
from firmware.flow.session import State
from firmware.flow.showing import SCREENS, screen_of
from firmware.flow.texts import LANGUAGES, load_texts
from firmware.problems import Problem
from tests.firmware.flow.golden import PANELS, VECTORS, expect_as_before, painter
from tests.firmware.flow.sessions import SESSIONS, settings_of

PANEL = PANELS["screens"]
VALUES = (
    ("points", "1,268"),
    ("given", "+68"),
    ("spent", "-1,200"),
    ("amount", "¥1,200"),
    ("percent", "1000"),
    ("count", "200"),
)
"""Something for each place of each text."""


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SESSIONS["en"])
def test_a_screen_looks_as_it_did(panel: str, language: str, name: str) -> None:
    drawn = painter(panel, language).drawn(screen_of(settings_of(name), SESSIONS[language][name]))
    expect_as_before(drawn, VECTORS / panel / f"{name}.{language}.png")


def test_every_state_has_a_screen_and_a_picture() -> None:
    assert set(SCREENS) == set(State)
    assert {session.state for session in SESSIONS["en"].values()} == set(State)


@pytest.mark.parametrize("panel", PANELS)
def test_every_picture_is_of_a_screen(panel: str) -> None:
    named = {f"{name}.{language}.png" for language, named in SESSIONS.items() for name in named}
    assert {path.name for path in (VECTORS / panel).glob("*.png")} == named


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_catalogue_has_the_same_texts_with_the_same_places(language: str) -> None:
    english, other = load_texts("en").texts, load_texts(language).texts
    assert other.keys() == english.keys()
    places = {key: {name for _, name, _, _ in string.Formatter().parse(text) if name} for key, text in english.items()}
    for key, text in other.items():
        assert {name for _, name, _, _ in string.Formatter().parse(text) if name} == places[key], key


def test_a_language_without_a_catalogue_is_refused() -> None:
    with pytest.raises(ValueError, match="no texts in 'fr'; there are en, ja, ko"):
        load_texts("fr")


def catalogue(language: str) -> dict[str, str]:
    return tomllib.loads(files("firmware.flow.texts").joinpath(f"{language}.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_fits_two_lines_of_the_panel(language: str) -> None:
    narrow = painter("screens", language)
    for key in catalogue(language):
        cut = Screen("x", (Row(Phrase(key, VALUES), style=Style.PARAGRAPH),))
        assert narrow.fits(cut), f"{language}: {key}"


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("name", SESSIONS["en"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_screen_loses_a_word(panel: str, language: str, name: str) -> None:
    assert painter(panel, language).fits(screen_of(settings_of(name), SESSIONS[language][name]))


def test_what_is_too_long_ends_in_an_ellipsis() -> None:
    narrow = painter("screens", "en")
    long, short = Screen("x", (Row("a" * 40),)), Screen("x", (Row("a" * 15 + ELLIPSIS),))
    assert not narrow.fits(long)
    assert narrow.drawn(long).tobytes() == narrow.drawn(short).tobytes()


def test_a_big_amount_too_wide_for_double_size_is_drawn_in_single_size() -> None:
    narrow = painter("screens", "en")
    picture = narrow.drawn(Screen("x", (Row("", "¥10,000,000", style=Style.BIG),)))
    assert picture.getbbox() is not None
    assert narrow.fits(Screen("x", (Row("", "¥10,000,000", style=Style.BIG),)))


@pytest.mark.parametrize("style", list(Style))
def test_a_text_with_line_breaks_is_drawn_as_with_spaces(style: Style) -> None:
    narrow = painter("screens", "en")
    broken, whole = Screen("x", (Row("Ha\nna\r", style=style),)), Screen("x", (Row("Ha na ", style=style),))
    assert narrow.drawn(broken).tobytes() == narrow.drawn(whole).tobytes()


@given(text=strategies.text(max_size=48), style=strategies.sampled_from(Style))
def test_whatever_a_text_from_outside_holds_it_is_drawn(text: str, style: Style) -> None:
    narrow = painter("screens", "ja")
    assert narrow.drawn(Screen("x", (Row(text, text, style=style, inverse=True), Row(text)))).size == PANEL


def test_a_missing_font_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(FontMissing, match="fonts-unifont"):
        Face(tmp_path / "none.otf")


def test_a_wider_panel_shows_more_of_a_line() -> None:
    wide = painter("screens-256x64", "en")
    assert wide.fits(Screen("x", (Row("a" * 32),)))


def pixels(screen: Screen, panel: str) -> bytes:
    return painter(panel, "en").drawn(screen).tobytes()


BESIDE = Screen("beside", (Row("beside", "it"),))
HERE = (Row("here"),)


@pytest.mark.parametrize("both", [Screen("x", HERE, left=BESIDE), Screen("x", HERE, right=BESIDE)])
def test_what_stands_beside_a_screen_is_left_out_where_there_is_no_room(both: Screen) -> None:
    alone = Screen("x", HERE)
    assert pixels(both, "screens") == pixels(alone, "screens")
    assert pixels(both, "screens-256x64") != pixels(alone, "screens-256x64")


def test_a_screen_to_the_left_and_one_to_the_right_look_the_same() -> None:
    here = Screen("x", HERE, ("A",))
    assert pixels(Screen("y", (Row("there"),), left=here), "screens-256x64") == pixels(
        Screen("x", HERE, ("A",), right=Screen("y", (Row("there"),))), "screens-256x64"
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("problem", Problem)
def test_every_problem_fits_its_one_line(language: str, problem: Problem) -> None:
    narrow = painter("screens", language)
    assert narrow.fits(Screen("x", (Row(Phrase(problem.value), inverse=True),)))
