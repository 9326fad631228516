"""Member codes, fixed and rotating: digits, meaning, and (in `symbols`) pictures; codes on packs and on receipts."""

from firmware.codes.errors import (
    CodeCheckFailed,
    CodeError,
    CodeLength,
    CodeNotDigits,
    CodePartInvalid,
    NumbersExhausted,
    RotatingCodeLength,
)
from firmware.codes.gtin import Gtin, gtin_check_digit
from firmware.codes.member import MemberCode, check_digits, is_also_gtin14
from firmware.codes.pack_errors import PackError
from firmware.codes.packs import Pack, pack_in
from firmware.codes.profile import (
    CompanyProfile,
    CouponNumber,
    ForeignNumber,
    MemberNumber,
    NumberKind,
    NumberUse,
    TicketNumber,
    free_numbers,
    next_free,
)
from firmware.codes.receipt import receipt_code, receipt_of
from firmware.codes.rotating import DayKeys, RotatingCode, Unproved, is_rotating
from firmware.codes.scan import Carrier, Scan
from firmware.codes.shop_numbers import LabelRules, LabelValue, ShopLabel
from firmware.codes.symbology import PackSymbology, Symbology

__all__ = [
    "Carrier",
    "CodeCheckFailed",
    "CodeError",
    "CodeLength",
    "CodeNotDigits",
    "CodePartInvalid",
    "CompanyProfile",
    "CouponNumber",
    "DayKeys",
    "ForeignNumber",
    "Gtin",
    "LabelRules",
    "LabelValue",
    "MemberCode",
    "MemberNumber",
    "NumberKind",
    "NumberUse",
    "NumbersExhausted",
    "Pack",
    "PackError",
    "PackSymbology",
    "RotatingCode",
    "RotatingCodeLength",
    "Scan",
    "ShopLabel",
    "Symbology",
    "TicketNumber",
    "Unproved",
    "check_digits",
    "free_numbers",
    "gtin_check_digit",
    "is_also_gtin14",
    "is_rotating",
    "next_free",
    "pack_in",
    "receipt_code",
    "receipt_of",
]
