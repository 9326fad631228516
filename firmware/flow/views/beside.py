"""What stands beside a screen where there is room for two: a member's figures, or their ranks and hint."""

from firmware.flow.events import Profile
from firmware.flow.money import money, points
from firmware.flow.screens import Phrase, Row, Screen, Style
from firmware.flow.session import Settings

__all__ = ["figures_of", "ranks_of"]


def figures_of(settings: Settings, profile: Profile) -> Screen:
    """Beside the ranks: what the member has gathered."""
    rows = (
        Row(Phrase("balance"), _points(profile.balance)),
        Row(Phrase("total"), money(profile.amount, settings.currency)),
        Row(Phrase("visits"), points(profile.visits)),
    )
    return Screen("figures", rows)


def ranks_of(profile: Profile) -> Screen:
    """Beside an amount that is being keyed: ranks and hint stay in sight."""
    rows = (
        Row("", _points(profile.balance)),
        Row(),
        Row(Phrase("new_here") if profile.visits == 0 else profile.hint, style=Style.PARAGRAPH),
    )
    return Screen("ranks", rows, profile.grades)


def _points(count: int) -> Phrase:
    return Phrase("points", (("points", points(count)),))
