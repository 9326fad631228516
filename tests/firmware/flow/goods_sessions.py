"""Sessions of a counter that sells packs."""

from msgspec.structs import replace

from firmware.entries import Identified, Line, Purchase
from firmware.flow.events import Offer, Standing
from firmware.flow.session import Mode, Notice, Session, State
from firmware.goods import Basket, Price
from tests.firmware.flow.counter import SETTINGS, profile, result
from tests.firmware.goods.items import BREAD, CHEESE, MILK, pack

__all__ = ["SELLING_ITEMS", "goods", "goods_sessions"]

SELLING_ITEMS = replace(SETTINGS, mode=Mode.ITEMS)
NAMES = {"en": ("Rye", "Milk", "Brie"), "ja": ("ライ麦", "牛乳", "チーズ"), "ko": ("호밀빵", "우유", "치즈")}
COUPONS = {"en": "Half off", "ja": "パン半額", "ko": "빵 반값"}


def goods(language: str = "en") -> tuple[Price, Price, Price]:
    """Bread, milk, and cheese by weight."""
    bread, milk, cheese = NAMES[language]
    return replace(BREAD, name=bread), replace(MILK, name=milk), replace(CHEESE, name=cheese)


def _coming_back(basket: Basket) -> dict[str, Session]:
    lines = [Line(line.gtin.text if line.gtin else "open", line.count, line.amount) for line in basket.lines]
    bought = Purchase(None, None, basket.total, "JPY", {}, [], 1, lines=lines)
    sale = replace(result(), amount=basket.total, goods=basket.lines, standing=Standing(bought, bought))
    shown = Session(State.VOIDING, result=sale)
    return {"voiding-goods": shown, "voiding-goods-back": replace(shown, returned=(0, 2))}


def goods_sessions(language: str) -> dict[str, Session]:
    """One for each screen."""
    bread, milk, cheese = goods(language)
    first = Basket().added(bread, pack(bread))
    full = first.with_count(0, 2).added(milk, pack(milk)).added(cheese, pack(cheese, 432)).keyed(80, "")
    scanned = Session(State.BASKET, basket=full)
    member = replace(scanned, profile=profile(), by=Identified.ROTATING)
    coupon = Offer("bread", COUPONS[language], 125)
    return {
        "basket-first": replace(scanned, basket=first),
        "basket": scanned,
        "basket-count": replace(scanned, digits="3"),
        "basket-member": member,
        "basket-deducted": replace(member, coupons=(coupon,), spend=300),
        "basket-unknown": replace(scanned, notice=Notice("item_unknown", 1.0)),
        "basket-deductions-again": replace(member, notice=Notice("deductions_again", 1.0)),
        "dropping": Session(State.DROPPING, basket=full),
        "dropping-member": replace(member, state=State.DROPPING),
        **_coming_back(full),
        "idle-items": Session(State.IDLE, clerk="7"),
        "identified-items": Session(State.IDENTIFIED, profile=profile()),
    }
