"""Documents as central sends them, for tests of what takes them."""

import msgspec
from msgspec import Raw

from firmware.goods import PricePart
from firmware.mqtt.messages import Document, DocumentName
from tests.firmware.shop import NOON

__all__ = ["document", "price_document"]

QUESTION = "00000000000000ab"


def document(name: DocumentName, version: int, body: object, base: int = 0, *, more: bool = False) -> Document:
    """A document with this body: bytes as they are, anything else as JSON."""
    exact = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return Document(
        to="t-1",
        epoch=1,
        time=NOON,
        id=QUESTION,
        name=name,
        base=base,
        version=version,
        more=more,
        body=Raw(exact),
    )


def price_document(part: PricePart) -> Document:
    """A part of a price list."""
    return document("prices", part.version, part, more=part.part < part.parts)
