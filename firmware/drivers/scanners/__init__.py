"""Scanners: what the clerk, or the customer, scans."""

from firmware.drivers.scanners.opening import open_scanner, scanner_opener
from firmware.drivers.scanners.protocol import ScanDropped, Scanner, ScannerLost

__all__ = ["ScanDropped", "Scanner", "ScannerLost", "open_scanner", "scanner_opener"]
