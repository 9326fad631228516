"""A network scanner: who may connect, how many, and what is left when one goes."""

import socket
from collections.abc import Iterator

import pytest

from firmware.codes import Scan
from firmware.drivers.device import DeviceNotOpened
from firmware.drivers.scanners import ScanDropped
from firmware.drivers.scanners.lines import LONGEST_LINE, PATIENCE
from firmware.drivers.scanners.tcp import MOST_PEERS, SILENCE, TcpScanner
from tests.contracts.pace import SteppedTime
from tests.contracts.rigs.scanners import next_scan


class Network:
    """A listener and the peers that connect to it from any address of loopback."""

    def __init__(self, *allowed: str) -> None:
        self.time = SteppedTime()
        self.scanner = TcpScanner("127.0.0.1", 0, allowed, self.time.pace)
        self.peers: list[socket.socket] = []

    def connect(self, address: str = "127.0.0.1") -> socket.socket:
        peer = socket.create_connection(("127.0.0.1", self.scanner.port), 5.0, (address, 0))
        self.peers.append(peer)
        return peer

    def dropped(self) -> str:
        with pytest.raises(ScanDropped) as told:
            next_scan(self.scanner)
        return told.value.fault


@pytest.fixture
def network() -> Iterator[Network]:
    network = Network()
    yield network
    for peer in network.peers:
        peer.close()
    network.scanner.close()


def is_gone(peer: socket.socket) -> bool:
    try:
        return peer.recv(1) == b""
    except ConnectionResetError:
        return True


def test_scanners_of_several_addresses_are_heard_side_by_side(network: Network) -> None:
    first, second = network.connect("127.0.0.1"), network.connect("127.0.0.2")
    first.sendall(b"9638")
    assert network.scanner.read(1.0) is None
    second.sendall(b"4006381333931\r")
    assert next_scan(network.scanner) == Scan("4006381333931")
    first.sendall(b"5074\r")
    assert next_scan(network.scanner) == Scan("96385074")


def test_a_scanner_that_connects_anew_takes_the_place_of_its_old_connection(network: Network) -> None:
    old = network.connect()
    old.sendall(b"1\r22")
    assert next_scan(network.scanner) == Scan("1")
    new = network.connect()
    new.sendall(b"3\r")
    assert network.dropped() == "a line that did not end"
    assert next_scan(network.scanner) == Scan("3")
    assert is_gone(old)


def test_what_a_scanner_said_before_it_left_still_counts(network: Network) -> None:
    peer = network.connect()
    peer.sendall(b"96385074\r\n4006381333931\r\n")
    peer.close()
    assert [next_scan(network.scanner) for _ in range(2)] == [Scan("96385074"), Scan("4006381333931")]
    assert network.scanner.read(0.0) is None


def test_a_peer_that_is_not_allowed_is_let_go_unheard() -> None:
    network = Network("127.0.0.7")
    stranger = network.connect("127.0.0.1")
    stranger.sendall(b"96385074\r")
    assert network.dropped() == "a connection from an address that is not named after from="
    assert is_gone(stranger)
    network.connect("127.0.0.7").sendall(b"4006381333931\r")
    assert next_scan(network.scanner) == Scan("4006381333931")
    for peer in network.peers:
        peer.close()
    network.scanner.close()


def test_no_more_connect_than_a_counter_can_have(network: Network) -> None:
    for number in range(MOST_PEERS + 1):
        network.connect(f"127.0.0.{number + 1}")
    assert network.dropped() == f"a connection beyond {MOST_PEERS}"
    assert is_gone(network.peers[-1])
    network.connect("127.0.0.1").sendall(b"96385074\r")
    assert next_scan(network.scanner) == Scan("96385074")


def test_half_a_line_is_dropped_when_it_does_not_end(network: Network) -> None:
    peer = network.connect()
    peer.sendall(b"9638")
    while network.scanner.read(0.05) is None and not any(p.lines._begun for p in network.scanner._peers.values()):
        pass
    network.time.now += PATIENCE
    assert network.dropped() == "a line that did not end"


def test_a_peer_that_says_nothing_for_hours_is_let_go(network: Network) -> None:
    peer = network.connect()
    peer.sendall(b"96385074\r")
    assert next_scan(network.scanner) == Scan("96385074")
    network.time.now += SILENCE
    assert network.scanner.read(0.0) is None
    assert is_gone(peer)


def test_ten_megabytes_in_one_line_are_one_fault(network: Network) -> None:
    peer = network.connect()
    peer.setblocking(False)
    left = 10 * 2**20
    while left:
        try:
            left -= peer.send(b"1" * min(left, 65536))
        except BlockingIOError:
            assert network.scanner.read(0.0) is None
        assert sum(len(one.lines._begun) for one in network.scanner._peers.values()) <= LONGEST_LINE + 1
    peer.setblocking(True)
    peer.sendall(b"\r96385074\r")
    told: list[Scan | str] = []
    while Scan("96385074") not in told:
        try:
            told += filter(None, [network.scanner.read(0.05)])
        except ScanDropped as dropped:
            told.append(dropped.fault)
    assert told == [f"a line of more than {LONGEST_LINE} bytes", Scan("96385074")]


def test_an_address_that_is_taken_is_refused(network: Network) -> None:
    with pytest.raises(DeviceNotOpened, match=r"tcp://127\.0\.0\.1:\d+ does not open"):
        TcpScanner("127.0.0.1", network.scanner.port)


def test_closing_lets_every_peer_go(network: Network) -> None:
    peer = network.connect()
    peer.sendall(b"96385074\r")
    assert next_scan(network.scanner) == Scan("96385074")
    network.scanner.close()
    assert is_gone(peer)
