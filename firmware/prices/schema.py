"""The tables of a price list's file: two slots, of which one is in force, and what is known of both."""

__all__ = ["APPLICATION", "SCHEMA", "STATEMENTS", "TABLES", "slot_table"]

APPLICATION = 0x48_41_42_50
"""SQLite's application_id of a price list: the letters HABP."""
SCHEMA = 1
TABLES = {"state", "slot_0", "slot_1"}


def slot_table(slot: int) -> str:
    """The statement that makes an empty slot."""
    return f"""CREATE TABLE slot_{slot} (
        gtin INTEGER PRIMARY KEY,
        price INTEGER NOT NULL CHECK (price >= 0),
        name TEXT NOT NULL,
        category TEXT,
        per TEXT NOT NULL CHECK (per IN ('each', 'kg'))
    ) STRICT"""


STATEMENTS = (
    # `staged` is the version that gathers in the other slot, `part` of `parts` the last one taken in,
    # `taken` of its `items` are there; 0 where none is.
    """CREATE TABLE state (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        version INTEGER NOT NULL DEFAULT 0,
        slot INTEGER NOT NULL DEFAULT 0 CHECK (slot IN (0, 1)),
        staged INTEGER NOT NULL DEFAULT 0,
        part INTEGER NOT NULL DEFAULT 0,
        parts INTEGER NOT NULL DEFAULT 0,
        items INTEGER NOT NULL DEFAULT 0,
        taken INTEGER NOT NULL DEFAULT 0,
        CHECK (part <= parts)
    ) STRICT""",
    "INSERT INTO state (one) VALUES (1)",
    slot_table(0),
    slot_table(1),
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {SCHEMA}",
)
