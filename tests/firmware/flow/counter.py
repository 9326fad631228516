"""A counter to drive in tests: events in, the session and the effects out, answers given as the real parts would."""

from firmware.codes import CompanyProfile, MemberCode
from firmware.codes.profile import NumberUse
from firmware.entries import ClockQuality, EntryId, Identified
from firmware.flow.effects import Effect, Show
from firmware.flow.events import CodeSeen, Event, KeyPressed, Profile, Result, ResultKind, Started
from firmware.flow.keys import Key
from firmware.flow.moment import Moment
from firmware.flow.session import Session, Settings, State
from firmware.flow.step import step
from firmware.points.redeeming import Redeeming

__all__ = ["HANA", "JUN", "LAST", "SETTINGS", "Counter", "profile", "result"]

HANA = str(MemberCode.of("12345", "0000100"))
JUN = str(MemberCode.of("12345", "0000200"))
LAST = EntryId("t-1", "00000000000000aa", 7)

SETTINGS = Settings(
    currency="JPY",
    companies=(CompanyProfile("12345", NumberUse.MEMBERS_AND_COUPONS), CompanyProfile("54321", NumberUse.TICKETS)),
    sign_on=True,
    largest_amount=1_000_000,
    entry_timeout=60.0,
    result_timeout=20.0,
    notice_timeout=3.0,
    redeeming=Redeeming(points=1, worth=1, step=100, minimum=100, most_percent=50),
)


def profile(member: str = HANA, *, coupon: str | None = None, provisional: bool = False) -> Profile:
    """A member of grades A and C."""
    return Profile(member, None, ("A", "C"), "Offer a drink", coupon, 1268, 123_400, 12, provisional, spendable=1268)


def result(who: Profile | None = None, *, voided: bool = False) -> Result:
    """A sale of 3,400 yen."""
    kind = ResultKind.VOID if voided else ResultKind.PURCHASE
    points = 68 if who else 0
    return Result(LAST, kind, 3400, -points if voided else points, who, SETTINGS.currency)


class Counter:
    """Steps one session; `now` is monotonic seconds and moves only when a test says so."""

    def __init__(self, settings: Settings = SETTINGS) -> None:
        self.settings = settings
        self.session = Session()
        self.now = 100.0
        self.shown: str | None = None
        self.result_shown: EntryId | None = None

    def happens(self, event: Event) -> list[Effect]:
        """Step once; the Show effects are kept in `shown`, the others returned."""
        moment = Moment(1_767_300_000, ClockQuality.LOCAL, self.now)
        self.session, effects = step(self.settings, self.session, event, moment)
        for effect in effects:
            if isinstance(effect, Show):
                self.shown, self.result_shown = effect.screen.name, effect.result
        return [effect for effect in effects if not isinstance(effect, Show)]

    def state(self) -> State:
        """Where the counter stands."""
        return self.session.state

    def press(self, *keys: str) -> list[Effect]:
        """Press keys by their values; the last one's effects are returned."""
        effects: list[Effect] = []
        for key in keys:
            effects = self.happens(KeyPressed(Key(key)))
        return effects

    def show_phone(self, member: str = HANA) -> list[Effect]:
        """Hold a phone up."""
        return self.happens(CodeSeen(member, Identified.STATIC))

    def opened(self) -> "Counter":
        """Started, and clerk 7 signed on."""
        self.happens(Started(None))
        self.press("7", "enter")
        return self
