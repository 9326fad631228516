from collections.abc import Iterator
from pathlib import Path

import pytest

from provisioning.broker import Broker
from provisioning.ca import ThrowAway
from tests.central.running import Running
from tests.scenarios.rights.street import Street


@pytest.fixture
def street(tmp_path: Path, broker: Broker, authority: ThrowAway) -> Iterator[Street]:
    """A real broker and a real central, and shops that open before them."""
    central = Running(tmp_path / "central", authority, broker)
    central.start()
    street = Street(tmp_path, central)
    try:
        yield street
    finally:
        street.close()
        central.stop()
