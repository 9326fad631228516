"""What all of central's tables share."""

from sqlalchemy import BigInteger, Integer, MetaData

__all__ = ["Number", "metadata"]

metadata = MetaData()
Number = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit integer; SQLite makes it the row's own id only under the name INTEGER."""
