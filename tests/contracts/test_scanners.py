"""What holds for every scanner."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware.codes import Carrier, Scan
from firmware.drivers.device import DeviceClosed
from firmware.drivers.scanners import ScanDropped, ScannerLost
from tests.contracts.rigs.scanners import EvdevRig, FakeRig, NoneRig, ScannerRig, SerialRig, TcpRig, next_scan

SCANNED = [FakeRig, SerialRig, EvdevRig, TcpRig]
PLUGGED = [FakeRig, SerialRig, EvdevRig]
ALL = [*SCANNED, NoneRig]


@pytest.fixture
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ScannerRig]:
    rig = request.param(tmp_path)
    yield rig
    rig.close()


@pytest.mark.parametrize("rig", SCANNED, indirect=True)
def test_scans_arrive_once_each_in_the_order_of_scanning(rig: ScannerRig) -> None:
    with rig.open() as scanner:
        for line in ("4006381333931", "]E096385074", "ABC"):
            rig.scan(line)
        expected = [Scan("4006381333931"), Scan("96385074", Carrier.EAN), Scan("ABC")]
        assert [next_scan(scanner) for _ in range(3)] == expected
        assert scanner.read(0.0) is None


@pytest.mark.parametrize("rig", SCANNED, indirect=True)
def test_a_scan_between_two_reads_is_not_lost(rig: ScannerRig) -> None:
    with rig.open() as scanner:
        assert scanner.read(0.0) is None
        rig.scan("4006381333931")
        assert next_scan(scanner) == Scan("4006381333931")


@pytest.mark.parametrize("rig", ALL, indirect=True)
def test_where_nobody_scans_a_read_ends_empty(rig: ScannerRig) -> None:
    with rig.open() as scanner:
        assert scanner.read(0.01) is None


@pytest.mark.parametrize("rig", SCANNED, indirect=True)
def test_what_no_symbol_holds_is_dropped_whole_and_the_next_scan_is_read(rig: ScannerRig) -> None:
    with rig.open() as scanner:
        rig.garble()
        rig.scan("4006381333931")
        with pytest.raises(ScanDropped, match="reading goes on"):
            next_scan(scanner)
        assert next_scan(scanner) == Scan("4006381333931")
        assert scanner.read(0.0) is None


@pytest.mark.parametrize("rig", PLUGGED, indirect=True)
def test_a_scanner_that_is_unplugged_is_lost_and_still_closes(rig: ScannerRig) -> None:
    scanner = rig.open()
    rig.scan("4006381333931")
    assert next_scan(scanner) == Scan("4006381333931")
    rig.unplug()
    with pytest.raises(ScannerLost, match="is gone"):
        next_scan(scanner)
    scanner.close()
    scanner.close()


@pytest.mark.parametrize("rig", ALL, indirect=True)
def test_a_scanner_closes_twice_and_then_is_read_no_more(rig: ScannerRig) -> None:
    scanner = rig.open()
    scanner.close()
    scanner.close()
    with pytest.raises(DeviceClosed, match="after it was closed"):
        scanner.read(0.01)
