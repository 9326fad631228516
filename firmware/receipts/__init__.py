"""Receipts: what stands on one, and its picture as a printer puts it on paper."""

from firmware.receipts.drawing import ReceiptPainter
from firmware.receipts.layout import rows_of
from firmware.receipts.number import receipt_code, receipt_of
from firmware.receipts.receipt import (
    Receipt,
    ReceiptCertificate,
    ReceiptCoupon,
    ReceiptKind,
    ReceiptLine,
    ReceiptPoints,
)
from firmware.receipts.texts import receipt_texts

__all__ = [
    "Receipt",
    "ReceiptCertificate",
    "ReceiptCoupon",
    "ReceiptKind",
    "ReceiptLine",
    "ReceiptPainter",
    "ReceiptPoints",
    "receipt_code",
    "receipt_of",
    "receipt_texts",
    "rows_of",
]
