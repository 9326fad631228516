"""Screens of choosing a coupon."""

from firmware.flow.events import Offer
from firmware.flow.money import money
from firmware.flow.screens import Phrase, Row, Screen, Style
from firmware.flow.session import Session, Settings
from firmware.flow.views.beside import ranks_of
from firmware.flow.views.naming import name_of

__all__ = ["choosing", "right_wanted"]


def right_wanted(_settings: Settings, session: Session) -> Screen:
    name: Phrase | str = name_of(session.profile) if session.profile else ""
    rows = (Row(name), Row(Phrase("asking_for_coupons"), style=Style.PARAGRAPH))
    return Screen("coupon-right-wanted", rows, right=_beside(session))


def choosing(settings: Settings, session: Session) -> Screen:
    offer = session.offers[session.page]
    place = f"{session.page + 1}/{len(session.offers)}"
    if offer.refusal:
        said = Row(offer.text), Row(Phrase(offer.refusal), style=Style.PARAGRAPH, inverse=True)
    else:
        use = Row(_does(settings, offer), Phrase("enter_to_use"), inverse=True)
        said = Row(offer.text, style=Style.PARAGRAPH), use
    return Screen("coupons", (Row(Phrase("coupon"), place), *said), right=_beside(session))


def _does(settings: Settings, offer: Offer) -> Phrase | str:
    if offer.worth:
        return money(-offer.worth, settings.currency)
    return Phrase("points_times", (("percent", str(offer.percent)),))


def _beside(session: Session) -> Screen | None:
    return ranks_of(session.profile) if session.profile else None
