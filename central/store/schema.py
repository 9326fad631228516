"""Central's tables. Instants are whole UTC seconds, member codes their value as a number."""

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Table, text

from central.store.base import Number, metadata

__all__ = [
    "alerts",
    "entries",
    "forks",
    "held",
    "links",
    "lives",
    "member_keys",
    "members",
    "metadata",
    "programme",
    "reviews",
    "rules",
    "terminal_keys",
    "terminals",
    "tokens",
    "used_steps",
    "wallets",
    "wrong_values",
]

programme = Table(
    "programme",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("epoch", Number, nullable=False, comment="raised by each restore; older downlinks are refused"),
    Column("change", Number, nullable=False, comment="the newest change number given to a member"),
    Column("created_at", Number, nullable=False),
    comment="one row: what there is only one of",
)

terminals = Table(
    "terminals",
    metadata,
    Column("id", String, primary_key=True),
    Column("first_seen", Number, nullable=False),
    Column("last_seen", Number, nullable=False),
    Column("shop", String, comment="of its newest entry"),
    Column("state", String, nullable=False, comment="online, offline or unknown, as presence says"),
    Column("presence", LargeBinary, comment="the exact bytes of its last presence message"),
)

terminal_keys = Table(
    "terminal_keys",
    metadata,
    Column("kid", String, primary_key=True),
    Column("terminal", String, nullable=False, index=True),
    Column("certificate", LargeBinary, nullable=False, comment="DER; kept for ever, so old batches stay verifiable"),
    Column("first_seen", Number, nullable=False),
)

lives = Table(
    "lives",
    metadata,
    Column("id", Number, primary_key=True),
    Column("terminal", String, nullable=False),
    Column("life", String, nullable=False),
    Column("head_seq", Number, nullable=False, comment="the highest contiguous sequence recorded"),
    Column("head_hash", String, nullable=False),
    Column("trusted_seq", Number, nullable=False, comment="its last entry whose clock was not doubtful; 0: none yet"),
    Column("trusted_at", Number),
    Column("folded_seq", Number, nullable=False, comment="up to here its entries are in the standings of members"),
    Column("previous_life", String, comment="what its opening names"),
    Column("previous_seq", Number),
    Column("previous_hash", String),
    Index("lives_by_name", "terminal", "life", unique=True),
    Index("lives_by_previous", "terminal", "previous_life"),
)

entries = Table(
    "entries",
    metadata,
    Column("id", Number, primary_key=True, comment="in the order in which they were recorded"),
    Column("life", Number, nullable=False),
    Column("seq", Number, nullable=False),
    Column("at", Number, comment="when it counts: its own time, or within its trusted neighbours'; null: not known"),
    Column("member", Number, comment="whose history it belongs to"),
    Column("body", LargeBinary, nullable=False, comment="the exact bytes that were hashed"),
    Index("entries_by_sequence", "life", "seq", unique=True),
)
Index(
    "entries_by_member",
    entries.c.member,
    sqlite_where=entries.c.member.is_not(None),
    postgresql_where=entries.c.member.is_not(None),
)

members = Table(
    "members",
    metadata,
    Column("code", Number, primary_key=True),
    Column("nickname", String),
    Column("removed", Boolean, nullable=False, server_default=text("0")),
    Column("change", Number, nullable=False, comment="the newest change of anything a terminal sees of it"),
    Column("standing", LargeBinary, nullable=False, comment="JSON; the fold of its entries"),
    Column("folded_under", Number, nullable=False, comment="the rules whose measures the standing is in"),
    Column("last_at", Number, comment="when the last entry folded counts, in (time, entry id) order"),
    Column("last_entry", Number, comment="that entry"),
    Index("members_by_change", "change", unique=True),
)

rules = Table(
    "rules",
    metadata,
    Column("version", Number, primary_key=True),
    Column("body", LargeBinary, nullable=False, comment="JSON, as terminals get it"),
    Column("measures_since", Number, nullable=False, comment="the version that last changed a measure"),
    Column("set_at", Number, nullable=False),
)

held = Table(
    "held",
    metadata,
    Column("terminal", String, primary_key=True),
    Column("life", String, primary_key=True),
    Column("first", Number, primary_key=True),
    Column("digest", String, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("batch", LargeBinary, nullable=False, comment="the batch, its signature proved"),
    Column("received_at", Number, nullable=False),
)

forks = Table(
    "forks",
    metadata,
    Column("id", Number, primary_key=True),
    Column("terminal", String, nullable=False),
    Column("life", String, nullable=False),
    Column("seq", Number, nullable=False),
    Column("hash", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("seen_at", Number, nullable=False),
    Index("forks_by_entry", "terminal", "life", "seq", "hash", unique=True),
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", Number, primary_key=True),
    Column("entry", Number, nullable=False),
    Column("reason", String, nullable=False),
    Column("detail", String, nullable=False),
    Column("found_at", Number, nullable=False),
    Column("settled_at", Number),
    Index("reviews_by_entry", "entry", "reason", unique=True),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", Number, primary_key=True),
    Column("kind", String, nullable=False),
    Column("terminal", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("detail", String, nullable=False),
    Column("raised_at", Number, nullable=False),
    Column("last_at", Number, nullable=False),
    Column("times", Number, nullable=False),
    Column("settled_at", Number),
    Index("alerts_by_subject", "kind", "terminal", "subject", unique=True),
)

tokens = Table(
    "tokens",
    metadata,
    Column("name", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("digest", String, nullable=False, unique=True, comment="SHA-256 of the token"),
    Column("created_at", Number, nullable=False),
    Column("revoked_at", Number),
)

member_keys = Table(
    "member_keys",
    metadata,
    Column("member", Number, primary_key=True),
    Column("key", LargeBinary, nullable=False, comment="32 random bytes; a secret"),
    Column("created_at", Number, nullable=False),
)

links = Table(
    "links",
    metadata,
    Column("digest", String, primary_key=True, comment="SHA-256 of the link's token"),
    Column("member", Number, nullable=False),
    Column("created_at", Number, nullable=False),
    Column("expires", Number, nullable=False),
    Column("used_at", Number),
    Column("wallet", String, comment="the digest of the phone that used it"),
    Index("links_by_member", "member"),
)

wallets = Table(
    "wallets",
    metadata,
    Column("digest", String, primary_key=True, comment="SHA-256 of the phone's secret"),
    Column("member", Number, nullable=False),
    Column("created_at", Number, nullable=False),
    Index("wallets_by_member", "member"),
)

used_steps = Table(
    "used_steps",
    metadata,
    Column("member", Number, primary_key=True),
    Column("step", Number, primary_key=True, comment="of a rotating code that counted"),
    sqlite_with_rowid=False,
)

wrong_values = Table(
    "wrong_values",
    metadata,
    Column("member", Number, primary_key=True),
    Column("times", Integer, nullable=False),
    Column("since", Number, nullable=False, comment="when the first of them was tried"),
)
