import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from provisioning.broker import Broker, Limits
from provisioning.ca import ThrowAway
from tests.central.running import Running
from tests.scenarios.rights.street import Street

numbers = itertools.count(1)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, authority: ThrowAway) -> Iterator[Running]:
    """One broker and one central for all tests that leave them alone; each has members and shops of its own."""
    folder = tmp_path_factory.mktemp("rights")
    broker = Broker(authority, folder / "broker", limits=Limits())
    broker.start()
    central = Running(folder, authority, broker)
    central.start()
    yield central
    central.stop()
    broker.kill()


@pytest.fixture
def street(tmp_path: Path, running: Running) -> Iterator[Street]:
    """Shops that open before a real broker and a real central."""
    street = Street(tmp_path, running, next(numbers))
    yield street
    street.close()


@pytest.fixture
def own_street(tmp_path: Path, broker: Broker, authority: ThrowAway) -> Iterator[Street]:
    """A street whose broker and central a test may stop."""
    central = Running(tmp_path / "central", authority, broker)
    central.start()
    street = Street(tmp_path, central, 0)
    yield street
    street.close()
    central.stop()
