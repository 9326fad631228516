"""Screens between sales."""

from firmware.flow.screens import Phrase, Row, Screen, Style
from firmware.flow.session import Mode, Session, Settings

__all__ = ["idle", "pin_wanted", "signed_off", "starting"]


def starting(_settings: Settings, _session: Session) -> Screen:
    return Screen("starting", (Row("Habitue", style=Style.BIG), Row(Phrase("starting"))))


def signed_off(_settings: Settings, session: Session) -> Screen:
    rows = (
        Row(Phrase("sign_on")),
        Row(Phrase("clerk_number"), session.digits + "_"),
        Row(Phrase("enter_to_sign_on")),
        _problem(session),
    )
    return Screen("signed-off", rows)


def pin_wanted(_settings: Settings, session: Session) -> Screen:
    rows = (
        Row(Phrase("clerk_number"), f"#{session.digits}"),
        Row(Phrase("pin"), "*" * len(session.second) + "_"),
        Row(Phrase("enter_to_sign_on")),
        _problem(session),
    )
    return Screen("pin-wanted", rows)


def idle(settings: Settings, session: Session) -> Screen:
    clerk = f"#{session.clerk}" if session.clerk else ""
    rows = (
        Row(Phrase("ready"), clerk),
        Row(Phrase("show_code")),
        Row(Phrase("scan_packs" if settings.mode is Mode.ITEMS else "or_key_amount")),
        _problem(session),
    )
    return Screen("idle", rows)


def _problem(session: Session) -> Row:
    if not session.problems:
        return Row()
    return Row(Phrase(session.problems[0]), inverse=True)
