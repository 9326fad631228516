"""Every printer, with the eye that looks at what comes out."""

import shutil
from pathlib import Path
from typing import Protocol

import pytest
from PIL import Image

from firmware.drivers.printer import Printer, open_printer
from firmware.drivers.printer.escpos import EscposPrinter, Manner, Patience
from firmware.drivers.printer.fake import FakePrinter
from firmware.drivers.printer.lines import FileLine, KernelLine
from tests.contracts.printers.escpos import EscposDouble
from tests.contracts.printers.lines import NetworkSocket, PlainLine, Pseudo

__all__ = [
    "FakeRig",
    "FileRig",
    "KernelRig",
    "LineRig",
    "NetworkRig",
    "NoneRig",
    "PngRig",
    "PrinterRig",
    "SerialRig",
    "TearRig",
]

SOON = Patience(answer=2.0, paper=5.0)


class PrinterRig(Protocol):
    """One kind of printer and its far side."""

    width: int

    def open(self) -> Printer: ...
    def out(self) -> list[Image.Image]: ...
    def unplug(self) -> None: ...
    def end(self) -> None: ...


class FakeRig:
    """The fake in memory."""

    width = 576

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.printer = FakePrinter(self.width)

    def open(self) -> Printer:
        return self.printer

    def out(self) -> list[Image.Image]:
        return self.printer.printed

    def unplug(self) -> None:
        self.printer.unplug()

    def end(self) -> None:
        """Nothing is left behind."""


class PngRig(FakeRig):
    """A folder."""

    width = 384

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder / "receipts"
        self.folder.mkdir()

    def open(self) -> Printer:
        return open_printer(f"png:{self.folder}?width=384")

    def out(self) -> list[Image.Image]:
        pictures = []
        for path in sorted(self.folder.glob("receipt-*.png")):
            with Image.open(path) as picture:
                pictures.append(picture.copy())
        return pictures

    def unplug(self) -> None:
        shutil.rmtree(self.folder)


class NoneRig(FakeRig):
    """No printer at all."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        pass

    def open(self) -> Printer:
        return open_printer("none:")


class LineRig:
    """The printer's double at the end of a line without a wire."""

    width = 576

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.double = EscposDouble(self.width)
        self.line = PlainLine(self.double)

    def open(self) -> Printer:
        return EscposPrinter(self.line, Manner(), SOON)

    def out(self) -> list[Image.Image]:
        return self.double.out

    def unplug(self) -> None:
        self.line.pulled = True

    def end(self) -> None:
        """Nothing is left behind."""


class NetworkRig(LineRig):
    """The double behind a real socket."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.double = EscposDouble(self.width)
        self.socket = NetworkSocket(self.double)

    def open(self) -> Printer:
        return open_printer(f"tcp://127.0.0.1:{self.socket.port}")

    def unplug(self) -> None:
        self.socket.unplug()

    def end(self) -> None:
        self.socket.unplug()


class SerialRig(LineRig):
    """The double behind a pseudo-terminal, through the real pyserial."""

    width = 384

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.double = EscposDouble(self.width)
        self.pseudo = Pseudo(self.double)

    def open(self) -> Printer:
        return open_printer(f"serial:{self.pseudo.path}?width=384")

    def unplug(self) -> None:
        self.pseudo.unplug()

    def end(self) -> None:
        self.pseudo.unplug()


class KernelRig(SerialRig):
    """The double behind a device file that is read and written as usblp's is."""

    width = 576

    def open(self) -> Printer:
        return EscposPrinter(KernelLine("usb:04b8:0202", self.pseudo.path), Manner(), SOON)


class FileRig(LineRig):
    """A file; what is written to it is given to the double when it is looked at."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.path = folder / "receipts.bin"

    def open(self) -> Printer:
        return open_printer(f"file:{self.path}")

    def out(self) -> list[Image.Image]:
        double = EscposDouble(self.width)
        double.take(self.path.read_bytes())
        return double.out


class FullRig(FileRig):
    """A file on a disk that is full."""

    def open(self) -> Printer:
        return EscposPrinter(FileLine(Path("/dev/full")), Manner(answers=False), SOON)

    def unplug(self) -> None:
        """Nothing to do: it never takes anything."""


class TearRig(LineRig):
    """A printer without a knife that never answers: somebody tears the paper off."""

    def open(self) -> Printer:
        self.double.mute = True
        return EscposPrinter(self.line, Manner(cuts=False, answers=False), SOON)

    def out(self) -> list[Image.Image]:
        return [self.double.hanging()]
