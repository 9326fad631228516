"""One session for each screen there is, by name."""

from msgspec.structs import replace

from firmware.entries import Identified
from firmware.flow.events import Profile, Result, ResultKind
from firmware.flow.session import Notice, Session, State
from tests.firmware.flow.counter import HANA, profile, result

__all__ = ["SESSIONS"]

HINTS = {
    "en": "More than ever: offer a coupon",
    "ja": "最近好調、特別クーポンをどうぞ",
    "ko": "최근 활발, 특별 쿠폰을 권하세요",
}


NEW = Profile(HANA, None, ("E", "E"), "Welcome", None, 0, 0, 0, provisional=True)


def _sessions(language: str) -> dict[str, Session]:
    member = profile()
    hinted = Result(
        result().entry,
        kind=ResultKind.PURCHASE,
        amount=3400,
        points=68,
        profile=type(member)(
            member.member, None, member.grades, HINTS[language], "special", 1268, 123_400, 12, provisional=False
        ),
        currency="JPY",
    )
    shown = Session(State.RESULT, profile=hinted.profile, result=hinted)
    spent = replace(hinted, amount=2400, points=48, deducted=1000, spent=1000)
    refunded = replace(hinted, kind=ResultKind.REFUND, amount=1000, points=-20, profile=member)
    spending = Session(State.REDEEMING, profile=member, by=Identified.ROTATING, digits="3400")
    sale = result(member)
    return {
        "starting": Session(),
        "signed-off": Session(State.SIGNED_OFF, digits="7"),
        "idle": Session(State.IDLE, clerk="7"),
        "idle-problem": Session(State.IDLE, clerk="7", problems=("camera_failed",)),
        "identified": Session(State.IDENTIFIED, profile=hinted.profile),
        "identified-new": Session(State.IDENTIFIED, profile=NEW),
        "amount": Session(State.AMOUNT, profile=member, digits="3400"),
        "amount-without-member": Session(State.AMOUNT, digits="3400"),
        "amount-refused": Session(State.AMOUNT, digits="3400", notice=Notice("storage_full", 1.0)),
        "member-wanted": Session(State.MEMBER_WANTED, digits="3400"),
        "committing": Session(State.COMMITTING, digits="3400"),
        "result": shown,
        "result-coupon-given": replace(shown, coupon_given=True),
        "result-2": replace(shown, page=1),
        "result-spent": replace(shown, result=spent),
        "result-spent-2": replace(shown, result=spent, page=1),
        "result-refunded": Session(State.RESULT, profile=member, result=refunded),
        "result-refund-withheld": Session(State.RESULT, profile=member, result=replace(refunded, withheld=20)),
        "result-refund-owed": Session(State.RESULT, profile=member, result=replace(refunded, owed=20)),
        "result-without-member": Session(State.RESULT, result=result()),
        "result-voided": Session(State.RESULT, profile=member, result=result(member, voided=True)),
        "result-after-restart": Session(
            State.RESULT,
            profile=member,
            result=Result(result().entry, ResultKind.PURCHASE, 3400, 68, member, "JPY", after_restart=True),
        ),
        "pin-wanted": Session(State.PIN_WANTED, digits="7", second="12"),
        "pin-wrong": Session(State.SIGNED_OFF, notice=Notice("pin_wrong", 1.0)),
        "amount-points-off": Session(State.AMOUNT, profile=member, by=Identified.ROTATING, digits="3400", spend=1000),
        "amount-no-proof": Session(
            State.AMOUNT, profile=member, digits="3400", notice=Notice("show_rotating_code", 1.0)
        ),
        "right-wanted": replace(spending, state=State.RIGHT_WANTED),
        "right-refused": replace(spending, state=State.AMOUNT, notice=Notice("right_held_elsewhere", 1.0)),
        "redeeming": spending,
        "redeeming-keyed": replace(spending, second="500"),
        "voiding": Session(State.VOIDING, result=sale),
        "voiding-part": Session(State.VOIDING, result=sale, second="1000"),
        "voiding-earlier": Session(State.VOIDING, result=replace(sale, last=False)),
        "approving": Session(State.APPROVING, result=sale, second="1000", digits="3"),
        "approving-pin": Session(State.APPROVING, result=sale, approver="3", digits="12"),
        "voiding-without-member": Session(State.VOIDING, result=result()),
        "damaged": Session(State.IDLE, clerk="7", notice=Notice("damaged_code", 1.0)),
    }


SESSIONS = {language: _sessions(language) for language in HINTS}
