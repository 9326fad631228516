"""Printers: what the customer takes home."""

from firmware.drivers.printer.opening import open_printer, printer_opener
from firmware.drivers.printer.protocol import Printer, PrinterLost, PrinterNotReady, ReceiptWrong

__all__ = ["Printer", "PrinterLost", "PrinterNotReady", "ReceiptWrong", "open_printer", "printer_opener"]
