"""How a member is called on a screen."""

from firmware.flow.events import Profile

__all__ = ["name_of"]


def name_of(profile: Profile) -> str:
    """The nickname, or the end of the code."""
    return profile.nickname or f"…{profile.member[-6:]}"
