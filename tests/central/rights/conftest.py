import pytest

from provisioning.ca import ThrowAway
from tests.central.office import Office
from tests.central.rights.tills import Street


@pytest.fixture
def street(office: Office, authority: ThrowAway) -> Street:
    """Central's desk of rights, and room for terminals before it."""
    return Street(office, authority)
