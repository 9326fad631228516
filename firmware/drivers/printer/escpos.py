"""An ESC/POS printer at the end of a line, whatever the line is."""

from typing import TYPE_CHECKING, NamedTuple, Protocol

from firmware.drivers.device import DeviceClosed, DeviceLost, DeviceNotOpened
from firmware.drivers.printer.commands import ASK_CAUSE, ASK_DONE, ASK_PAPER, fault_of, is_status, job
from firmware.drivers.printer.protocol import Printer, PrinterLost, PrinterNotReady, check_receipt

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["EscposPrinter", "Line", "Manner", "Patience"]


class Line(Protocol):
    """Bytes out and in; each call raises DeviceLost when the other side is gone."""

    @property
    def device(self) -> str:
        """The printer's device string."""

    def write(self, data: bytes) -> None:
        """Hand over all of it, within bounded time."""

    def read(self, timeout: float) -> bytes:
        """What has come, or nothing when `timeout` seconds brought nothing."""

    def rest(self) -> None:
        """Between receipts: let others at the printer, where it has one line for all."""

    def close(self) -> None:
        """Let it go; a second time does nothing."""


class Patience(NamedTuple):
    """Seconds to wait for an answer that comes at once, and for one that comes when the paper is out."""

    answer: float = 1.0
    paper: float = 20.0


class Manner(NamedTuple):
    """What a printer is like: dots across, whether it has a knife, whether it answers."""

    width: int = 576
    cuts: bool = True
    answers: bool = True


USUAL_PATIENCE = Patience()
STALE = 16
"""Times that something is taken off the line before a question; who goes on talking then is no printer."""


class EscposPrinter(Printer):
    """Raises DeviceNotOpened where it does not answer, or says that it cannot print; the line is closed with it."""

    def __init__(self, line: Line, manner: Manner, patience: Patience = USUAL_PATIENCE) -> None:
        self._line = line
        self._manner = manner
        self._patience = patience
        self._closed = False
        try:
            self._require_ready()
            line.rest()
        except (DeviceLost, PrinterNotReady) as error:
            line.close()
            raise DeviceNotOpened(line.device, error.fault) from None

    @property
    def width(self) -> int:
        """See Printer."""
        return self._manner.width

    def print(self, receipt: "Image") -> None:
        """See Printer."""
        if self._closed:
            raise DeviceClosed(self._line.device)
        check_receipt(self._line.device, self.width, receipt)
        try:
            self._require_ready()
            for piece in job(receipt, self._manner.cuts):
                self._line.write(piece)
            self._await_paper()
        except DeviceLost as error:
            raise PrinterLost(self._line.device, error.fault) from None
        finally:
            self._line.rest()

    def close(self) -> None:
        """See Printer."""
        if not self._closed:
            self._closed = True
            self._line.close()

    def _require_ready(self) -> None:
        if self._manner.answers and (fault := fault_of(self._ask(ASK_CAUSE), self._ask(ASK_PAPER))):
            raise PrinterNotReady(self._line.device, fault)

    def _await_paper(self) -> None:
        """Until all is on paper; a printer that is well and passes over the question is taken to have printed."""
        if not self._manner.answers:
            return
        self._line.write(ASK_DONE)
        if not self._line.read(self._patience.paper):
            self._require_ready()

    def _ask(self, question: bytes) -> int:
        """One status byte; what came before, such as the answer to a question in a picture's dots, is passed over."""
        for _ in range(STALE):
            if not self._line.read(0):
                break
        self._line.write(question)
        answer = self._line.read(self._patience.answer)
        if not is_status(answer[-1:]):
            fault = f"it answers {answer.hex()}, which no status is" if answer else "it does not answer"
            raise DeviceLost(self._line.device, f"{fault}; is it on, and is it set to ESC/POS?")
        return answer[-1]
