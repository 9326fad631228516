"""Who the clerks are: numbers, PINs, and which of them are managers."""

from firmware.flow.effects import CheckClerk
from firmware.flow.events import ClerkKnown, ClerkRefused
from firmware.flow.moment import Moment

__all__ = ["Unlisted"]


class Unlisted:
    """A terminal without a list of clerks: a number is believed, and nobody is a manager."""

    def checked(self, effect: CheckClerk, _moment: Moment) -> ClerkKnown | ClerkRefused:
        """Whether they fit."""
        return ClerkRefused("not_a_manager") if effect.manager else ClerkKnown(effect.clerk, manager=False)
